"""Secrets that are shown once: this file alone in the room draws chance, and only their SHA-256 is ever kept."""

from __future__ import annotations

import hashlib
import secrets

KEY_PREFIX = "mjk_"  # lets secret scanners know what they found
_READABLE = "abcdefghjkmnpqrstuvwxyz23456789"  # nothing that reads like something else


def new_token() -> str:
    """256 bits for a cookie."""
    return secrets.token_urlsafe(32)


def new_key_secret() -> str:
    """256 bits for a program's key."""
    return KEY_PREFIX + secrets.token_urlsafe(32)


def one_time_password() -> str:
    """Four groups of four, to be read out and typed in: 79 bits."""
    return "-".join("".join(secrets.choice(_READABLE) for _ in range(4)) for _ in range(4))


def hashed(secret: str) -> str:
    """What is kept of a secret of full entropy. Passwords have less and go through argon2 (passwords.py)."""
    return hashlib.sha256(secret.encode()).hexdigest()
