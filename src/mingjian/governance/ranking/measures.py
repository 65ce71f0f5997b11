"""What the software measures by itself: each measure looks at the facts of one physician and gives a value with where
it was read and the day it speaks of, or None where the facts do not say."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from mingjian.records.actions.model import Decision
from mingjian.records.clock import day
from mingjian.records.registry.model import Credential, Entity, Link

TITLES = {"住院医师": 1.0, "医师": 1.0, "主治医师": 2.0, "副主任医师": 3.0, "主任医师": 4.0}
LIMITING = ("label", "limit", "demote")
SERIOUS = ("suspend", "ban")
VIOLATIONS = ("return", "limit", "demote", "take_down", "interrupt", "suspend", "ban")
_YEAR = 365.25
_WINDOW = 730  # days of decisions that count
_THREE_YEARS = 1096
_CLEAN = 24.0  # months without a violation beyond which more says no more
_CHECKED = {"confirmed": 2.0, "well_formed": 1.0, "unverified": 0.0}
_GRADES = (("三级", 3.0), ("二级", 2.0), ("一级", 1.0))


@dataclass(frozen=True, slots=True)
class Value:
    """A value with where it comes from, the day it speaks of and what it was read from."""

    value: float
    source: str
    on: str
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of one physician: their own credentials, where they practise with those places' credentials, their
    accounts, and the decisions in force that concern these accounts. ``appeals`` are (decision, state)."""

    entity: Entity
    as_of: date
    credentials: Sequence[Credential] = ()
    practice: Sequence[Link] = ()
    institutions: Mapping[str, Entity] = field(default_factory=dict)
    licences: Mapping[str, Sequence[Credential]] = field(default_factory=dict)
    accounts: Sequence[Link] = ()
    decisions: Sequence[Decision] = ()
    lost: int = 0
    reported: Mapping[tuple[str, str], float] = field(default_factory=dict)
    """Sums of the last year of what outside sources reported: (source, measure) → how many."""
    published: bool = False
    """Whether any account of theirs is known at all: without one nothing is said of decisions."""


Measure = Callable[[Facts], float | None]
MEASURES: dict[str, Measure] = {}


def measure(function: Measure) -> Measure:
    """Register a measure under its name."""
    MEASURES[function.__name__.removeprefix("m_")] = function
    return function


def of_kind(facts: Facts, *kinds: str) -> list[Credential]:
    """The credentials of these kinds."""
    return [one for one in facts.credentials if one.kind in kinds]


def _years(since: date | None, until: date) -> float | None:
    return None if since is None or since > until else (until - since).days / _YEAR


def _first(found: Sequence[Credential]) -> date | None:
    days = [one.valid_from for one in found if one.valid_from is not None]
    return min(days) if days else None


@measure
def m_practice_years(facts: Facts) -> float | None:
    """Years since the first registration to practise."""
    told = facts.entity.attributes.get("practice_since")
    first = _first(of_kind(facts, "physician_practice"))
    if isinstance(told, str):
        try:
            given = date.fromisoformat(told)
        except ValueError:
            return _years(first, facts.as_of)
        first = given if first is None else min(first, given)
    return _years(first, facts.as_of)


@measure
def m_title_level(facts: Facts) -> float | None:
    """The professional title as a level."""
    return TITLES.get(str(facts.entity.attributes.get("level", "")))


def _checked(found: Sequence[Credential]) -> float | None:
    return max((_CHECKED.get(one.check, 0.0) for one in found), default=None)


@measure
def m_practice_verified(facts: Facts) -> float | None:
    """How far the certificate of practice was verified."""
    return _checked(of_kind(facts, "physician_practice"))


@measure
def m_qualification_verified(facts: Facts) -> float | None:
    """How far the qualification was verified."""
    return _checked(of_kind(facts, "physician_qualification"))


@measure
def m_lead_years(facts: Facts) -> float | None:
    """Years as lead physician."""
    return _years(_first(of_kind(facts, "aesthetic_lead")), facts.as_of)


@measure
def m_lead_specialties(facts: Facts) -> float | None:
    """In how many specialties they lead."""
    found = [one for one in of_kind(facts, "aesthetic_lead") if one.holds(facts.as_of) is not False]
    return float(len({code for one in found for code in one.scope}) or len(found)) if found else None


