"""Accounts in tests: cheap hashing."""

from __future__ import annotations

from tests.desk.people.cheap import cheap_hashing

__all__ = ["cheap_hashing"]
