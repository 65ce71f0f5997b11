"""What cases are about, in one line for lists: the item's title or first words, a publisher's number."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from mingjian.clinic.publication.service import titles_by_id
from mingjian.desk.cases.model import Case
from mingjian.desk.people import masking
from mingjian.records.items.model import Stored
from mingjian.records.search.service import texts_of
from mingjian.records.storage import contents, items, people
from mingjian.records.storage.database import Tx
from mingjian.records.storage.registry import entities_by_id

_LONGEST = 90


@dataclass(frozen=True, slots=True)
class Subject:
    """``title`` is covered where it holds personal data; ``item`` is None for what is no item."""

    title: str
    item: Stored | None = None


def subjects_of(tx: Tx, found: Sequence[Case]) -> Mapping[str, Subject]:
    """A line for each case's subject, by the subject's id. Lists are covered for everybody: nobody needs a person's
    number to choose what to do next."""
    named = titles_of(tx, [case.subject for case in found if case.kind in ("item", "product")])
    products = [case.subject for case in found if case.kind == "product" and case.subject.startswith("ent_")]
    named |= {one.id: Subject(one.name or one.key) for one in entities_by_id(tx, products).values()}
    drafts = titles_by_id(tx, [case.subject for case in found if case.kind == "draft"])
    named |= {id: Subject(masking.mask(title[:_LONGEST])) for id, title in drafts.items() if title}
    return {case.subject: named.get(case.subject) or Subject(case.subject) for case in found}


def titles_of(tx: Tx, ids: Sequence[str]) -> dict[str, Subject]:
    """Items by id with their first words."""
    stored = items.items_by_id(tx, ids)
    bodies = contents.get_many(tx, [item.digest for item in stored.values()])
    return {id: Subject(_title(bodies.get(item.digest)), item) for id, item in stored.items()}


def _title(body: bytes | None) -> str:
    if body is None:
        return "(原文已删除)"
    content = json.loads(body)
    item = content["item"]
    titles = [str(part["text"]) for part in item.get("parts", ()) if part.get("role") == "title"]
    words = titles or texts_of(item)
    line = " ".join(" ".join(words[:1]).split())
    if not line and content.get("media"):
        return str(content["media"][0]["name"])
    return masking.mask(line[:_LONGEST]) + ("…" if len(line) > _LONGEST else "")


def names_of(tx: Tx, actors: Iterable[str | None]) -> Mapping[str, str]:
    """Actors as people know them: a user's name, the house, else as the journal names them."""
    wanted = [actor for actor in dict.fromkeys(actors) if actor]
    users = people.users_by_id(tx, [actor[5:] for actor in wanted if actor.startswith("user:")])
    told: dict[str, str] = {}
    for actor in wanted:
        user = users.get(actor[5:]) if actor.startswith("user:") else None
        told[actor] = user.name if user else "系统" if actor.startswith(("duty:", "system")) else actor
    return told
