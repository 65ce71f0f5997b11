"""What speaks for the journal: signed checkpoints over its head, the keys that sign, and time stamps."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

NOTHING = "0" * 64  # what the first checkpoint names as the one before it


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A signed statement: when this was signed, the chain's event ``seq`` had this ``hash``. ``at`` is in
    microseconds, ``key`` the id of the signing key, ``previous`` the SHA-256 (hex) of the statement before, so that
    none can be taken away unseen."""

    number: int
    seq: int
    at: int
    hash: bytes
    previous: str
    key: str
    signature: bytes = b""

    @property
    def statement(self) -> bytes:
        """The bytes that are signed and time-stamped."""
        return (
            f"mingjian checkpoint 1\nnumber {self.number}\nseq {self.seq}\nat {self.at}\nhash {self.hash.hex()}\n"
            f"previous {self.previous}\nkey {self.key}\n"
        ).encode()

    @property
    def digest(self) -> str:
        """SHA-256 of the statement, in hexadecimal."""
        return hashlib.sha256(self.statement).hexdigest()


@dataclass(frozen=True, slots=True)
class Announced:
    """A signing key as the journal knows it: event ``seq`` announced it. ``by`` is the key whose ``signature`` vouches
    for it: None for the first, and for one that was begun because the old one was lost."""

    id: str
    public: bytes
    seq: int
    at: int
    by: str | None = None
    signature: bytes | None = None


@dataclass(frozen=True, slots=True)
class Timestamp:
    """An authority's answer (RFC 3161 TimeStampResp, DER) about one checkpoint. ``at`` is the authority's time in
    microseconds."""

    checkpoint: int
    authority: str
    at: int
    token: bytes


def announcement(id: str, public: bytes, by: str | None) -> bytes:
    """The bytes with which one key vouches for the next."""
    return f"mingjian signer 1\nkey {id}\npublic {public.hex()}\nby {by}\n".encode()