def _training(facts: Facts) -> list[Credential]:
    since = facts.as_of - timedelta(days=_THREE_YEARS)
    return [one for one in of_kind(facts, "training")
            if one.valid_from is not None and since <= one.valid_from <= facts.as_of]  # fmt: skip


@measure
def m_training_count(facts: Facts) -> float | None:
    """Trainings of the last three years."""
    return float(len(_training(facts))) if of_kind(facts, "training") else None


@measure
def m_training_recent(facts: Facts) -> float | None:
    """Months since the last training."""
    days = [one.valid_from for one in of_kind(facts, "training") if one.valid_from and one.valid_from <= facts.as_of]
    return (facts.as_of - max(days)).days / (_YEAR / 12) if days else None


@measure
def m_ethics_training(facts: Facts) -> float | None:
    """Trainings in ethics or law of the last three years."""
    if not of_kind(facts, "training"):
        return None
    return float(sum(1 for one in _training(facts) if one.attributes.get("topic") in ("ethics", "law")))


@measure
def m_practice_continuity(facts: Facts) -> float | None:
    """Percent of the days of the last five years on which they practised anywhere."""
    if not facts.practice:
        return None
    first = facts.as_of - timedelta(days=5 * 365)
    spans = sorted((max(first, link.valid_from or first), min(facts.as_of, link.valid_to or facts.as_of))
                   for link in facts.practice if link.state != "revoked")  # fmt: skip
    covered, reached = 0, first
    for since, until in spans:
        since = max(since, reached)
        if until > since:
            covered += (until - since).days
            reached = until
    return 100.0 * covered / (facts.as_of - first).days


def current(facts: Facts) -> list[Entity]:
    """Where they practise on the day."""
    held = [link.target for link in facts.practice if link.holds(facts.as_of)]
    return [facts.institutions[id] for id in dict.fromkeys(held) if id in facts.institutions]


@measure
def m_institution_grade(facts: Facts) -> float | None:
    """The best grade of where they practise."""
    levels = [level for place in current(facts) for word, level in _GRADES
              if word in str(place.attributes.get("grade", ""))]  # fmt: skip
    return max(levels, default=None)


@measure
def m_scope_breadth(facts: Facts) -> float | None:
    """Specialties within the scope of practice."""
    codes = {code for one in of_kind(facts, "physician_practice") for code in one.scope}
    return float(len(codes)) if codes else None


@measure
def m_teaching(facts: Facts) -> float | None:
    """Whether they hold a teaching appointment."""
    return float(any(one.attributes.get("teaching") for one in facts.credentials)) if facts.credentials else None


@measure
def m_completeness(facts: Facts) -> float | None:
    """Percent of what a registration should hold that is there."""
    needed = (
        bool(of_kind(facts, "physician_qualification")),
        any(one.valid_from is not None for one in of_kind(facts, "physician_practice")),
        any(one.check in ("well_formed", "confirmed") for one in of_kind(facts, "physician_practice")),
        bool(of_kind(facts, "aesthetic_lead")),
        bool(current(facts)),
        "level" in facts.entity.attributes,
    )
    return 100.0 * sum(needed) / len(needed)


@measure
def m_sites(facts: Facts) -> float | None:
    """Percent of the places where they practise whose licence holds."""
    places = current(facts)
    if not places:
        return None
    good = sum(any(one.holds(facts.as_of) for one in facts.licences.get(place.id, ())) for place in places)
    return 100.0 * good / len(places)


@measure
def m_accounts(facts: Facts) -> float | None:
    """Percent of their accounts whose belonging to them holds on the day."""
    if not facts.accounts:
        return None
    return 100.0 * sum(link.holds(facts.as_of) for link in facts.accounts) / len(facts.accounts)


@measure
def m_lapses(facts: Facts) -> float | None:
    """How often a certificate ended within three years and no other of its kind took over."""
    since = facts.as_of - timedelta(days=_THREE_YEARS)
    own = of_kind(facts, "physician_practice", "aesthetic_lead", "physician_qualification")
    if not own:
        return None
    return float(sum(
        1 for one in own
        if one.valid_to is not None and since <= one.valid_to < facts.as_of
        and not any(other.kind == one.kind and other.id != one.id and other.valid_from is not None
                    and other.valid_from <= one.valid_to + timedelta(days=1)
                    and (other.valid_to is None or other.valid_to > one.valid_to) for other in own)
    ))  # fmt: skip


