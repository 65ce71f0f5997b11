"""Who may see a draft, and the draft in hand."""

from __future__ import annotations

from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import allowed, demand
from mingjian.records.drafts.model import Draft
from mingjian.records.errors import Forbidden, NotFound
from mingjian.records.storage import draft_queries
from mingjian.records.storage.database import Tx


def scope(principal: Principal) -> tuple[str | None, str | None]:
    """What of all drafts somebody sees, as (author, department): (None, None) all; an author his own; a head those of
    the department besides. Forbidden to who sees none."""
    if principal.kind == "system" or allowed(principal, "draft.publicity"):
        return None, None
    if allowed(principal, "draft.department"):
        return (None, None) if principal.department is None else (principal.actor, principal.department)
    demand(principal, "draft.read")
    return (principal.actor, None) if allowed(principal, "draft.write") else (None, None)


def sees(principal: Principal, draft: Draft) -> bool:
    """Whether somebody who may see drafts may see this one."""
    author, department = scope(principal)
    return author is None or draft.author == author or (department is not None and draft.department == department)


def held(tx: Tx, principal: Principal, id: str) -> Draft:
    """The draft; NotFound when there is none or the asker may not see it. When writing, its row is held."""
    draft = draft_queries.draft_by_id(tx, id)
    if draft is None or not sees(principal, draft):
        raise NotFound("没有这份稿件,或你无权查看。")
    return draft


def own(tx: Tx, principal: Principal, id: str) -> Draft:
    """A draft of one's own, to be written on."""
    demand(principal, "draft.write")
    draft = held(tx, principal, id)
    if draft.author != principal.actor:
        raise Forbidden("只有撰稿人本人可以改稿、提交。")
    return draft
