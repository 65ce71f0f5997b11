"""The notices content must carry, as data: when one is due, whether it is there, where it would go."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mingjian.desk.deployed import DataFile
from mingjian.desk.queues.conditions import Condition, parse_condition
from mingjian.records.errors import Invalid

PLACES = ("start", "end")


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice. ``met`` are patterns any of which shows it is there; ``at`` and ``insert`` where it goes and as what
    (``{fact}`` is filled from the draft); ``demand``: without it nothing is sealed."""

    name: str
    title: str
    title_en: str
    text: str
    when: Condition
    met: tuple[re.Pattern[str], ...]
    at: str
    insert: str
    demand: bool
    row: str
    cites: tuple[str, ...]
    why: str

    def label(self, lang: str = "zh") -> str:
        """The notice's name for people."""
        return self.title_en if lang == "en" else self.title


@dataclass(frozen=True, slots=True)
class Due:
    """A notice that is due on a draft. ``offer`` is the text to insert, None when a fact for it is missing."""

    notice: Notice
    met: bool
    offer: str | None

    @property
    def blocks(self) -> bool:
        """Whether it stands in the way of sealing."""
        return self.notice.demand and not self.met


def notices() -> tuple[Notice, ...]:
    """The notices in force."""
    return NOTICES.current()


def due(
    facts: Mapping[str, Any], texts: Sequence[str], known: Mapping[str, Any], *, among: Sequence[Notice] | None = None
) -> tuple[Due, ...]:
    """The notices due by ``facts`` (nature, domain, publisher_kind, platform, channel) and whether ``texts`` carry
    them; ``known`` are the draft's facts that an insertion may name."""
    return tuple(
        Due(notice, any(pattern.search(text) for pattern in notice.met for text in texts), _offer(notice, known))
        for notice in (notices() if among is None else among)
        if notice.when.matches(facts)
    )


def inserted(text: str, notice: Notice, offer: str) -> str:
    """The body with the notice where it goes, on a line of its own."""
    if notice.at == "start":
        return f"{offer}\n{text}" if text else offer
    return f"{text.rstrip()}\n\n{offer}" if text.strip() else offer


def _offer(notice: Notice, known: Mapping[str, Any]) -> str | None:
    names = re.findall(r"\{(\w+)\}", notice.insert)
    if any(not known.get(name) for name in names):
        return None
    return re.sub(r"\{(\w+)\}", lambda found: str(known[found[1]]), notice.insert)


def parse_notices(data: Any) -> tuple[Notice, ...]:
    """Notices from their data; Invalid with every problem."""
    problems: list[str] = []
    made: list[Notice] = []
    if not isinstance(data, Mapping) or not isinstance(data.get("notices"), Mapping):
        raise Invalid("提示文件应有一项 notices,下列各条提示。", field="notices")
    for name, entry in data["notices"].items():
        condition = parse_condition(entry.get("when"), f"{name}.when", lambda at, why: problems.append(f"{at}:{why}"))
        try:
            met = tuple(re.compile(pattern) for pattern in entry["met"])
            place = entry["insert"]
            if place["at"] not in PLACES:
                problems.append(f"{name}.insert.at 只能是 {'、'.join(PLACES)}")
            made.append(Notice(
                name, entry["title"], entry["title_en"], entry["text"], condition, met, place["at"], place["text"],
                bool(entry["demand"]), str(entry["row"]), tuple(entry["cites"]), entry["why"],
            ))  # fmt: skip
        except (KeyError, TypeError, re.error) as error:
            problems.append(f"{name}:{error}")
    if problems:
        raise Invalid("提示文件有误:\n" + "\n".join(problems), field="notices")
    return tuple(made)


NOTICES = DataFile("mingjian.clinic", "notices.yaml", "提示文件", parse_notices)
