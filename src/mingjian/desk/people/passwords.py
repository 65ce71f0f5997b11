"""Passwords: what may be one, and how one is kept."""

from __future__ import annotations

import threading
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

from mingjian.records.errors import Invalid

# The one place of the parameters. OWASP's first choice for argon2id; a sign-in after a change of them makes the
# hash anew. 0.1 s on the 2 shared cores we plan for.
HASHER = PasswordHasher(time_cost=1, memory_cost=47_104, parallelism=1)
SHORTEST, LONGEST = 10, 256
_DISTINCT = 5
# 46 MiB each: many sign-ins at once wait for one another and do not fill the memory.
_TURN = threading.BoundedSemaphore(4)


def hash_password(password: str) -> str:
    """The hash to keep."""
    with _TURN:
        return HASHER.hash(_plain(password))


def verify_password(kept: str | None, password: str) -> bool:
    """Whether it is the one. ``kept`` None takes as long and is never right."""
    with _TURN:
        try:
            HASHER.verify(kept or _nobody(), _plain(password))
        except (VerifyMismatchError, InvalidHashError):
            return False
    return kept is not None


def outdated(kept: str) -> bool:
    """Whether a hash was made with other parameters than today's."""
    return HASHER.check_needs_rehash(kept)


def check_password(password: str, *, login: str, before: str | None = None) -> None:
    """Invalid, with everything that is wrong with a new password at once."""
    plain = _plain(password)
    wrong = []
    if len(plain) < SHORTEST:
        wrong.append(f"至少 {SHORTEST} 个字符")
    if len(plain) > LONGEST:
        wrong.append(f"最多 {LONGEST} 个字符")
    if len(set(plain)) < _DISTINCT:
        wrong.append(f"至少 {_DISTINCT} 种不同的字符")
    if len({_kind(char) for char in plain}) < 2:
        wrong.append("字母、数字、符号至少用两类")
    if login and login in plain.casefold():
        wrong.append("不能含有登录名")
    if before is not None and plain == _plain(before):
        wrong.append("不能与原密码相同")
    if wrong:
        raise Invalid(f"新密码不合要求:{';'.join(wrong)}。", field="password")


def _nobody() -> str:
    # Salt and digest of zeros under today's parameters: costs as much to try, and nothing opens it.
    return f"$argon2id$v=19$m={HASHER.memory_cost},t={HASHER.time_cost},p={HASHER.parallelism}${'A' * 22}${'A' * 43}"


def _plain(password: str) -> str:
    # The same characters typed on another system may come in another form.
    return unicodedata.normalize("NFKC", password)


def _kind(char: str) -> str:
    return "letter" if char.isalpha() else "digit" if char.isdigit() else "sign"
