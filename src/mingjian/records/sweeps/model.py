"""A sweep, its chunks, its samples and what it took into the desk. Times in microseconds."""

from __future__ import annotations

from dataclasses import dataclass

STATES = ("planned", "trying", "tried", "running", "staged", "done", "paused", "stopped", "undoing", "undone")
WORKING = ("trying", "running", "undoing")
"""States in which a process has something to do."""
ANSWERS = ("right", "wrong", "unsure")
"""What a person says of a sample: the outcome is right, wrong, or cannot be told."""
HOWS = ("acted", "opened", "already", "cleared", "erased")
"""What became of an item taken in: a measure; only a case; the same measure or case was there; knowing more, the desk
finds nothing to do; its words were deleted before."""


@dataclass(frozen=True, slots=True)
class Sweep:
    """One sweep. ``plan`` and ``manifest`` name frozen contents by digest. ``stages`` are the stages as written, in
    order; ``stage`` is the place of the one that runs or ran last (-1: none yet). ``resumes`` is the state a paused
    one goes back to. ``judged``, ``bad`` and ``empty`` count rows so far, ``acting`` those with an outcome;
    ``at_place`` and ``at_row`` are how far the stage has come (``at_row``: the last row done of that chunk, -1 none).
    ``clock_at`` and ``clock_done`` say when the present stretch of work began and what was done by then."""

    id: str
    seq: int
    name: str
    policy: str
    rulebook: str
    as_of: str
    plan: str
    manifest: str
    source_kind: str
    source: str
    rows: int
    chunks: int
    stages: tuple[str, ...]
    reason: str
    state: str
    resumes: str | None
    stage: int
    made_by: str
    made_at: int
    started_by: str | None
    judged: int
    judged_chunks: int
    bad: int
    empty: int
    acting: int
    at_place: int
    at_row: int
    taken: int
    undone: int
    clock_at: int
    clock_done: int
    tried_at: int | None
    ended_at: int | None
    why: str

    @property
    def unread(self) -> int:
        """Rows not judged yet."""
        return self.rows - self.judged - self.bad - self.empty


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of rows that is judged at once, at its ``place`` in the sweep. ``file`` is relative to the source,
    ``first`` the row it begins with, ``mark`` what the source needs besides to find it (canonical JSON)."""

    place: int
    file: str
    first: int
    rows: int
    mark: str | None = None


@dataclass(frozen=True, slots=True)
class JudgedPiece:
    """A piece that was judged: ``result`` is the SHA-256 of its file of results."""

    piece: Piece
    result: str
    judged: int
    bad: int
    acting: int
    at: int


@dataclass(frozen=True, slots=True)
class Taken:
    """An item that the sweep brought into the desk, from the row of a piece. ``how`` is one of HOWS, ``word`` the
    outcome; ``undone`` is when it was taken back."""

    place: int
    row: int
    stage: int
    item: str
    word: str
    how: str
    decision: str | None
    case: str | None
    at: int
    undone: int | None


@dataclass(frozen=True, slots=True)
class Sample:
    """A row drawn for people to look at. ``clause`` is the policy's clause that matched, ``word`` its outcome;
    ``answer`` one of ANSWERS."""

    number: int
    clause: str
    word: str
    place: int
    row: int
    external: str
    answer: str | None
    note: str
    answered_by: str | None
    answered_at: int | None
