"""What can go wrong in the upper rooms, as doors show it: a line for people and a word for programs."""

from __future__ import annotations


class DeskError(Exception):
    """``word`` is stable for programs; the message says in Chinese what is wrong and what to do."""

    word = "error"
    status = 400  # what an HTTP door answers

    def __init__(self, message: str, *, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class Invalid(DeskError):
    """What was sent is wrong."""

    word, status = "invalid", 422


class NotFound(DeskError):
    """There is no such thing, or the asker may not know of it."""

    word, status = "not_found", 404


class Conflict(DeskError):
    """The thing has changed or is held by someone else: look again."""

    word, status = "conflict", 409


class Forbidden(DeskError):
    """The asker is known and may not."""

    word, status = "forbidden", 403


class Unauthenticated(DeskError):
    """The asker is not known."""

    word, status = "unauthenticated", 401


class TooMany(DeskError):
    """A limit is reached; ``retry_after`` is in seconds."""

    word, status = "too_many", 429

    def __init__(self, message: str, *, retry_after: float = 1.0) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Unavailable(DeskError):
    """The store cannot take it now (disk full, database gone). Nothing was changed."""

    word, status = "unavailable", 503
