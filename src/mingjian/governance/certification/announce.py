"""The public announcement (治理公告) of a batch: every figure counted from the journal, with what it counts and the
command that counts it again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mingjian.governance.certification import announce_words as words
from mingjian.governance.certification.adopting import policy_named
from mingjian.governance.certification.load import shelf
from mingjian.governance.ladders.tally import covered
from mingjian.records.certification.model import BATCH_KINDS
from mingjian.records.clock import day
from mingjian.records.errors import Invalid, NotFound
from mingjian.records.journal.model import Recorded
from mingjian.records.storage.database import Tx
from mingjian.records.storage.events import events_after, events_of


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure: its name, the number (None: covered because it is small), and what exactly is counted."""

    key: str
    title: str
    number: int | None
    definition: str


@dataclass(frozen=True, slots=True)
class Announcement:
    """What is made public of a batch, in one language. ``command`` counts every figure again; ``head`` is the
    journal's number and hash up to which was counted."""

    batch: str
    lang: str
    title: str
    paragraphs: tuple[str, ...]
    figures: tuple[Figure, ...]
    by_kind: tuple[Figure, ...]
    appeal: str
    command: str
    counted_to: int
    digest: str

    def plain(self) -> dict[str, Any]:
        """For programs: ``null`` is a covered number."""
        return {
            "batch": self.batch, "lang": self.lang, "title": self.title, "paragraphs": list(self.paragraphs),
            "figures": _plain(self.figures), "by_kind": _plain(self.by_kind), "appeal": self.appeal,
            "command": self.command, "counted_to": self.counted_to, "list_digest": self.digest,
        }  # fmt: skip


def _plain(figures: Sequence[Figure]) -> list[dict[str, Any]]:
    return [{"key": one.key, "title": one.title, "number": one.number, "definition": one.definition}
            for one in figures]  # fmt: skip


class Retold:
    """A batch as the journal tells it, event by event; no table is asked."""

    def __init__(self, tx: Tx, batch: str) -> None:
        self.body: Mapping[str, Any] = {}
        self.start = 0
        self.first_at = self.last_at = 0
        self.kinds: dict[int, str] = {}
        self.states: dict[int, str] = {}
        self.effects: dict[str, int] = {}
        self.seq = 0
        self.closed: Counter[str] = Counter()
        self.appeals: Counter[str] = Counter()
        self.exempt = 0
        for event in events_of(tx, batch):
            self.seq = event.seq
            self._take(event)
        if not self.body:
            raise NotFound(f"没有批次 {batch}")
        self._follow(tx)

    def _take(self, event: Recorded) -> None:
        body = event.body
        match event.kind:
            case "certification_batch.previewed":
                self.body, self.start = body, event.seq
            case "certification_batch.listed":
                for place, (_, kind, _, _) in enumerate(body["members"], body["first"]):
                    self.kinds[place], self.states[place] = kind, "waiting"
            case "certification_batch.ran" | "certification_batch.unran":
                for place, state, effect, _, _ in body["members"]:
                    self.states[place] = state
                    if effect is not None:
                        self.effects[effect] = place
                if event.kind.endswith(".ran"):
                    self.first_at = self.first_at or event.at
                    self.last_at = event.at

    def _follow(self, tx: Tx) -> None:
        """What became of the decisions since: appeals, exemptions, reversals."""
        appeals: dict[str, str] = {}
        outcomes: dict[str, str] = {}
        exempted: set[str] = set()
        ended: dict[str, str] = {}
        seq = self.start
        kinds = ("appeal.lodged", "appeal.decided", "exemption.granted", "decision.closed", "decision.reopened",
                 "action.reinstated", "action.resumed")  # fmt: skip
        while events := events_after(tx, seq, limit=5000, kinds=kinds):
            seq = events[-1].seq
            for event in events:
                body = event.body
                if event.kind == "appeal.lodged" and body["decision"] in self.effects:
                    appeals[event.subject] = body["decision"]
                elif event.kind == "appeal.decided" and event.subject in appeals:
                    outcomes[event.subject] = body["outcome"]
                elif event.kind == "exemption.granted" and body["appeal"] in appeals:
                    exempted.add(body["appeal"])
                elif event.kind == "decision.closed" and event.subject in self.effects:
                    ended[event.subject] = body["state"]
                elif event.kind == "decision.reopened":
                    ended.pop(event.subject, None)
                elif event.kind == "action.reinstated" and body.get("of") in self.effects:
                    ended[body["of"]] = "readmitted"
                elif event.kind == "action.resumed" and body["decision"] in self.effects:
                    ended.pop(body["decision"], None)
        self.seq = max(self.seq, seq)
        self.closed = Counter(ended.values())
        self.appeals = Counter(outcomes.get(id, "lodged") for id in appeals)
        self.exempt = len(exempted)

    def count(self, *states: str) -> int:
        """Members in these states."""
        return sum(state in states for state in self.states.values())


