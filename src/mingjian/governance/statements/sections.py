"""The six sections of a statement of reasons. Pure: everything was read before."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mingjian.core.model.law import Citation
from mingjian.core.report.labels import label
from mingjian.core.report.media import Region, long_place
from mingjian.governance.decisions.law import Basis
from mingjian.governance.decisions.words import reason_word
from mingjian.governance.ladders.model import Ladder
from mingjian.governance.statements.model import Row, Section
from mingjian.governance.statements.words import say, state_word
from mingjian.records.actions.model import Action, Decision, Reinstatement
from mingjian.records.clock import moment
from mingjian.records.items.model import Stored

MOST_QUOTED = 30  # findings; the rest are of the same kinds


@dataclass(frozen=True, slots=True)
class Case:
    """Everything a statement is made from. ``verdict`` is None when there was none or it was deleted; ``shown``
    masks what the reader may not see. ``further`` is the law of ladders' steps, as of the day they were taken."""

    decision: Decision
    actions: Sequence[Action]
    item: Stored | None
    verdict: Mapping[str, Any] | None
    law: Sequence[Citation]
    further: Sequence[Citation]
    basis: Basis
    lang: str
    link: str | None
    shown: Callable[[str], str]
    met: Sequence[Reinstatement] = ()
    """The conditions of reinstatement that are on record as met."""
    name: str = ""
    """What to call the publisher."""

    def say(self, key: str, **values: object) -> str:
        """A phrase in the statement's language."""
        return say(key, self.lang, **values)

    def list(self, words: Sequence[str]) -> str:
        """Words one after another."""
        return label("ui", "semi", self.lang).join(word for word in words if word)


def sections(case: Case) -> tuple[Section, ...]:
    """All of them, in order."""
    return (_decision(case), _facts(case), _evidence(case), _law(case), _measures(case), _appeal(case))


def _at(at: int) -> str:
    return f"{moment(at):%Y-%m-%d %H:%M}"


def _decision(case: Case) -> Section:
    made, item = case.decision, case.item
    measure = case.list([_measure(case, action) for action in case.actions if action.step is None] or
                        [case.basis.book.word(made.measure, case.lang)])  # fmt: skip
    if item is not None:
        names = case.basis.platforms if case.lang == "zh" else {}  # known in Chinese only
        told = [names.get(item.platform, item.platform)] if item.platform else []
        told += [case.say("published_on", day=item.published_on)] if item.published_on else []
        where = case.say("where", told=label("ui", "sep", case.lang).join(told)) if told else ""
        first = case.say("of_item", external=case.shown(item.external), where=where, measure=measure)
    else:
        key = "of_entity" if case.name != (made.publisher or "") else "of_publisher"
        first = case.say(key, publisher=case.name, measure=measure)
    paragraphs = [first]
    if made.state != "in_force":
        state = state_word(made.state, case.lang)
        paragraphs.append(case.say("closed", state=state, at=_at(made.closed_at or made.at)))
    rows = [
        Row(case.say("number"), made.id),
        Row(case.say("made_at"), _at(made.at)),
        Row(case.say("how"), case.say("automatic" if made.automatic else "by_person")),
        Row(case.say("policy"), made.policy),
    ]
    before = [*made.replaces, *([made.facts["varies"]] if "varies" in made.facts else [])]
    if before:
        rows.append(Row(case.say("instead_of"), label("ui", "sep", case.lang).join(before)))
    if made.rulebook:
        rows.append(Row(case.say("rulebook"), made.rulebook))
    if item is not None:
        rows.append(Row(case.say("content_digest"), item.digest))
    return Section("decision", case.say("decision"), tuple(paragraphs), tuple(rows))


def _facts(case: Case) -> Section:
    paragraphs = []
    if case.verdict is not None:
        nature = label("nature", case.verdict["nature"]["value"], case.lang)
        domain = case.verdict["domain"]["value"]
        key = "judged_as" if domain == "other" else "judged_in"
        paragraphs.append(case.say(key, nature=nature, domain=label("domain", domain, case.lang)))
    reasons = [case.shown(reason_word(reason, case.lang)).rstrip("。.; ") for reason in case.decision.reasons]
    if any(reasons):
        paragraphs.append(case.say("because", reasons=case.list(reasons)))
    for action in case.actions:
        name, _, number = (action.step or "").partition("/")
        ladder = case.basis.book.ladders.get(name)
        if ladder is not None:
            title = ladder.title_en if case.lang == "en" else ladder.title
            paragraphs.append(_counted(case, ladder, title, number))
    return Section("facts", case.say("facts"), tuple(paragraphs))


