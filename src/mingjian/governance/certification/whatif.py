"""What a policy would do before it does it: whom it would hit, by what they are, and the qualified ones among them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from mingjian.governance.certification.badges import RIGHT, badges_now
from mingjian.governance.certification.evaluate import evaluate
from mingjian.governance.certification.facts import held_of
from mingjian.governance.certification.model import Evaluation, Held, Outcome, Policy
from mingjian.governance.decisions.law import book_in_force
from mingjian.governance.ladders.count import strikes
from mingjian.governance.ladders.subjects import counted_of
from mingjian.records.certification.model import Certificate
from mingjian.records.clock import day
from mingjian.records.registry.model import Entity
from mingjian.records.storage import actions, certification
from mingjian.records.storage.database import Tx

DIMENSIONS = ("kind", "province", "ownership", "grade")
LICENCES = {
    "institution": ("practice_licence", "clinic_filing"), "physician": ("physician_practice",),
    "nurse": ("nurse_practice",), "merchant": ("business_licence",), "agency": ("business_licence",),
}  # fmt: skip
"""Which credential of each kind of entity says that it may work at all."""
LOW = ("low",)
MEASURE = "decertify"
Risks = Callable[[Tx, Sequence[Entity]], Mapping[str, str]]
"""The risk band of entities by id; those without a score are left out."""
_PAGE = 1000


@dataclass(frozen=True, slots=True)
class Holder:
    """A holder of a badge under a policy. ``strikes`` on all ladders; ``risk`` None where there is no score."""

    certificate: str
    entity: Entity
    evaluation: Evaluation
    shown: bool
    exempt: bool
    licensed: bool | None
    strikes: int | None
    risk: str | None

    @property
    def qualified(self) -> bool:
        """Whether nothing speaks against it but the policy: its licence holds, no strike, and no risk above low."""
        return self.licensed is True and self.strikes == 0 and self.risk in (None, *LOW)

    def dimension(self, name: str) -> str:
        """What it is by one of DIMENSIONS; empty where that is not known."""
        return self.entity.kind if name == "kind" else str(self.entity.attributes.get(name) or "")


@dataclass(frozen=True, slots=True)
class Impact:
    """What a policy would do on a day. ``hit`` lose the badge (or, of a readmission, get it back); ``open`` are those
    of whom the registry does not know enough; ``exempt`` would be hit but for an exemption."""

    policy: str
    as_of: date
    kind: str
    holders: int
    outcomes: Mapping[Outcome, int]
    hit: tuple[Holder, ...]
    open: tuple[Holder, ...]
    exempt: tuple[Holder, ...]
    counts: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    @property
    def qualified(self) -> tuple[Holder, ...]:
        """The hit against whom nothing speaks but the policy."""
        return tuple(one for one in self.hit if one.qualified)


def revocation(tx: Tx, policy: Policy, as_of: date, *, risks: Risks | None = None) -> Impact:
    """Who holds a badge that is shown now and would lose it under a policy on a day."""
    holders = _holders(tx, policy, as_of, shown=True)
    hit = [one for one in holders if one.evaluation.outcome == "not" and not one.exempt]
    return _impact(tx, policy, as_of, "revoke", holders, hit, risks)


def readmission(tx: Tx, policy: Policy, as_of: date, *, risks: Risks | None = None) -> Impact:
    """Whose badge an earlier policy took and who is eligible under this one on a day."""
    holders = _holders(tx, policy, as_of, shown=False)
    hit = [one for one in holders if one.evaluation.outcome == "eligible"]
    return _impact(tx, policy, as_of, "readmit", holders, hit, risks)


def _holders(tx: Tx, policy: Policy, as_of: date, *, shown: bool) -> list[Holder]:
    found = dict(_shown(tx, policy.programme) if shown else _taken(tx, policy.programme))
    exempt = {one.entity for one in certification.exemptions(tx, policy.programme) if one.holds(as_of.isoformat())}
    listed: list[Holder] = []
    ids = list(found)
    for first in range(0, len(ids), _PAGE):
        for id, held in held_of(tx, ids[first : first + _PAGE], as_of).items():
            evaluation = evaluate(policy, held, as_of)
            licensed = _licensed(held, as_of)
            listed.append(Holder(found[id], held.entity, evaluation, shown, id in exempt, licensed, None, None))
    return listed


def _shown(tx: Tx, programme: str) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for page in _pages(tx, programme, day(tx.now).isoformat()):
        badges = badges_now(tx, [one.entity for one in page], programme)
        found |= {id: badge.certificate.id for id, badge in badges.items() if badge.shown}
    return found


def _taken(tx: Tx, programme: str) -> Mapping[str, str]:
    """Entities whose badge a policy took and nothing else withholds, with their last certificate."""
    found: dict[str, str] = {}
    for page in _pages(tx, programme, None):
        binding: dict[str, set[str]] = {}
        for action in actions.actions_on_publishers(tx, [one.entity for one in page]):
            if action.in_force(tx.now) and action.right in (RIGHT, None):
                binding.setdefault(action.publisher or "", set()).add(action.measure)
        found |= {one.entity: one.id for one in page if binding.get(one.entity) == {MEASURE}}
    return found


def _pages(tx: Tx, programme: str, as_of: str | None) -> Iterator[list[Certificate]]:
    seq = 0
    while page := certification.valid_certificates(tx, programme, as_of, seq, _PAGE):
        seq = page[-1].seq
        yield page


def _licensed(held: Held, as_of: date) -> bool | None:
    kinds = LICENCES.get(held.entity.kind, ())
    values = [one.holds(as_of) for one in held.credentials
              if one.kind in kinds and one.check not in ("malformed", "contradicted")]  # fmt: skip
    return True if True in values else None if None in values else False


def _impact(
    tx: Tx,
    policy: Policy,
    as_of: date,
    kind: str,
    holders: Sequence[Holder],
    hit: Sequence[Holder],
    risks: Risks | None,
) -> Impact:
    hit = sorted(_weighed(tx, hit, risks), key=lambda one: (one.entity.kind, one.entity.key))
    counts = {name: dict(Counter(one.dimension(name) for one in hit).most_common()) for name in DIMENSIONS}
    outcomes = Counter(one.evaluation.outcome for one in holders)
    return Impact(
        policy.id, as_of, kind, len(holders), dict(outcomes), tuple(hit),
        tuple(one for one in holders if one.evaluation.outcome == "undetermined"),
        tuple(one for one in holders if one.evaluation.outcome == "not" and one.exempt), counts,
    )  # fmt: skip


def _weighed(tx: Tx, hit: Sequence[Holder], risks: Risks | None) -> list[Holder]:
    """The same with strikes and risk: asked only of those who would be hit."""
    known = risks(tx, [one.entity for one in hit]) if risks is not None else {}
    struck = strikes_against(tx, [one.entity.id for one in hit])
    return [replace(one, strikes=struck[one.entity.id], risk=known.get(one.entity.id)) for one in hit]


def strikes_against(tx: Tx, entities: Sequence[str]) -> dict[str, int]:
    """How many decisions on each entity and on the accounts that belong to it are a strike on any ladder now."""
    ladders = book_in_force().ladders.values()
    known = counted_of(tx, entities, tx.now, ladders)
    return {
        id: len({strike.decision for ladder in ladders for strike in strikes(ladder, decisions, tx.now)})
        for id, decisions in known.items()
    }
