"""The key that signs checkpoints: Ed25519, in a file of the owner's in the data folder."""

from __future__ import annotations

import contextlib
import hashlib
import os
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from mingjian.records.errors import Unavailable

FILE, NEXT = "evidence.key", "evidence.key.next"


@dataclass(frozen=True, slots=True)
class Signer:
    """A key pair. ``public`` is the raw public key (32 bytes), ``id`` 16 hexadecimal digits of its SHA-256."""

    private: Ed25519PrivateKey = field(repr=False)

    @property
    def public(self) -> bytes:
        """The raw public key."""
        return self.private.public_key().public_bytes_raw()

    @property
    def id(self) -> str:
        """The key's name."""
        return key_id(self.public)

    def sign(self, message: bytes) -> bytes:
        """64 bytes; the same message gives the same."""
        return self.private.sign(message)


def key_id(public: bytes) -> str:
    """The name of a public key."""
    return hashlib.sha256(public).hexdigest()[:16]


def pem(public: bytes) -> bytes:
    """A public key as others read it (SubjectPublicKeyInfo)."""
    key = Ed25519PublicKey.from_public_bytes(public)
    return key.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


def is_signed(public: bytes, message: bytes, signature: bytes) -> bool:
    """Whether a signature is right."""
    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def new_signer() -> Signer:
    """A fresh key that is kept nowhere yet."""
    return Signer(Ed25519PrivateKey.generate())


def find_signer(folder: Path, name: str = FILE) -> Signer | None:
    """The key of this data folder, or None when there is none. Unavailable when it cannot be read."""
    try:
        content = (folder / name).read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise Unavailable(f"读不了签名密钥 {folder / name}:{error.strerror}") from error
    try:
        key = serialization.load_pem_private_key(content, None)
    except (ValueError, TypeError) as error:
        raise Unavailable(f"签名密钥已损坏:{folder / name}。请从带密钥的备份恢复。") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise Unavailable(f"签名密钥不是 Ed25519:{folder / name}。")
    return Signer(key)


def open_signer(folder: Path) -> Signer:
    """The key of this data folder; made when there is none. Of two processes that make it, one's is kept."""
    found = find_signer(folder)
    if found is None:
        made = new_signer()
        found = made if keep_signer(folder, made) else find_signer(folder)
    assert found is not None
    return found


def keep_signer(folder: Path, signer: Signer, name: str = FILE) -> bool:
    """Write a key to its file, whole or not at all; False when there is one already."""
    content = signer.private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    fresh = folder / f".{name}.{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(fresh, folder / name)  # fails where there is one, even one made this moment
        except FileExistsError:
            return False
    except OSError as error:
        raise Unavailable(f"签名密钥没有写成:{error.strerror or type(error).__name__}") from error
    finally:
        with contextlib.suppress(OSError):
            fresh.unlink()
    return True
