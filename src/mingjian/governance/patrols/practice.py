"""Two patrols of what is sold and done (N4): products without a registration that holds, physicians beyond theirs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from mingjian.core.model.scope import Catalogue
from mingjian.core.scope.finding import Finder
from mingjian.core.scope.model import NO
from mingjian.desk.registry.scope import Question, answer
from mingjian.governance.patrols.finding import DAY, Batch, Hit
from mingjian.governance.patrols.model import Patrol
from mingjian.governance.patrols.rescreening import PATROLS
from mingjian.records.canonical import canonical, digest
from mingjian.records.patrols.model import Run
from mingjian.records.registry.model import Credential, Entity, Link
from mingjian.records.storage import patrol_subjects, patrols
from mingjian.records.storage import registry as book
from mingjian.records.storage.database import Tx

REGISTRATIONS: Mapping[str, tuple[str, ...]] = {
    "device": ("device_registration", "device_filing"),
    "drug": ("drug_approval",),
    "consumable": ("device_registration", "device_filing", "drug_approval"),
}
_LICENCES = ("practice_licence", "clinic_filing")
_scope: list[tuple[Catalogue, Finder]] = []
_PRACTICE = {"physician": "physician_practice", "nurse": "nurse_practice"}


def unregistered(tx: Tx, patrol: Patrol, run: Run, limit: int) -> Batch:
    """Products on sale of whose registrations none holds on the day. One whose days are not known is left to those
    who look after unverified credentials: nothing is said of what is not known."""
    as_of = date.fromisoformat(run.as_of)
    found, cursor = patrol_subjects.entities_after(tx, patrol.subjects.entities, int(run.cursor or 0), limit)
    sold = [one for one in found if one.attributes.get("on_sale") is not False and one.kind in REGISTRATIONS]
    held = book.credentials_of(tx, [one.id for one in sold])
    hits = []
    for one in sold:
        papers = [each for each in held.get(one.id, ()) if each.kind in REGISTRATIONS[one.kind]]
        why = wrong_with(papers, as_of, "注册证或备案")
        if why is not None:
            hits.append(_hit(patrol, one, why, papers))
    return Batch(_not_again(tx, patrol, run, hits), len(found), None if cursor is None else str(cursor))


def beyond_scope(tx: Tx, patrol: Patrol, run: Run, limit: int) -> Batch:
    """Physicians who practise without a certificate that holds, at a place without a licence that holds, or perform a
    service that the scope of either does not cover."""
    as_of = date.fromisoformat(run.as_of)
    found, cursor = patrol_subjects.entities_after(tx, ("physician",), int(run.cursor or 0), limit)
    ids = [one.id for one in found]
    held = book.credentials_of(tx, ids)
    posts = {id: [link for link in links if link.holds(as_of)]
             for id, links in book.links_from(tx, ids, ("practises_at",)).items()}  # fmt: skip
    places = {link.target for links in posts.values() for link in links}
    houses, licences = book.entities_by_id(tx, places), book.credentials_of(tx, places)
    performed = _performed(tx, ids, as_of)
    hits = []
    for one in found:
        practice = [each for each in held.get(one.id, ()) if each.kind == _PRACTICE["physician"]]
        if not posts.get(one.id) and not performed.get(one.id):
            continue  # nobody says that they practise
        why = wrong_with(practice, as_of, "医师执业证书")
        why = why or _wrong_place(posts.get(one.id, ()), houses, licences, as_of)
        why = why or _beyond(tx, one, performed.get(one.id, ()), posts.get(one.id, ()), as_of)
        if why is not None:
            hits.append(_hit(patrol, one, why, practice))
    return Batch(_not_again(tx, patrol, run, hits), len(found), None if cursor is None else str(cursor))


def wrong_with(papers: Sequence[Credential], as_of: date, what: str) -> str | None:
    """Why none of these papers holds on a day, None where one does or may."""
    if any(one.holds(as_of) is not False and one.check != "contradicted" for one in papers):
        return None
    if not papers:
        return f"没有登记{what}"
    if any(one.check == "contradicted" for one in papers):
        return f"{what}与官方核验不符"
    revoked = next((one.state for one in papers if one.state != "valid"), None)
    if revoked is not None:
        return f"{what}已被{'吊销或撤销' if revoked == 'revoked' else '暂停'}"
    last = max((one.valid_to for one in papers if one.valid_to is not None), default=None)
    return f"{what}已于 {last.isoformat()} 到期" if last is not None and last < as_of else f"{what}当日尚未生效"


def _wrong_place(
    posts: Sequence[Link], houses: Mapping[str, Entity], licences: Mapping[str, Sequence[Credential]], as_of: date
) -> str | None:
    wrong = []
    for post in posts:
        house = houses.get(post.target)
        if house is None:
            continue
        papers = [one for one in licences.get(house.id, ()) if one.kind in _LICENCES]
        found = "已停业" if house.state == "closed" else wrong_with(papers, as_of, "执业许可或备案") if papers else None
        if found is None:
            return None  # one lawful place is enough here; each service is asked about its own
        wrong.append(found)
    return f"执业机构{wrong[0]}" if wrong else None


def _performed(tx: Tx, physicians: Sequence[str], as_of: date) -> dict[str, list[str]]:
    """The services that each performs on the day."""
    links = book.links_to(tx, physicians, ("performed_by",))
    return {id: [link.source for link in some if link.holds(as_of)] for id, some in links.items()}


def _beyond(tx: Tx, physician: Entity, services: Sequence[str], posts: Sequence[Link], as_of: date) -> str | None:
    """Why the first service may not be performed, as the registry answers questions of scope. An answer that waits
    for facts is no finding."""
    if not _scope or not services:
        return None
    catalogue, finder = _scope[0]
    offered = book.links_from(tx, services, ("offered_by",))
    for id, service in book.entities_by_id(tx, services).items():
        procedure = str(service.attributes.get("procedure") or service.name)
        places = [link.target for link in offered.get(id, ()) if link.holds(as_of)] or [link.target for link in posts]
        for place in dict.fromkeys(places):
            asked = Question("perform", as_of, procedure, place, physician.id)
            given = answer(tx, PATROLS, catalogue, finder, asked)
            wrong = next((step for step in given.answer.steps if step.value == NO), None) if given.answer else None
            if wrong is not None:
                named = given.procedure.name if given.procedure is not None else "项目"
                return f"{named}:{wrong.title}不符合(超出范围)"
    return None


def use_scope(catalogue: Catalogue, finder: Finder) -> None:
    """By which catalogue of procedures questions of scope are answered in this process; without one they are not
    asked."""
    _scope[:] = [(catalogue, finder)]


def _hit(patrol: Patrol, one: Entity, why: str, papers: Sequence[Credential]) -> Hit:
    value = digest(canonical([why, [[each.id, each.state, str(each.valid_to), each.check] for each in papers]]))
    return Hit(one, one.id, value, why, patrol.does, credentials=tuple(each.id for each in papers))


def _not_again(tx: Tx, patrol: Patrol, run: Run, hits: Sequence[Hit]) -> tuple[Hit, ...]:
    """Without what was found so already and not long ago."""
    marks = patrols.marks_of(tx, patrol.name, [hit.key for hit in hits])
    since = run.started_at - patrol.subjects.again_days * DAY
    return tuple(hit for hit in hits if marks.get(hit.key, ("", 0))[0] != hit.value or marks[hit.key][1] <= since)
