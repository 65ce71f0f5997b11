"""Practising in scope: may they perform at least one of the ranking's representative procedures where they practise?
The chain of scope answers decides; what products a place uses is not asked of a doctor."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache

from mingjian.core.model.scope import Catalogue
from mingjian.core.rulebook.load import load
from mingjian.core.scope import may_perform
from mingjian.core.scope.facts import Institution, Physician
from mingjian.core.scope.model import MISSING, NO, UNDETERMINED, YES, Step
from mingjian.desk.registry.scope_facts import institutions, physicians
from mingjian.records.registry.model import Entity
from mingjian.records.storage import registry
from mingjian.records.storage.database import Tx

_PERSONAL = frozenset(("licence", "specialty", "grade", "qualification", "practice", "practice_scope", "post", "lead"))
_in_force: list[Catalogue] = []
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Scope:
    """The answer: yes, no or undetermined, with what it rests on and what is missing, in words."""

    value: str
    why: str
    facts: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    cites: tuple[str, ...] = field(default=())


def use_catalogue(catalogue: Catalogue) -> None:
    """The catalogue of procedures that this process goes by: a door says it when it opens the desk."""
    _in_force[:] = [catalogue]


def catalogue() -> Catalogue:
    """The catalogue in force: that of the shipped rulebook where no door chose one."""
    return _in_force[0] if _in_force else _shipped()


@cache
def _shipped() -> Catalogue:
    return load().catalogue


def scopes(tx: Tx, entities: Sequence[Entity], procedures: Iterable[str], as_of: date) -> dict[str, Scope]:
    """The answer for each physician by id, over the institutions where they practise on the day."""
    known = catalogue()
    wanted = [code for code in procedures if code in known.procedures]
    people = physicians(tx, entities, as_of)
    ids = {post.institution for one in people.values() for post in one.posts or () if post.holds(as_of)}
    places = institutions(tx, known, registry.entities_by_id(tx, ids).values(), as_of)
    return {id: _best(known, one, places, wanted, as_of) for id, one in people.items()}


def _best(
    known: Catalogue, one: Physician, places: Mapping[str, Institution], procedures: Sequence[str], as_of: date
) -> Scope:
    posts = [post.institution for post in one.posts or () if post.holds(as_of)]
    here = [places[id] for id in dict.fromkeys(posts) if id in places]
    if not here:
        return Scope(UNDETERMINED, "不知道当日在哪家机构执业", missing=("执业机构",))
    answers = []
    for place in here:
        for code in procedures:
            steps = may_perform(known, one, known.procedures[code], place, as_of).steps
            own = [step for step in steps if step.what in _PERSONAL]
            answers.append((_value(own), known.procedures[code].name, own))
    for value in (YES, UNDETERMINED, NO):
        # The answer that is nearest to yes: the fewest steps that do not say so.
        fitting = [found for found in answers if found[0] == value]
        if fitting:
            _, name, own = min(fitting, key=lambda found: sum(step.value != YES for step in found[2]))
            return _told(value, name, own)
    return Scope(UNDETERMINED, "榜单方案没有写明代表性项目", missing=("代表性项目",))


def _value(steps: Sequence[Step]) -> str:
    values = {step.value for step in steps}
    return NO if NO in values else UNDETERMINED if UNDETERMINED in values else YES


def _told(value: str, name: str, steps: Sequence[Step]) -> Scope:
    if value == YES:
        return Scope(YES, f"可以在执业机构实施{name}", tuple(step.why for step in steps)[:_SHOWN])
    open_ones = [step for step in steps if step.value == value]
    missing = tuple(dict.fromkeys(MISSING[fact] for step in open_ones for fact in step.missing))
    why = f"能否实施{name}还不能确定" if value == UNDETERMINED else f"代表性项目都不能实施,最接近的是{name}"
    cites = tuple(dict.fromkeys(cite for step in open_ones for cite in step.cites))
    return Scope(value, why, tuple(step.why for step in open_ones)[:_SHOWN], missing, cites)
