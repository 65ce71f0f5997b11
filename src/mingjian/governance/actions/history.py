"""A publisher's record for who decides: what they may do now, their strikes with the reason for each, and what was
decided, done and appealed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import demand
from mingjian.governance.actions.book import Book
from mingjian.governance.actions.standing import in_force_on_publisher, rights_withheld
from mingjian.governance.decisions.law import book_in_force, platforms_in_force
from mingjian.governance.ladders.count import Strike, strikes
from mingjian.governance.ladders.model import ACCOUNT, Ladder, Step
from mingjian.governance.ladders.subjects import ENTITY, counted_of, heads_of
from mingjian.records.actions.model import Action, Appeal, Decision
from mingjian.records.clock import moment
from mingjian.records.storage import actions, appeals, registry
from mingjian.records.storage.database import Tx


@dataclass(frozen=True, slots=True)
class LadderState:
    """Where a publisher stands on one ladder at this moment: the strikes that count, the step they have reached and
    the one that is next."""

    ladder: Ladder
    strikes: tuple[Strike, ...]
    step: Step | None
    next_step: Step | None
    subject: str = ""
    """Whom it counts against."""

    def explain(self, book: Book, lang: str = "zh") -> str:
        """In a sentence or two."""
        number, days = len(self.strikes), self.ladder.window_days
        if lang == "en":
            said = f"{self.ladder.title_en}: {number} within {days} days."
            if self.strikes:
                said += f" The oldest no longer counts from {moment(self.strikes[0].leaves_at):%Y-%m-%d}."
            if self.next_step is not None:
                said += f" At {self.next_step.strikes}: {_said(self.next_step, self.ladder, book, lang)}."
            special = [f" {step.title_en}: {_said(step, self.ladder, book, lang)}." for step in self.ladder.steps
                       if not step.plain]  # fmt: skip
            return said + "".join(special)
        said = f"{self.ladder.title}:{days} 天内 {number} 次。"
        if self.strikes:
            said += f"最早一次自 {moment(self.strikes[0].leaves_at):%Y-%m-%d} 起不再计入。"
        if self.next_step is not None:
            said += f"再有 {self.next_step.strikes - number} 次将{_said(self.next_step, self.ladder, book, lang)}。"
        special = [f"{step.title}的,{_said(step, self.ladder, book, lang)}。" for step in self.ladder.steps
                   if not step.plain]  # fmt: skip
        return said + "".join(special)


def _said(step: Step, ladder: Ladder, book: Book, lang: str) -> str:
    word = book.word(step.measure, lang)
    if step.measure != "suspend":
        return word
    right = book.right(ladder.right, lang)
    return f"{word} ({right}, {step.days} days)" if lang == "en" else f"{word}({right},{step.days} 天)"


@dataclass(frozen=True, slots=True)
class PublisherHistory:
    """``withheld``: right → the action that withholds it now. ``in_force`` binds the publisher now. ``decisions`` are
    a page, newest first, with their ``actions`` and ``appeals`` (by decision); ``next`` is the ``before`` of the page
    behind it."""

    publisher: str
    withheld: Mapping[str, Action]
    in_force: tuple[Action, ...]
    ladders: tuple[LadderState, ...]
    decisions: tuple[Decision, ...]
    actions: Mapping[str, tuple[Action, ...]]
    appeals: Mapping[str, Appeal]
    next: int | None


def publisher_history(
    tx: Tx,
    principal: Principal,
    publisher: str,
    *,
    before: int | None = None,
    limit: int = 50,
    book: Book | None = None,
) -> PublisherHistory:
    """A publisher's record at this moment. A publisher nothing was ever decided of has an empty one."""
    demand(principal, "case.read")
    book = book or book_in_force()
    decisions = actions.publisher_decisions(tx, publisher, before, limit + 1)
    page = decisions[:limit]
    ids = [decision.id for decision in page]
    taken: dict[str, list[Action]] = {id: [] for id in ids}
    for action in actions.actions_of_decisions(tx, ids):
        taken[action.decision].append(action)
    return PublisherHistory(
        publisher,
        rights_withheld(tx, publisher, book),
        tuple(in_force_on_publisher(tx, publisher)),
        ladder_states(tx, publisher, book),
        tuple(page),
        {id: tuple(found) for id, found in taken.items()},
        appeals.appeals_of(tx, ids),
        page[-1].seq if len(decisions) > limit else None,
    )


def ladder_states(tx: Tx, publisher: str, book: Book | None = None) -> tuple[LadderState, ...]:
    """Every ladder's strikes of a publisher, counted now: on ladders that count against an entity of the registry,
    those of the entity it is or belongs to."""
    ladders = (book or book_in_force()).ladders.values()
    kinds = {ladder.subject for ladder in ladders}
    subjects = {ACCOUNT: [publisher]}
    if kinds != {ACCOUNT}:
        heads = [publisher] if publisher.startswith(ENTITY) else heads_of(tx, publisher, platforms_in_force())
        for entity in registry.entities_by_id(tx, heads).values():
            subjects.setdefault(entity.kind, []).append(entity.id)
    wanted = [(ladder, subject) for ladder in ladders for subject in subjects.get(ladder.subject, ())]
    known = counted_of(tx, {subject for _, subject in wanted}, tx.now, ladders)
    states = []
    for ladder, subject in wanted:
        found = strikes(ladder, known[subject], tx.now)
        state = LadderState(ladder, found, ladder.step(len(found)), ladder.next_step(len(found)), subject)
        states.append(state)
    return tuple(states)
