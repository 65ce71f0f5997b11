"""Looking at drafts: each sees his own, those of his department, or all, as his role says."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

from mingjian.clinic.publication.access import held, scope
from mingjian.clinic.publication.model import DRAFT_STATES, Draft, DraftFilter, Opened
from mingjian.clinic.publication.versions import opened
from mingjian.desk.cases.cursors import mark, place
from mingjian.desk.cases.model import Page
from mingjian.desk.people.model import Principal
from mingjian.records.errors import Invalid
from mingjian.records.journal.model import Recorded
from mingjian.records.storage import contents, draft_queries
from mingjian.records.storage.database import Tx
from mingjian.records.storage.events import events_of

_MOST = 200


def list_drafts(
    tx: Tx, principal: Principal, filters: DraftFilter, cursor: str | None = None, limit: int = 40
) -> Page[Draft]:
    """Drafts the asker may see, the newest first; ``limit`` 1 to 200."""
    if not 1 <= limit <= _MOST:
        raise Invalid(f"每页 1 到 {_MOST} 条。", field="limit")
    if filters.state is not None and filters.state not in DRAFT_STATES:
        raise Invalid(f"没有状态“{filters.state[:40]}”,可用:{'、'.join(DRAFT_STATES)}。", field="state")
    author, department = scope(principal)
    before = place(cursor, int)
    found = draft_queries.draft_page(tx, filters, before[0] if before else None, limit + 1, author=author,
                                     department=department)  # fmt: skip
    shown = tuple(found[:limit])
    return Page(shown, mark([shown[-1].seq]) if len(found) > limit else None)


def count_drafts(tx: Tx, principal: Principal) -> Mapping[str, int]:
    """How many drafts the asker may see, by state, counted now."""
    author, department = scope(principal)
    return draft_queries.count_states(tx, author=author, department=department)


def get_draft(tx: Tx, principal: Principal, draft: str) -> Draft:
    """One draft; NotFound when there is none or the asker may not see it."""
    return held(tx, principal, draft)


def open_version(tx: Tx, principal: Principal, draft: str, number: int | None = None) -> Opened:
    """A version with its content, the newest unless named."""
    found = held(tx, principal, draft)
    return opened(tx, found, number or found.version)


def titles_of(tx: Tx, drafts: Sequence[Draft]) -> Mapping[str, str]:
    """The drafts' titles (else the first words) by id, for lists."""
    bodies = contents.get_many(tx, [draft.digest for draft in drafts if draft.digest])
    made: dict[str, str] = {}
    for draft in drafts:
        body = bodies.get(draft.digest)
        parts = json.loads(body)["parts"] if body is not None else []
        words = next((part["text"].strip() for part in parts if part["text"].strip()), "")
        made[draft.id] = " ".join(words.split())[:90]
    return made


def titles_by_id(tx: Tx, ids: Iterable[str]) -> Mapping[str, str]:
    """The same for drafts by id."""
    return titles_of(tx, list(draft_queries.drafts_by_id(tx, ids).values()))


def timeline(tx: Tx, principal: Principal, draft: str) -> list[Recorded]:
    """All that happened to a draft, the first first."""
    held(tx, principal, draft)
    return events_of(tx, draft)
