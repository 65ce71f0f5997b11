"""A question to a regulator and what came of it. Times in microseconds."""

from __future__ import annotations

from dataclasses import dataclass

STATES = ("drafted", "sent", "answered", "closed")
OUTCOMES = ("confirmed", "contradicted", "other")


@dataclass(frozen=True, slots=True)
class Enquiry:
    """``letter`` and ``answer`` are digests of words in the content store, ``evidence`` of the file that came back.
    ``number`` is the letter's own (发文字号), ``how`` a word of the enquiries' file."""

    id: str
    seq: int
    entity: str
    credential: str | None
    regulator: str
    reason: str
    letter: str
    state: str
    drafted_at: int
    drafted_by: str
    run: str | None = None
    due_at: int | None = None
    sent_at: int | None = None
    sent_by: str | None = None
    how: str | None = None
    number: str | None = None
    reminded: int = 0
    reminded_at: int | None = None
    answered_at: int | None = None
    outcome: str | None = None
    answer: str | None = None
    evidence: str | None = None
    closed_at: int | None = None
    closed_by: str | None = None
    closed_why: str | None = None

    def overdue(self, now: int) -> bool:
        """Whether the answer should have come by now."""
        return self.state == "sent" and self.due_at is not None and self.due_at < now

    def due_soon(self, now: int, horizon: int) -> bool:
        """Whether the answer is due up to ``horizon``, and not yet late."""
        return self.state == "sent" and self.due_at is not None and now <= self.due_at <= horizon