def announcement(tx: Tx, batch: str, lang: str = "zh", *, least: int = 1) -> Announcement:
    """The announcement of a batch that was begun: a badge is public and so is that it went, so numbers are not
    covered unless ``least`` asks for it. Anybody may read it. NotFound; Invalid before it was begun."""
    if lang not in ("zh", "en"):
        raise Invalid("语言只能是:zh、en", field="lang")
    told = Retold(tx, batch)
    if not told.first_at:
        raise Invalid("批次还没有开始执行,没有可公告的内容", field="batch")
    body = told.body
    policy = policy_named(tx, body["policy"])
    en = lang == "en"
    programme = shelf().programme(body["programme"], lang)
    revoke = body["kind"] == BATCH_KINDS[0]
    title = words.TITLES[body["kind"]][en].format(programme=programme)
    first, last = day(told.first_at), day(told.last_at)
    paragraphs = (
        words.OPENING[body["kind"]][en].format(
            programme=programme, policy=policy.word(lang), ground=policy.ground_en if en else policy.ground,
            first=first, last=last, done=told.count("done", "undone"),
        ),
        words.SCOPE[en].format(id=policy.id, as_of=body["as_of"], number=body["number"]),
    )  # fmt: skip
    figures = _figures(told, body, revoke, lang, least)
    done = Counter(told.kinds[place] for place, state in told.states.items() if state in ("done", "undone"))
    by_kind = tuple(
        Figure(f"kind.{kind}", words.KINDS.get(kind, (kind, kind))[en], covered(number, least), words.BY_KIND[en])
        for kind, number in sorted(done.items(), key=lambda entry: (-entry[1], entry[0]))
    )
    command = f"mingjian certification announce --batch {batch} --lang {lang}"
    return Announcement(
        batch,
        lang,
        title,
        paragraphs,
        figures,
        by_kind,
        words.APPEAL[en] if revoke else "",
        command,
        told.seq,
        body["list"],
    )


def _figures(told: Retold, body: Mapping[str, Any], revoke: bool, lang: str, least: int) -> tuple[Figure, ...]:
    en = lang == "en"
    numbers = {
        "listed": int(body["number"]), "done": told.count("done", "undone"), "skipped": told.count("skipped"),
        "undone": told.count("undone"),
    }  # fmt: skip
    if revoke:
        numbers |= {
            "appealed": sum(told.appeals.values()), "upheld": told.appeals["upheld"],
            "overturned": told.appeals["overturned"], "exempt": told.exempt, "waiting": told.appeals["lodged"],
            "readmitted": told.closed["readmitted"],
            "standing": numbers["done"] - sum(told.closed.values()),
        }  # fmt: skip
    return tuple(
        Figure(key, words.NAMES[key][en], covered(number, least), words.DEFINED[key][en])
        for key, number in numbers.items()
    )
