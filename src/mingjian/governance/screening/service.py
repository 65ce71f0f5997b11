"""Judging what was submitted: in the same moment for one who waits for the answer, durably for the rest.

An item is judged exactly once: its row in ``pending`` goes in the transaction that records the verdict, and only he
who takes that row away may record one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Protocol

from mingjian.core.engine.options import Options
from mingjian.core.model import SEVERITIES, Item, Verdict
from mingjian.core.report.json_ import verdict_dict
from mingjian.governance.reuse.model import NOTHING, Asked, Compared
from mingjian.governance.reuse.service import Reuse
from mingjian.intake import UNREAD_FACT
from mingjian.intake.item_schema import item_to_dict, parse_item
from mingjian.records.canonical import canonical
from mingjian.records.clock import day
from mingjian.records.items.model import Media, Stored, Submission
from mingjian.records.items.submit import Taken, submit
from mingjian.records.journal.append import append_all
from mingjian.records.journal.model import Event
from mingjian.records.storage import contents, items
from mingjian.records.storage.database import Database, Tx
from mingjian.records.storage.events import hold_head

ACTOR = "duty:screening"


class Judge(Protocol):
    """The engine, as screening needs it."""

    @property
    def rulebook(self) -> str: ...
    def check(self, items: Sequence[Item], options: Options) -> list[Verdict]: ...


Read = Callable[[Item, Sequence[Media]], tuple[Item, Sequence[Media]]]
"""Adds the words of an item's files to its parts, and says with which part each file's words begin; lent by a door,
since only doors know perception and intake's readers together."""


@dataclass(frozen=True, slots=True)
class Judged:
    """An item with its verdict. ``read`` is the item as judged, media words included."""

    stored: Stored
    read: Item
    verdict: Verdict
    verdict_digest: str


@dataclass(frozen=True, slots=True)
class Known:
    """A submission that is read, with what the desk knows of it among the item's facts; not judged yet."""

    submission: Submission
    item: Item
    media: tuple[Media, ...]
    compared: Compared


@dataclass(frozen=True, slots=True)
class Prepared:
    """A submission that is read and judged but not kept yet. ``kept`` is what will be: the verdict's bytes and those
    of the item as it was judged."""

    submission: Submission
    item: Item
    media: tuple[Media, ...]
    verdict: Verdict
    kept: tuple[bytes, bytes]
    compared: Compared


Know = Callable[[Tx, Sequence[Item]], Sequence[Mapping[str, Any]]]
"""What the desk knows of each item's publisher, as facts: they win over those the sender states."""
Apply = Callable[[Tx, Sequence[Judged]], Sequence[Event]]
"""What follows from verdicts: the policies in force answer with events (cases, actions)."""


def no_policy(_tx: Tx, _judged: Sequence[Judged]) -> Sequence[Event]:
    """Nothing follows."""
    return ()


