"""A stage: items with an outcome are taken into the desk, judged there with all that the desk knows, and dealt with.

A stretch of items, what was done to them and the place reached are one transaction, made only while the place is
still where the stretch began: whoever is killed loses the judging of one stretch, and nothing is done twice. What the
desk knows may clear an item (a licence that the register vouches for): then nothing follows, and the ledger says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from mingjian.core.engine.options import Options
from mingjian.core.model import Item, Verdict
from mingjian.desk.cases.model import CaseRequest
from mingjian.desk.cases.service import open_cases
from mingjian.governance.decisions.law import Basis, basis_in_force
from mingjian.governance.decisions.make import make
from mingjian.governance.decisions.model import DecisionInput
from mingjian.governance.policies.active import Active
from mingjian.governance.policies.apply import MOST_CODES, followed
from mingjian.governance.policies.facts import most_strikes, strikes_of
from mingjian.governance.policies.model import Outcome
from mingjian.governance.screening.service import Judge, Judged, Prepared, Screening, no_policy
from mingjian.governance.sweeps import results
from mingjian.governance.sweeps.judging import read_items
from mingjian.governance.sweeps.plan import Plan
from mingjian.governance.sweeps.service import RUNNER, plan_of, sweep_of
from mingjian.governance.sweeps.sources import Source, open_source
from mingjian.intake.item_schema import item_to_dict
from mingjian.records.errors import Conflict
from mingjian.records.items.model import Stored, Submission
from mingjian.records.journal.append import append
from mingjian.records.journal.model import Event
from mingjian.records.storage import actions, policies
from mingjian.records.storage import sweeps as stored
from mingjian.records.storage.database import Database, Tx
from mingjian.records.storage.events import hold_head
from mingjian.records.sweeps.model import JudgedPiece, Piece, Sweep

AT_ONCE = 100  # items of one transaction
_LOOK = 64  # pieces looked through at a time
Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Picked:
    """The next items: rows of one piece."""

    piece: Piece
    rows: Sequence[Row]


class Taker:
    """Carries stages out, a stretch at a time. Keeps the piece it is in, so use one for a whole stage."""

    def __init__(
        self, database: Database, screening: Screening, folder: Path, *, basis: Basis | None = None,
        at_once: int = AT_ONCE,
    ) -> None:  # fmt: skip
        self._database, self._folder, self._basis, self._at_once = database, folder, basis, at_once
        self._screening = replace(screening, apply=no_policy)
        self._piece = lru_cache(maxsize=2)(self._acting)
        self._source: tuple[str, Source] | None = None
        self._items: tuple[tuple[str, int], dict[int, Item]] | None = None

    def step(self, id: str) -> int:
        """Deal with the next items of the stage; how many (0: nothing to do, the sweep is not running). The last
        step of a stage says that it is done."""
        with self._database.read() as tx:
            sweep = sweep_of(tx, id)
            if sweep.state != "running":
                return 0
            frozen = plan_of(tx, sweep)
            picked = self._next(tx, sweep, frozen)
        if self._screening.judge.rulebook != frozen.rulebook:
            raise Conflict("规则库与计划冻结的不同,不能接着执行。请用原来的版本续做,或停止后新建一次回查。")
        if picked is None:
            self._finish(sweep)
            return 1
        prepared = self._prepared(sweep, frozen, picked)  # the store is free for others meanwhile
        with self._database.write() as tx:
            hold_head(tx)
            now = sweep_of(tx, id)
            if now.state != "running" or (now.stage, now.at_place, now.at_row) != (
                sweep.stage, sweep.at_place, sweep.at_row,
            ):  # fmt: skip
                return 1  # halted, or somebody else was quicker
            kept = self._screening.keep(tx, prepared, RUNNER.actor)
            told = self._act(tx, now, frozen, picked, prepared, [one.item for one, _ in kept])
            body = {"stage": now.stage, "place": picked.piece.place, "row": picked.rows[-1]["row"], "items": told}
            append(tx, Event("sweep.took", id, body, RUNNER.actor))
        return len(picked.rows)

    def _next(self, tx: Tx, sweep: Sweep, frozen: Plan) -> _Picked | None:
        stage = frozen.steps[sweep.stage]
        first = sweep.at_place
        while found := stored.judged_pieces(tx, sweep.id, first, _LOOK, acting=True):
            for one in found:
                after = sweep.at_row if one.piece.place == sweep.at_place else -1
                rows = [row for row in self._piece(sweep.id, one) if row["row"] > after and stage.takes(row)]
                done = stored.taken_rows(tx, sweep.id, one.piece.place, [row["row"] for row in rows])
                rows = [row for row in rows if row["row"] not in done][: self._at_once]
                if rows:
                    return _Picked(one.piece, rows)
            first = found[-1].piece.place + 1
        return None

    def _acting(self, sweep: str, one: JudgedPiece) -> list[dict[str, Any]]:
        return list(results.acting(results.read(self._folder, sweep, one.piece.place, digest=one.result)))

    def _read(self, sweep: str, frozen: Plan, piece: Piece) -> dict[int, Item]:
        """The items of the piece that is being dealt with, kept while it lasts."""
        if self._source is None or self._source[0] != sweep:
            self._source = (sweep, open_source(frozen.source))
        if self._items is None or self._items[0] != (sweep, piece.place):
            self._items = ((sweep, piece.place), dict(read_items(self._source[1].read(piece))[0]))
        return self._items[1]

    def _prepared(self, sweep: Sweep, frozen: Plan, picked: _Picked) -> list[Prepared]:
        read = self._read(sweep.id, frozen, picked.piece)
        given = [read.get(row["row"]) for row in picked.rows]
        if any(item is None or item.id != row["id"] for item, row in zip(given, picked.rows, strict=True)):
            raise Conflict(f"来源在判定之后变动过({picked.piece.file}),不能接着执行。请恢复原文件,或新建一次回查。")
        screening = replace(self._screening, judge=_Dated(self._screening.judge, frozen.day))
        return screening.prepare([Submission(item_to_dict(item), frozen.origin) for item in given if item is not None])

    def _act(
        self, tx: Tx, sweep: Sweep, frozen: Plan, picked: _Picked, prepared: Sequence[Prepared], items: Sequence[Stored]
    ) -> list[list[Any]]:
        """What became of each: [row, item, word, how, decision, case]."""
        basis = self._basis or basis_in_force()
        held = [one.subject for one in policies.rule_states(tx, ("suspended",))]
        active = frozen.active(held)
        known = strikes_of(tx, [one.publisher for one in items], tx.now) if "strikes" in active.asks else None
        wanted: list[_Wanted] = []
        for item, one in zip(items, prepared, strict=True):
            struck = None if known is None else most_strikes(known.get(item.publisher or "", ()), tx.now)
            wanted.append(_once(self._wanted(tx, sweep, frozen, active, item, one, struck, basis), item, wanted, basis))
        made = self._decided(tx, sweep, wanted, basis)
        cases = open_cases(tx, RUNNER, [one.case for one in wanted if one.case is not None])
        opened = iter(cases)
        told: list[list[Any]] = []
        for row, item, each in zip(picked.rows, items, wanted, strict=True):
            case = next(opened) if each.case is not None else None
            own = case is not None and case.facts.get("sweep") == sweep.id
            decision = made.get(each.decision) if each.decision is not None else None
            how = "acted" if decision else "opened" if own else "already" if case is not None else each.how
            told.append([row["row"], item.id, each.word, how, decision, case.id if case is not None and own else None])
        return told

    def _wanted(
        self, tx: Tx, sweep: Sweep, frozen: Plan, active: Active, item: Stored, one: Prepared, strikes: int | None,
        basis: Basis,
    ) -> _Wanted:  # fmt: skip
        if item.state != "judged":
            return _Wanted("pass", "erased")
        outcome, case, decision = followed(active, Judged(item, one.item, one.verdict, ""), strikes, self._basis)
        if outcome.policy is None or outcome.word == "pass":
            return _Wanted("pass", "cleared")
        by_hand = frozen.measures.get(outcome.clause)
        if by_hand is not None and _grounded(outcome, one, by_hand, basis):
            case, decision = None, _by_hand(sweep, item, outcome, by_hand)
        if decision is not None and _stands(tx, item, decision, basis):
            decision = None
        elif decision is not None:
            decision = replace(decision, request=f"{sweep.id}:{item.id}")
        if case is not None:
            case = replace(case, facts={**case.facts, "sweep": sweep.id})
        return _Wanted(by_hand if by_hand and case is None else outcome.word, "already", case, decision,
                       by_hand is not None and case is None)  # fmt: skip

    def _decided(self, tx: Tx, sweep: Sweep, wanted: Sequence[_Wanted], basis: Basis) -> dict[DecisionInput, str]:
        made: dict[DecisionInput, str] = {}
        for by_hand, actor, origin in ((False, RUNNER.actor, "policy"), (True, sweep.started_by or "", "manual")):
            wishes = [one.decision for one in wanted if one.decision is not None and one.by_hand == by_hand]
            if wishes:
                done = make(tx, actor, wishes, origin, basis, extra={"sweep": sweep.id})
                made |= {wish: one.decision.id for wish, one in zip(wishes, done, strict=True)}
        return made

    def _finish(self, sweep: Sweep) -> None:
        with self._database.write() as tx:
            hold_head(tx)
            now = sweep_of(tx, sweep.id)
            if (now.state, now.stage, now.at_place, now.at_row) == (
                "running", sweep.stage, sweep.at_place, sweep.at_row,
            ):  # fmt: skip
                body = {"stage": now.stage, "last": now.stage + 1 == len(now.stages)}
                append(tx, Event("sweep.finished", sweep.id, body, RUNNER.actor))


@dataclass(frozen=True, slots=True)
class _Dated:
    """The engine under the plan's day, for items that carry no date of their own."""

    engine: Judge
    day: date

    @property
    def rulebook(self) -> str:
        return self.engine.rulebook

    def check(self, items: Sequence[Item], options: Options) -> list[Verdict]:
        return self.engine.check(items, replace(options, as_of=self.day))


