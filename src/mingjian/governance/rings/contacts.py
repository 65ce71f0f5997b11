"""Contact handles in texts as marks: digests that tell whether two are the same and not what they are."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable

from mingjian.core.text.views import Batch
from mingjian.desk.people.masking import personal

_KINDS = frozenset({"phone", "wechat", "qq", "email"})
_BETWEEN = re.compile(r"[^0-9a-z@]")
_NUMERALS = str.maketrans("零〇一幺二两三四五六七八九", "0011223456789")


def contacts_of(texts: Iterable[str], salt: bytes = b"") -> set[str]:
    """The contact handles in texts, each as 16 hexadecimal digits. Without the same ``salt`` nobody can try all
    telephone numbers against them."""
    found = set()
    for text in texts:
        for one in personal(text):
            if one.kind in _KINDS:
                found.add(mark_of(one.kind, text[one.start : one.end], salt))
    return found


def mark_of(kind: str, value: str, salt: bytes = b"") -> str:
    """The digest of one handle, however it was written."""
    plain = _BETWEEN.sub("", Batch([value]).folded.text.lower().translate(_NUMERALS))
    return hmac.digest(salt, f"mingjian.mark/1\n{kind}\n{plain}".encode(), hashlib.sha256).hex()[:16]