@dataclass(frozen=True, slots=True)
class Screening:
    """The duty with what it needs."""

    database: Database
    judge: Judge
    apply: Apply = no_policy
    read: Read | None = None
    know: tuple[Know, ...] = ()
    reuse: Reuse | None = None

    def check_now(self, submissions: Sequence[Submission], actor: str) -> list[tuple[Taken, Mapping[str, Any]]]:
        """Judge, then keep items and verdicts in one transaction; the verdicts' objects in order. An item that is
        known already keeps the verdict it has."""
        prepared = self.prepare(submissions)
        with self.database.write() as tx:
            kept = self.keep(tx, prepared, actor)
        return [(taken, json.loads(body) if body is not None else {}) for taken, body in kept]

    def prepare(self, submissions: Sequence[Submission]) -> list[Prepared]:
        """Read and judge, and keep nothing yet."""
        return self.judged(self.known(submissions))

    def known(self, submissions: Sequence[Submission], tx: Tx | None = None) -> list[Known]:
        """Read, and ask what is known. ``tx``: a look at the store that is open already; files take long to read and
        should have none."""
        read = [self._read(submission) for submission in submissions]
        asked = [
            Asked(item, (*submission.media, *media), submission.source)
            for submission, (item, media) in zip(submissions, read, strict=True)
        ]
        known = self._knowing(asked, tx)
        return [
            Known(submission, item, tuple(media), compared)
            for submission, (_, media), (item, compared) in zip(submissions, read, known, strict=True)
        ]

    def judged(self, known: Sequence[Known]) -> list[Prepared]:
        """Judge, and keep nothing yet."""
        verdicts = self._verdicts([one.item for one in known], day(self.database.clock.now()))
        return [
            Prepared(one.submission, one.item, one.media, verdict, _kept(one.item, verdict), one.compared)
            for one, verdict in zip(known, verdicts, strict=True)
        ]

    def keep(self, tx: Tx, prepared: Sequence[Prepared], actor: str) -> list[tuple[Taken, bytes | None]]:
        """Keep items and their verdicts; each as it stands with its verdict's bytes, None where it has none (an item
        known already whose judging failed, or whose words were deleted)."""
        taken = submit(tx, [one.submission for one in prepared], actor, [one.kept for one in prepared])
        fresh: dict[str, _Given] = {}
        for kept, one in zip(taken, prepared, strict=True):
            if kept.item.state == "pending":
                fresh[kept.item.id] = _Given(kept.item, one.item, one.media, one.verdict, one.kept, one.compared)
        bodies, now = self._record_verdicts(tx, list(fresh.values()))
        if asked := [kept.item.id for kept in taken if kept.item.id not in now]:
            now |= items.items_by_id(tx, asked)
        before = [item.verdict for item in now.values() if item.verdict and item.verdict not in bodies]
        if before:
            bodies |= contents.get_many(tx, before)
        return [(Taken(now[kept.item.id], kept.fresh), bodies.get(now[kept.item.id].verdict or "")) for kept in taken]

    def work(self, limit: int = 64) -> int:
        """Judge up to ``limit`` waiting items; how many it were. Safe to run anywhere, any number of times."""
        if self.database.dialect == "postgresql":
            with self.database.write() as tx:  # rows held, others skip them
                done = self._judge_waiting(self._opened(tx, items.claim_pending(tx, limit)))
                self._record(tx, done)
            return len(done)
        with self.database.read() as tx:
            waiting = self._opened(tx, items.claim_pending(tx, limit))
        done = self._judge_waiting(waiting)  # the store is free for others meanwhile
        if done:
            with self.database.write() as tx:
                still = items.still_pending(tx, [one.stored.id for one in done])
                self._record(tx, [one for one in done if one.stored.id in still])
        return len(done)

    def _opened(self, tx: Tx, waiting: Sequence[Stored]) -> list[tuple[Stored, Mapping[str, Any] | None]]:
        bodies = contents.get_many(tx, [item.digest for item in waiting])
        return [(item, json.loads(bodies[item.digest]) if item.digest in bodies else None) for item in waiting]

    def _judge_waiting(self, waiting: Sequence[tuple[Stored, Mapping[str, Any] | None]]) -> list[_Answer]:
        today = day(self.database.clock.now())
        answers: list[_Answer] = []
        files: dict[str, tuple[Media, ...]] = {}
        for stored, content in waiting:
            if content is None:
                answers.append(_Failed(stored, "原文已不在"))
                continue
            try:
                files[stored.id] = media_of(content)
                answers.append(_Given(stored, *self._read(Submission(content["item"], media=files[stored.id]))))
            except Exception as error:  # one item that cannot be read must not stop the rest
                answers.append(_Failed(stored, f"读取失败:{type(error).__name__}"))
        given = [answer for answer in answers if isinstance(answer, _Given)]
        asked = [
            # Judged again: what came later is no reason.
            Asked(one.item, files[one.stored.id], one.stored.source,
                  None if one.stored.state == "pending" else one.stored.submitted_at, one.stored.id)
            for one in given
        ]  # fmt: skip
        for answer, (item, compared) in zip(given, self._knowing(asked), strict=True):
            answer.item, answer.compared = item, compared
        try:
            verdicts: list[Verdict | None] = list(self._verdicts([answer.item for answer in given], today))
        except Exception:  # find the one that does it
            verdicts = [self._one_verdict(answer.item, today) for answer in given]
        for answer, verdict in zip(given, verdicts, strict=True):
            answer.verdict = verdict
        return answers

    def _one_verdict(self, item: Item, today: date) -> Verdict | None:
        try:
            return self._verdicts([item], today)[0]
        except Exception:
            return None

    def _read(self, submission: Submission) -> tuple[Item, Sequence[Media]]:
        item = item_of(submission.item)
        unread = [media for media in submission.media if media.part is None]
        if unread and self.read is not None:
            return self.read(item, unread)
        if unread:  # nobody can read here: nothing found is then not clean
            names = [media.name for media in unread]
            return replace(item, facts={**item.facts, UNREAD_FACT: names}), ()
        return item, ()

    def facts(self, items: Sequence[Item], tx: Tx | None = None) -> list[dict[str, Any]]:
        """What the desk knows of each item's publisher; empty where it knows nothing."""
        facts: list[dict[str, Any]] = [{} for _ in items]
        if self.know and items:
            with nullcontext(tx) if tx is not None else self.database.glance() as look:
                told = [provider(look, items) for provider in self.know]
            for some in told:
                for mine, known in zip(facts, some, strict=True):
                    mine.update(known)
        return facts

    def _knowing(self, asked: Sequence[Asked], tx: Tx | None = None) -> list[tuple[Item, Compared]]:
        """The items with what is known of their publishers, and what they are like, among their facts; kept with the
        item as it was judged."""
        items = [one.item for one in asked]
        compared = [NOTHING for _ in items]
        facts = self.facts(items, tx)
        if self.reuse is not None and items:
            for at, (found, known) in enumerate(self.reuse.facts(asked, tx)):
                compared[at] = found
                facts[at].update(known)
        return [
            (replace(item, facts={**item.facts, **known}) if known else item, found)
            for item, known, found in zip(items, facts, compared, strict=True)
        ]

    def _verdicts(self, made: Sequence[Item], today: date) -> list[Verdict]:
        return self.judge.check(made, Options(as_of=today))

    def _record(self, tx: Tx, answers: Sequence[_Answer]) -> None:
        failed = [answer for answer in answers if isinstance(answer, _Failed)]
        given = [answer for answer in answers if isinstance(answer, _Given)]
        failed += [_Failed(answer.stored, "判定失败") for answer in given if answer.verdict is None]
        append_all(tx, [Event("item.failed", one.stored.id, {"reason": one.reason}, ACTOR) for one in failed])
        self._record_verdicts(tx, given)

    def _record_verdicts(self, tx: Tx, given: Sequence[_Given]) -> tuple[dict[str, bytes], dict[str, Stored]]:
        """The verdicts' bytes as they were kept, by digest; and the items as they stand now, where nothing but their
        verdicts came of it."""
        judged = [(one, one.verdict) for one in given if one.verdict is not None]
        if not judged:
            return {}, {}
        kept = [one.kept or _kept(one.item, verdict) for one, verdict in judged]
        given_out = [verdict for verdict, _ in kept]
        names = contents.put(tx, given_out + [read for _, read in kept])
        verdicts, reads = names[: len(judged)], names[len(judged) :]
        events = [
            Event("item.judged", one.stored.id, judged_body(verdict, name, read, one.media), ACTOR)
            for (one, verdict), name, read in zip(judged, verdicts, reads, strict=True)
        ]
        recorded = append_all(tx, events)
        if self.reuse is not None:
            append_all(tx, self.reuse.keep(tx, [(one.stored, one.item, one.compared) for one, _ in judged]))
        done = [
            Judged(one.stored, one.item, verdict, name) for (one, verdict), name in zip(judged, verdicts, strict=True)
        ]
        end = hold_head(tx).seq
        append_all(tx, self.apply(tx, done))
        now = {one.stored.id: items.judged(one.stored, event) for (one, _), event in zip(judged, recorded, strict=True)}
        return dict(zip(verdicts, given_out, strict=False)), now if hold_head(tx).seq == end else {}


