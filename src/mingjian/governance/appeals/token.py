"""The token in the link that goes out with a statement of reasons: who holds it may appeal against that decision and
read its statement, and nothing else. It needs no term of its own: the decision has a deadline."""

from __future__ import annotations

import base64
import binascii
import hmac
from dataclasses import dataclass

from mingjian.records.errors import Forbidden

_PURPOSE = b"mingjian.appeal/1\n"  # a signature made for something else with the same secret is none here
_MAC = 24  # bytes kept of 32: 192 bits


@dataclass(frozen=True, slots=True)
class Concerned:
    """The person concerned by a decision, known by the token alone. Made by ``read_token`` only."""

    decision: str

    @property
    def actor(self) -> str:
        """As the journal names them."""
        return f"concerned:{self.decision}"


def make_token(secret: bytes, decision: str) -> str:
    """The token of a decision: the same each time, safe in an address."""
    return f"{decision}.{_mac(secret, decision)}"


def read_token(secret: bytes, token: str) -> Concerned:
    """Who holds the token; Forbidden when we did not make it."""
    decision, _, mac = token.rpartition(".")
    try:
        good = bool(decision) and hmac.compare_digest(_mac(secret, decision).encode(), mac.encode("ascii"))
    except (UnicodeEncodeError, binascii.Error):
        good = False
    if not good:
        raise Forbidden("申诉链接无效或不完整,请从处置通知中重新打开。")
    return Concerned(decision)


def _mac(secret: bytes, decision: str) -> str:
    made = hmac.digest(secret, _PURPOSE + decision.encode(), "sha256")[:_MAC]
    return base64.urlsafe_b64encode(made).decode()