@dataclass(frozen=True, slots=True)
class _Wanted:
    """What is to become of an item; ``how`` where nothing comes of it."""

    word: str
    how: str
    case: CaseRequest | None = None
    decision: DecisionInput | None = None
    by_hand: bool = False
    publisher: str | None = None


def _once(one: _Wanted, item: Stored, before: Sequence[_Wanted], basis: Basis) -> _Wanted:
    """Of several items of one publisher in a stretch only the first asks for a measure on the publisher."""
    wish = one.decision
    if wish is None or basis.book.measures[wish.measure].target == "item":
        return replace(one, publisher=item.publisher)
    told = any(two.decision is not None and two.publisher == item.publisher and two.decision.measure == wish.measure
               for two in before)  # fmt: skip
    return replace(one, publisher=item.publisher, decision=None if told else wish)


def _by_hand(sweep: Sweep, item: Stored, outcome: Outcome, measure: str) -> DecisionInput:
    reasons = (outcome.reason, f"回查“{sweep.name}”:{sweep.reason}"[:2000])
    return DecisionInput(measure, item=item.id, reasons=reasons, codes=outcome.codes[:MOST_CODES],
                         policy=outcome.policy)  # fmt: skip


def _grounded(outcome: Outcome, one: Prepared, measure: str, basis: Basis) -> bool:
    """Whether a person's measure has law of the day to stand on and somebody to fall on; else people get a case."""
    known = basis.book.measures[measure]
    if known.target == "publisher" and not one.item.publisher.id:
        return False
    cites = [ref for code in outcome.codes if code in basis.rules for ref in basis.rules[code].cites]
    return not known.law or any(basis.resolve(ref, one.verdict.as_of) for ref in cites)


def _stands(tx: Tx, item: Stored, wish: DecisionInput, basis: Basis) -> bool:
    """Whether the same measure is in force already, on the item or on who published it."""
    if basis.book.measures[wish.measure].target == "publisher":
        found = actions.actions_on_publishers(tx, [item.publisher or ""])
    else:
        found = actions.actions_on_items(tx, [item.id])
    return any(one.measure == wish.measure and one.in_force(tx.now) for one in found)
