"""Filling the index behind the journal, and asking it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mingjian.core.text.prints import NOT_WORDS
from mingjian.core.text.views import SEPARATOR, Batch
from mingjian.records.items.model import Stored
from mingjian.records.search.grams import Phrase, grams_of, likeness, phrases
from mingjian.records.search.model import COUNTED, Found, Results, SearchFilter, Similar
from mingjian.records.storage import contents, items, search
from mingjian.records.storage.database import Tx
from mingjian.records.storage.events import cursor_of, events_after, move_cursor

DUTY = "search"
_ROUND = 36  # characters either side of what was found
_CANDIDATES = 40


@dataclass(frozen=True, slots=True)
class Cut:
    """Judged items cut into words: ``rows`` are (place, item, tokens) of the ``events`` behind ``begin``, up to
    ``end``."""

    begin: int
    end: int
    events: int
    rows: tuple[tuple[int, str, Sequence[str]], ...]


def index_items(tx: Tx, limit: int = 64) -> int:
    """Take up to ``limit`` judged items into the index; how many events that were."""
    cut = cut_items(tx, limit)
    return 0 if cut is None else keep_cut(tx, cut)


def cut_items(tx: Tx, limit: int = 64) -> Cut | None:
    """The next items for the index, cut into words; None when there are none. The longer part of the work, which
    needs no writing transaction."""
    begin = cursor_of(tx, DUTY)
    events = events_after(tx, begin, limit=limit, kinds=("item.judged",))
    if not events:
        return None
    stored = items.items_by_id(tx, [event.subject for event in events])
    reads = {event.subject: str(event.body["read"]) for event in events}
    bodies = contents.get_many(tx, [reads[id] for id in stored])
    kept = [item for item in stored.values() if item.state != "erased" and reads[item.id] in bodies]
    texts = [texts_of(json.loads(bodies[reads[item.id]])) for item in kept]
    numbers = search.seqs_of(tx, [item.id for item in kept])
    words = grams_of([" \n ".join(each) for each in texts])
    rows = tuple(
        (numbers[item.id], item.id, [*own, *facets_of(item), *likeness(each).tokens()])
        for item, own, each in zip(kept, words, texts, strict=True)
    )
    return Cut(begin, events[-1].seq, len(events), rows)


def keep_cut(tx: Tx, cut: Cut) -> int:
    """Put what was cut into the index; the cursor moves along in the same transaction. How many events that were: 0
    when another process was faster. What was erased meanwhile stays out."""
    if cursor_of(tx, DUTY) != cut.begin:
        return 0
    now = items.items_by_id(tx, [item for _, item, _ in cut.rows])
    search.put_rows(tx, [row for row in cut.rows if now[row[1]].state != "erased"])
    move_cursor(tx, DUTY, cut.end)
    return cut.events


def texts_of(item: Mapping[str, Any]) -> list[str]:
    """The words of an item's object that somebody wrote or said."""
    if "text" in item:
        return [str(item["text"])]
    return [str(part["text"]) for part in item.get("parts", ()) if part.get("role") not in NOT_WORDS]


def facets_of(item: Stored) -> list[str]:
    """The properties an item can be found by."""
    return search.property_tokens({name: getattr(item, name) for name in search.PROPERTIES})


def find(tx: Tx, wanted: SearchFilter, *, below: int | None = None, limit: int = 20) -> Results:
    """The newest items that hold what is wanted. Invalid when the words cannot be looked for."""
    words = phrases(wanted.query)
    properties = {name: value for name in search.PROPERTIES if (value := getattr(wanted, name))}
    since = until = None
    if wanted.since is not None:
        since = search.first_seq_at(tx, wanted.since)
        if since is None:
            return Results((), 0, False)
    if wanted.until is not None:
        until = search.first_seq_at(tx, wanted.until)
    asked = search.Wanted(words, properties, since, until)
    # What is rare is known whole by then: only behind many results a page is asked for by itself.
    counted = search.matching(tx, asked, limit=COUNTED + 1)
    if below is not None and len(counted) > COUNTED:
        behind = search.matching(tx, asked, below=below, limit=limit + 1)
    else:
        behind = [number for number in counted if below is None or number < below]
    shown = behind[:limit]
    found = items.items_by_id(tx, search.items_at(tx, shown))
    told = _told(tx, list(found.values()), words)
    return Results(tuple(told), min(len(counted), COUNTED), len(counted) > COUNTED,
                   shown[-1] if len(behind) > limit else None)  # fmt: skip


def similar(tx: Tx, item: Stored, content: Mapping[str, Any], *, limit: int = 8) -> list[Similar]:
    """Items whose words are much the same, the likest first. ``content`` is the item's object."""
    own = likeness(texts_of(content))
    ids = [id for id in search.sharing(tx, own.tokens(), _CANDIDATES + 1) if id != item.id][:_CANDIDATES]
    others = items.items_by_id(tx, ids)
    bodies = contents.get_many(tx, [other.digest for other in others.values()])
    found: list[Similar] = []
    for other in others.values():
        if other.digest in bodies:
            theirs = likeness(texts_of(json.loads(bodies[other.digest])["item"]))
            found.append(Similar(other, own.share(theirs), own.digest == theirs.digest))
    found.sort(key=lambda one: (-one.share, one.item.id))
    return found[:limit]


def _told(tx: Tx, found: Sequence[Stored], words: Sequence[Phrase]) -> list[Found]:
    bodies = contents.get_many(tx, [item.digest for item in found])
    told: list[Found] = []
    for item in found:
        body = bodies.get(item.digest)
        content = json.loads(body)["item"] if body is not None else {}
        texts = texts_of(content)
        titles = [str(part["text"]) for part in content.get("parts", ()) if part.get("role") == "title"]
        title = titles[0] if titles else texts[0] if texts else ""
        told.append(Found(item, title.strip()[:80], snippet(" ".join(" ".join(texts).split()), words)))
    return told


def snippet(text: str, words: Sequence[Phrase]) -> tuple[tuple[str, bool], ...]:
    """The text round the first place found, cut where what was asked for begins and ends."""
    view = Batch([text.replace(SEPARATOR, " ")]).folded
    spans: list[tuple[int, int]] = []
    for phrase in words:
        asked = _joined(phrase)
        at = view.text.find(asked)
        while at >= 0 and len(spans) < 64:
            last = at + len(asked) - 1
            spans.append((int(view.origin[at]), min(len(text), int(view.ends[last]))))
            at = view.text.find(asked, at + len(asked))
    spans.sort()
    start = max(0, spans[0][0] - _ROUND) if spans else 0
    end = min(len(text), start + 4 * _ROUND)
    pieces: list[tuple[str, bool]] = [("…", False)] if start else []
    at = start
    for first, last in spans:
        if first < at or last > end:
            continue
        pieces += [(text[at:first], False), (text[first:last], True)]
        at = last
    pieces.append((text[at:end] + ("…" if end < len(text) else ""), False))
    return tuple((piece, asked) for piece, asked in pieces if piece)


def _joined(phrase: Phrase) -> str:
    """The words a phrase was cut from, as far as they stand together in a text."""
    joined = phrase.tokens[0]
    for token in phrase.tokens[1:]:
        joined += token[1:] if len(token) == 2 and token[0] == joined[-1] and not token.isascii() else token
    return joined