def _recent(facts: Facts, *measures: str) -> list[Decision] | None:
    """Decisions of the window by measure; None where no account of theirs is known."""
    if not facts.published:
        return None
    since = facts.as_of - timedelta(days=_WINDOW)
    return [one for one in facts.decisions
            if one.measure in measures and since <= day(one.at) <= facts.as_of]  # fmt: skip


def _count(facts: Facts, wanted: Callable[[Decision], bool], *measures: str) -> float | None:
    found = _recent(facts, *(measures or VIOLATIONS))
    return None if found is None else float(sum(map(wanted, found)))


def _coded(*beginnings: str) -> Callable[[Decision], bool]:
    return lambda one: any(code.startswith(beginnings) for code in one.codes)


@measure
def m_medical_violations(facts: Facts) -> float | None:
    """Violations of medical law."""
    return _count(facts, lambda one: any(not cite.startswith("cn.advertising-law") for cite in one.cites))


@measure
def m_beyond_scope(facts: Facts) -> float | None:
    """Content beyond what the place may do."""
    return _count(facts, lambda one: any("aesthetic-services-measures/17" in cite for cite in one.cites))


@measure
def m_serious_measures(facts: Facts) -> float | None:
    """Suspensions and bans."""
    return _count(facts, lambda _: True, *SERIOUS)


@measure
def m_ad_violations(facts: Facts) -> float | None:
    """Violations of advertising law."""
    return _count(facts, lambda one: any(cite.startswith("cn.advertising-law") for cite in one.cites))


@measure
def m_guarantees(facts: Facts) -> float | None:
    """Guarantees of effect or safety."""
    return _count(facts, lambda one: "cn.advertising-law/16.1.1" in one.cites or _coded("AD-16-1-guarantee")(one))


@measure
def m_patient_images(facts: Facts) -> float | None:
    """Patients' images used against the rules."""
    return _count(facts, lambda one: any("aesthetic-services-measures/21" in cite or "civil-code/1019" in cite
                                         for cite in one.cites) or _coded("AD-16-1-patient")(one))  # fmt: skip


@measure
def m_limits(facts: Facts) -> float | None:
    """Limiting measures."""
    return _count(facts, lambda _: True, *LIMITING)


@measure
def m_clean_months(facts: Facts) -> float | None:
    """Months since the last violation."""
    found = _recent(facts, *VIOLATIONS)
    if found is None:
        return None
    days = [day(one.at) for one in found]
    return min(_CLEAN, (facts.as_of - max(days)).days / (_YEAR / 12)) if days else _CLEAN


@measure
def m_appeals_lost(facts: Facts) -> float | None:
    """Appeals in which the decision stood."""
    return float(facts.lost) if facts.published else None


@measure
def m_repeats(facts: Facts) -> float | None:
    """Rules broken twice or more."""
    found = _recent(facts, *VIOLATIONS)
    if found is None:
        return None
    codes = [code for one in found for code in dict.fromkeys(one.codes)]
    return float(sum(1 for code in set(codes) if codes.count(code) > 1))


_FEW_REVIEWS, _FEW_ORDERS = 10, 50  # with fewer a share says nothing


@measure
def m_review_volume(facts: Facts) -> float | None:
    """Reviews of the last year."""
    return facts.reported.get(("reviews", "count"))


@measure
def m_review_low(facts: Facts) -> float | None:
    """Percent of bad ones among them."""
    count = facts.reported.get(("reviews", "count"), 0.0)
    bad = facts.reported.get(("reviews", "bad"))
    return None if bad is None or count < _FEW_REVIEWS else 100.0 * bad / count


@measure
def m_complaint_rate(facts: Facts) -> float | None:
    """Complaints in a thousand orders of the last year."""
    orders = facts.reported.get(("orders", "count"), 0.0)
    received = facts.reported.get(("complaints", "received"))
    return None if received is None or orders < _FEW_ORDERS else 1000.0 * received / orders


def collected(facts: Facts, names: Sequence[tuple[str, str, str]]) -> dict[str, Value]:
    """The values of dimensions, given as (dimension, measure, source); those of which nothing is known are left out."""
    found: dict[str, Value] = {}
    for dimension, name, source in names:
        value = MEASURES[name](facts)
        if value is not None:
            found[dimension] = Value(round(value, 6), source, facts.as_of.isoformat(), name)
    return found
