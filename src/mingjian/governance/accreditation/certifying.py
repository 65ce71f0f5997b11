"""The certificate's signed words: a short line that a QR code holds, checked without asking anybody.

``<payload>.<signature>``, both base64url without padding. The payload is canonical JSON, a list: form (1), number,
institution, its key in the registry, standard@version, level, scope, first day, last day, id of the key. Signed is
``mingjian.certificate/1`` + line break + payload, with the store's Ed25519 key: those who hold its public key need
nothing else. What the line cannot say is whether the certificate was suspended or withdrawn since: the register does.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from mingjian.records.accreditation.model import Certificate
from mingjian.records.canonical import canonical
from mingjian.records.errors import Invalid
from mingjian.records.evidence.keys import Signer, is_signed, key_id

FORM = 1
_DOMAIN = b"mingjian.certificate/1\n"
_CODE = re.compile(r"[A-Za-z0-9_-]{40,4000}\.[A-Za-z0-9_-]{86}")
LONGEST = 4200
NUMBER = re.compile(r"MJ-ZLRZ-\d{4}-\d{5}")


@dataclass(frozen=True, slots=True)
class Said:
    """What a certificate's line says."""

    number: str
    holder: str
    holder_key: str
    standard: str
    level: str
    scope: tuple[str, ...]
    valid_from: date
    valid_to: date
    key: str

    def payload(self) -> bytes:
        """The bytes that are signed, without their domain."""
        return canonical([FORM, self.number, self.holder, self.holder_key, self.standard, self.level, list(self.scope),
                          self.valid_from.isoformat(), self.valid_to.isoformat(), self.key])  # fmt: skip


@dataclass(frozen=True, slots=True)
class Checked:
    """What became of checking a line: ``said`` even when nobody we know signed it; ``signed`` whether one of the keys
    did; ``unknown_key`` when it names a key that is none of those (the signature was not looked at)."""

    said: Said
    signed: bool
    unknown_key: bool


def sign(said: Said, signer: Signer) -> str:
    """The signature of a line in hexadecimal."""
    return signer.sign(_DOMAIN + said.payload()).hex()


def code_of(certificate: Certificate) -> str:
    """The line of an issued certificate."""
    return line(certificate.payload.encode(), bytes.fromhex(certificate.signature))


def line(payload: bytes, signature: bytes) -> str:
    """Payload and signature as one line."""
    return f"{_packed(payload)}.{_packed(signature)}"


def find_code(given: str) -> str | None:
    """The line in what somebody pasted: the line itself, or an address that ends with it."""
    found = _CODE.search(given.strip()[-LONGEST:])
    return found[0] if found else None


def find_number(given: str) -> str | None:
    """A certificate's number in what somebody typed."""
    found = NUMBER.search(given.strip().upper()[:200])
    return found[0] if found else None


def check(code: str, keys: Iterable[bytes]) -> Checked:
    """Check a line against raw public keys; Invalid when it is no line of ours."""
    if len(code) > LONGEST or _CODE.fullmatch(code) is None:
        raise Invalid("这不是认证证书的核验码:可能没有复制完整。", field="code")
    first, _, second = code.partition(".")
    try:
        payload, signature = _unpacked(first), _unpacked(second)
        said = _said(json.loads(payload))
        if said.payload() != payload:
            raise ValueError("not canonical")
    except (ValueError, TypeError, KeyError, RecursionError, binascii.Error) as error:
        raise Invalid("核验码里的内容不是认证证书:可能被改动过。", field="code") from error
    public = next((one for one in keys if key_id(one) == said.key), None)
    if public is None:
        return Checked(said, False, True)
    return Checked(said, is_signed(public, _DOMAIN + payload, signature), False)


def _said(value: Any) -> Said:
    if not isinstance(value, list) or len(value) != 10 or value[0] != FORM or value[0] is True:
        raise ValueError("form")
    texts = [*value[1:6], value[9]]
    if not all(isinstance(one, str) for one in [*texts, value[7], value[8], *value[6]]):
        raise ValueError("fields")
    number, holder, holder_key, standard, level = value[1:6]
    first, last = date.fromisoformat(value[7]), date.fromisoformat(value[8])
    return Said(number, holder, holder_key, standard, level, tuple(value[6]), first, last, value[9])


def _packed(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _unpacked(text: str) -> bytes:
    content = base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True)
    if _packed(content) != text:
        raise ValueError("padding bits")  # one content, one line
    return content