def _counted(case: Case, ladder: Ladder, title: str, key: str) -> str:
    step = ladder.named(key)
    if step is None or step.plain:
        return case.say("counted", ladder=title, days=ladder.window_days, strikes=step.strikes if step else key)
    name = step.title_en if case.lang == "en" else step.title
    return case.say("stepped", ladder=title, step=name or key)


def _evidence(case: Case) -> Section:
    if case.decision.verdict and case.verdict is None:
        return Section("evidence", case.say("evidence"), (case.say("gone"),))
    found = [one for one in (case.verdict or {}).get("findings", ()) if one["code"] in case.decision.codes]
    rows = [_quoted(case, finding) for finding in found[:MOST_QUOTED]]
    seen = {finding["code"] for finding in found}
    for code in case.decision.codes:
        if code not in seen and code in case.basis.rules:
            rows.append(Row(case.say("held"), case.basis.rules[code].title))
    made = case.decision
    key = "by_registry" if made.automatic and case.name != (made.publisher or "") else "not_quoted"
    return Section("evidence", case.say("evidence"), () if rows else (case.say(key),), tuple(rows))


def _quoted(case: Case, finding: Mapping[str, Any]) -> Row:
    role = label("role", finding["role"], case.lang)
    if not finding["quote"]:  # something is missing: there is nothing to quote
        return Row(role, finding["title"])
    where = case.say("chars", role=role, start=finding["start"] + 1, end=finding["end"])
    if finding.get("places"):
        where = f"{role} {long_place([_region(place) for place in finding['places']], case.lang)}"
    return Row(where, case.say("found", title=finding["title"]), case.shown(finding["quote"]))


def _region(place: Mapping[str, Any]) -> Region:
    box, time = place.get("box"), place.get("time")
    return Region(place.get("page"), tuple(box) if box else None, tuple(time) if time else None, place.get("picture"))


def _law(case: Case) -> Section:
    if not case.law:
        return Section("law", case.say("law"), (case.say("no_law"),))
    rows = [Row(_cited(case, citation), citation.summary) for citation in case.law]
    rows += [Row(case.say("further", head=_cited(case, citation)), citation.summary) for citation in case.further]
    return Section("law", case.say("law"), (case.say("as_of", day=case.decision.as_of),), tuple(rows))


def _cited(case: Case, citation: Citation) -> str:
    name = citation.instrument if citation.instrument.startswith("《") else f"《{citation.instrument}》"
    key = "in_force" if citation.effective else "no_date"
    return case.say(key, name=name, article=citation.article, day=citation.effective)


def _measures(case: Case) -> Section:
    rows = []
    waits = False
    for action in case.actions:
        rows.append(Row(_measure(case, action), _term(case, action)))
        for condition in action.conditions:
            waits = waits or action.state == "in_force"
            rows.append(Row(case.say("condition"), _condition(case, action, condition)))
    return Section("measures", case.say("measures"), (case.say("send"),) if waits else (), tuple(rows))


def _term(case: Case, action: Action) -> str:
    reverse = case.basis.book.reverse_word(action.measure, case.lang)
    start, then = _at(action.taken_at), "_then" if action.conditions else ""
    if action.until is None:
        term = case.say(f"from{then}", start=start, reverse=reverse)
    else:
        term = case.say(f"from_to{then}", start=start, end=_at(action.until))
    if action.early_from is not None:
        term += case.say("early", day=_at(action.early_from))
    if action.state != "in_force" and action.ended_at is not None:
        term += case.say("ended", at=_at(action.ended_at), state=state_word(action.state, case.lang))
    return term


def _condition(case: Case, action: Action, name: str) -> str:
    known = case.basis.book.conditions.get(name)
    title = known.word(case.lang) if known is not None else name
    met = next((one for one in case.met if (one.action, one.condition) == (action.id, name)), None)
    if met is not None:
        return case.say("done", title=title, at=_at(met.at))
    return case.say("to_do", title=title, how=known.told(case.lang)) if known is not None else title


def _measure(case: Case, action: Action) -> str:
    word = case.basis.book.word(action.measure, case.lang)
    if action.right is None:
        return word
    return case.say("of_right", measure=word, right=case.basis.book.right(action.right, case.lang))


def _appeal(case: Case) -> Section:
    made, book = case.decision, case.basis.book
    if made.appeal_until is None or made.state != "in_force":
        key = "moot" if made.state != "in_force" else "final" if made.origin == "appeal" else "none"
        return Section("appeal", case.say("appeal"), (case.say(key), case.say("courts")))
    paragraphs = [case.say("until", until=_at(made.appeal_until)), case.say("by_number")]
    paragraphs += [case.say("human")] if made.automatic else []
    paragraphs += [case.say("who", days=book.answer_days), case.say("courts")]
    rows = (Row(case.say("link"), case.link),) if case.link else ()
    return Section("appeal", case.say("appeal"), tuple(paragraphs), rows)