@dataclass(slots=True)
class _Given:
    """A waiting item as it was read; its verdict is None when judging failed."""

    stored: Stored
    item: Item
    media: Sequence[Media]
    verdict: Verdict | None = None
    kept: tuple[bytes, bytes] | None = None
    compared: Compared = NOTHING


@dataclass(frozen=True, slots=True)
class _Failed:
    stored: Stored
    reason: str


_Answer = _Given | _Failed


def item_of(data: Mapping[str, Any]) -> Item:
    """The item of a stored object of the public schema."""
    parsed = parse_item(data)
    if parsed.item is None:
        raise ValueError(f"stored item does not parse: {parsed.problems}")
    return parsed.item


def media_of(content: Mapping[str, Any]) -> tuple[Media, ...]:
    """The media of a stored content."""
    return tuple(Media(**media) for media in content.get("media", ()))


def _kept(item: Item, verdict: Verdict) -> tuple[bytes, bytes]:
    return verdict_bytes(verdict, item), canonical(item_to_dict(item))


def verdict_bytes(verdict: Verdict, item: Item) -> bytes:
    """A verdict as it is kept and replayed."""
    return canonical(verdict_dict(verdict, item))


def judged_body(verdict: Verdict, name: str, read: str, media: Sequence[Media] = ()) -> dict[str, Any]:
    """The event's body: digests, the answer, per finding its code, family, severity and status, and per file the part
    where its words begin."""
    gravest = max((SEVERITIES.index(finding.severity) for finding in verdict.findings), default=None)
    body = {
        "verdict": name,
        "read": read,
        "value": verdict.value,
        "severity": None if gravest is None else SEVERITIES[gravest],
        "nature": verdict.nature.value,
        "domain": verdict.domain.value,
        "rulebook": verdict.rulebook,
        "as_of": verdict.as_of.isoformat(),
        "findings": [[f.code, f.family, f.severity, f.status] for f in verdict.findings],
    }
    begins = {file.digest: file.part for file in media if file.part is not None}
    return body | {"parts": begins} if begins else body


def replay(judge: Judge, read: Mapping[str, Any], as_of: date) -> bytes:
    """Judge a kept item again under the day it was judged for: the same rulebook gives the same bytes."""
    item = item_of(read)
    return verdict_bytes(judge.check([item], Options(as_of=as_of))[0], item)
