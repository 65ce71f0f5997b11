"""Reasons: as a decider writes them, and as people read them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mingjian.desk.cases.model import Review
from mingjian.desk.queues.load import queues
from mingjian.records.errors import Invalid

MOST = 2000  # characters


def required(reason: str, field: str = "reason") -> str:
    """A reason without the space around it; Invalid when nothing is left or too much."""
    reason = reason.strip()
    if not reason:
        raise Invalid("须写明理由", field=field)
    if len(reason) > MOST:
        raise Invalid(f"理由最多 {MOST} 字", field=field)
    return reason


def written_reasons(review: Review) -> tuple[str, ...]:
    """A review's reasons as a decision keeps them: the queue's words, then the note."""
    return (*review.reasons, *([review.note.strip()] if review.note.strip() else []))


def right_and_days(terms: Mapping[str, Any]) -> tuple[str | None, int | None]:
    """What a review's terms say of them; Invalid when they are of the wrong kind."""
    right, days = terms.get("right"), terms.get("days")
    if right is not None and not isinstance(right, str):
        raise Invalid("right 应为一项权限的名称", field="right")
    if days is not None and type(days) is not int:
        raise Invalid("days 应为整数", field="days")
    return right, days


def reason_word(reason: str, lang: str) -> str:
    """A queue's word for people; anything else as it was written. ``other`` says nothing by itself: empty."""
    if reason == "other":
        return ""
    for queue in queues().values():
        for known in queue.reasons:
            if known.name == reason:
                return known.title_en if lang == "en" else known.title
    return reason
