"""Evidence from an archive's folder: the posts that are alike, and what is known of the accounts behind them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from mingjian.governance.rings.contacts import contacts_of
from mingjian.governance.rings.gathering import Gathering
from mingjian.governance.rings.model import Evidence
from mingjian.governance.rings.settings import Settings
from mingjian.intake.archive.arrow import library
from mingjian.records.reuse.model import Likeness

_ABOUT = ("id", "published_at", "publisher_id", "publisher_kind", "institution", "device")


@dataclass(frozen=True, slots=True)
class Pair:
    """A verified likeness as the bulk comparison writes it."""

    one: str
    other: str
    matter: str
    how: str


def gather_archive(
    archive: Any,
    pairs: Iterable[Pair | Likeness],
    settings: Settings,
    *,
    contacts: bool = True,
    locksteps: Iterable[tuple[str, str, float]] = (),
    progress: Callable[[int], None] | None = None,
) -> Evidence:
    """Everything an archive tells of the accounts whose posts are alike. ``archive`` is intake.archive's. With
    ``contacts`` the words of these accounts' posts are read for contact handles. ``progress`` hears rows read."""
    kept = [(pair.one, pair.other, pair.matter, settings.strength(pair.matter, pair.how)) for pair in pairs]
    wanted = {id for one, other, _, _ in kept for id in (one, other)}
    gathered = Gathering()
    everybody: set[str] = set()
    naming: Counter[str] = Counter()
    inside: set[str] = set()
    for batch in archive.items(columns=list(_ABOUT)):
        rows = {name: batch.column(name).to_pylist() for name in ("id", "publisher_id", "institution")}
        everybody.update(one for one in rows["publisher_id"] if one)
        naming.update(one for one in rows["institution"] if one)
        mine = [place for place, id in enumerate(rows["id"]) if id in wanted and rows["publisher_id"][place]]
        if mine:
            _posts(gathered, inside, batch.take(_indices(mine)).to_pylist())
        if progress is not None:
            progress(batch.num_rows)
    gathered.population(len(everybody))
    for name, count in naming.items():
        gathered.naming(name, count)
    for one, other, matter, strength in kept:
        gathered.likeness(one, other, matter, strength)
    _accounts(gathered, archive, inside)
    _marks(gathered, archive, inside, contacts, progress)
    for left, right, strength in locksteps:
        gathered.lockstep(left, right, strength)
    return gathered.evidence()


def _indices(places: Sequence[int]) -> Any:
    arrow = library("pyarrow")
    return arrow.array(places, arrow.int64())


def _posts(gathered: Gathering, inside: set[str], rows: Iterable[dict[str, Any]]) -> None:
    for row in rows:
        publisher, kind = row["publisher_id"], row["publisher_kind"]
        institution = row["institution"] or (publisher if kind == "institution" else None)
        gathered.post(row["id"], publisher, _micros(row["published_at"]), institution, kind)
        inside.add(publisher)
        if row["device"]:
            gathered.mark(publisher, "device", row["device"])


def _micros(at: Any) -> int:
    return 0 if at is None else round(at.timestamp() * 1_000_000)


def _accounts(gathered: Gathering, archive: Any, inside: set[str]) -> None:
    for batch in archive.accounts():
        for row in batch.to_pylist():
            if row["id"] not in inside:
                continue
            gathered.account(row["id"], row.get("kind"), row.get("institution"))
            for kind, name in (("device", "devices"), ("payment", "payments")):
                for value in row.get(name) or ():
                    gathered.mark(row["id"], kind, value)


def _marks(
    gathered: Gathering, archive: Any, inside: set[str], contacts: bool, progress: Callable[[int], None] | None
) -> None:
    """Devices of all the accounts' posts, and handles in their words: also where those are like no other."""
    columns = ["publisher_id", "device", *(("title", "body") if contacts else ())]
    for batch in archive.items(columns=columns):
        mine = [place for place, id in enumerate(batch.column("publisher_id").to_pylist()) if id in inside]
        for row in batch.take(_indices(mine)).to_pylist() if mine else ():
            if row["device"]:
                gathered.mark(row["publisher_id"], "device", row["device"])
            if contacts:
                for value in contacts_of(text for text in (row["title"], row["body"]) if text):
                    gathered.mark(row["publisher_id"], "contact", value)
        if progress is not None:
            progress(batch.num_rows)
