"""The index of words: a table of FTS5 on SQLite, a tsvector with a GIN index on PostgreSQL, the same tokens on both.

Operational, not a projection: a duty fills it behind the journal, and it can be thrown away and filled again. An
erased item leaves it in the transaction of its erasing.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from mingjian.records.journal.fold import folds
from mingjian.records.journal.model import Recorded
from mingjian.records.search.grams import Phrase, facet
from mingjian.records.storage.database import Tx
from mingjian.records.storage.events import EVENTS
from mingjian.records.storage.items import ITEMS
from mingjian.records.storage.metadata import Sequence as SequenceType
from mingjian.records.storage.metadata import metadata

_TSVECTOR = sa.Text().with_variant(postgresql.TSVECTOR(), "postgresql")
ROWS = sa.Table(
    "search_rows",
    metadata,
    sa.Column("seq", SequenceType, primary_key=True, autoincrement=False),  # the item's
    sa.Column("item", sa.String(32), nullable=False, unique=True),
    # SQLite: the tokens once more (zlib), since FTS5 without a copy must be told what it is to forget.
    sa.Column("body", sa.LargeBinary, nullable=True),
    sa.Column("grams", _TSVECTOR, nullable=True),  # PostgreSQL
)
# ``@`` begins the tokens of properties. Positions are kept, so that phrases can be asked for.
_FTS = """CREATE VIRTUAL TABLE IF NOT EXISTS search_grams USING fts5(
    grams, content='', columnsize=0, tokenize="unicode61 remove_diacritics 0 tokenchars '@_'")"""
_GIN = "CREATE INDEX IF NOT EXISTS ix_search_rows_grams ON search_rows USING gin (grams)"
_LAST_POSITION = 16383  # PostgreSQL keeps no position beyond this
_MOST_POSITIONS = 255  # and so many of one token
_LEVEL = 1
PROPERTIES = {"platform": "p", "value": "v", "severity": "s", "publisher": "u"}
"""Columns of items that are tokens too, and the letter their tokens begin with."""


@sa.event.listens_for(ROWS, "after_create")
def _create_index(_table: sa.Table, connection: sa.Connection, **_more: object) -> None:
    create_index(connection)


@sa.event.listens_for(ROWS, "after_drop")
def _drop_index(_table: sa.Table, connection: sa.Connection, **_more: object) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("DROP TABLE IF EXISTS search_grams")


def create_index(connection: sa.Connection) -> None:
    """Make what the metadata cannot say; a migration calls it after it made the table."""
    connection.exec_driver_sql(_FTS if connection.dialect.name == "sqlite" else _GIN)


def put_rows(tx: Tx, rows: Sequence[tuple[int, str, Sequence[str]]]) -> None:
    """Index items: (seq, item, tokens). What was indexed before is forgotten first."""
    if not rows:
        return
    forget_items(tx, [item for _, item, _ in rows])
    if tx.dialect == "sqlite":
        words = [(seq, item, " ".join(tokens)) for seq, item, tokens in rows]
        tx.run(ROWS.insert(), [{"seq": seq, "item": item, "body": zlib.compress(text.encode(), _LEVEL)}
                               for seq, item, text in words])  # fmt: skip
        tx.run(sa.text("INSERT INTO search_grams (rowid, grams) VALUES (:seq, :grams)"),
               [{"seq": seq, "grams": text} for seq, _, text in words])  # fmt: skip
    else:
        tx.run(
            sa.text("INSERT INTO search_rows (seq, item, grams) VALUES (:seq, :item, CAST(:grams AS tsvector))"),
            [{"seq": seq, "item": item, "grams": _vector(tokens)} for seq, item, tokens in rows],
        )


def forget_items(tx: Tx, ids: Sequence[str]) -> None:
    """Take items out of the index."""
    for first in range(0, len(ids), 500):
        some = ids[first : first + 500]
        if tx.dialect == "sqlite":
            kept = tx.rows(sa.select(ROWS.c.seq, ROWS.c.body).where(ROWS.c.item.in_(some)))
            if not kept:
                continue
            tx.run(sa.text("INSERT INTO search_grams (search_grams, rowid, grams) VALUES ('delete', :seq, :grams)"),
                   [{"seq": row.seq, "grams": zlib.decompress(row.body).decode()} for row in kept])  # fmt: skip
        tx.run(ROWS.delete().where(ROWS.c.item.in_(some)))


@folds("item.erased")
def _erased(tx: Tx, events: Sequence[Recorded]) -> None:
    forget_items(tx, [event.subject for event in events])


@dataclass(frozen=True, slots=True)
class Wanted:
    """Phrases and properties (of PROPERTIES) that must all hold; ``since`` and ``until`` (exclusive) bound the order
    of arrival."""

    words: tuple[Phrase, ...] = ()
    properties: Mapping[str, str] = field(default_factory=dict)
    since: int | None = None
    until: int | None = None


def property_tokens(properties: Mapping[str, str | None]) -> list[str]:
    """The tokens of an item's properties; those it has not are left out."""
    return [facet(letter, value) for name, letter in PROPERTIES.items() if (value := properties.get(name)) is not None]


def matching(tx: Tx, wanted: Wanted, *, below: int | None = None, limit: int) -> list[int]:
    """The places (seq) of items that hold all that is wanted, newest first; ``below`` (exclusive) is the place of the
    last one seen."""
    bounds = [bound for bound in (below, wanted.until) if bound is not None]
    limits = (("top", "<", min(bounds) if bounds else None), ("since", ">=", wanted.since))
    values: dict[str, object] = {"limit": limit, **{name: bound for name, _, bound in limits if bound is not None}}
    conditions = [f"{{seq}} {sign} :{name}" for name, sign, bound in limits if bound is not None]
    columns = {name: wanted.properties[name] for name in PROPERTIES if name in wanted.properties}
    tokens: dict[str, str] = {}
    if wanted.words or (columns and tx.dialect == "sqlite"):
        # PostgreSQL knows how many items a publisher has, and not how rare a token is.
        tokens = {name: value for name, value in columns.items() if name != "publisher" or tx.dialect == "sqlite"}
        columns = {name: value for name, value in columns.items() if name not in tokens}
        asked = [*wanted.words, *(Phrase((token,)) for token in property_tokens(tokens))]
    if not (wanted.words or tokens):
        table, seq = "items", "items.seq"
        conditions.append("items.state <> 'erased'")
    elif tx.dialect == "sqlite":
        table, seq = "search_grams", "rowid"
        conditions.insert(0, "search_grams MATCH :asked")
        values["asked"] = " ".join(map(_fts, asked))
    else:
        table, seq = "search_rows", "search_rows.seq"
        conditions.insert(0, "grams @@ CAST(:asked AS tsquery)")
        values["asked"] = " & ".join(map(_tsquery, asked))
        if columns:
            table, seq = "items JOIN search_rows ON search_rows.seq = items.seq", "items.seq"
    conditions += [f"items.{name} = :{name}" for name in columns]
    where = " AND ".join(conditions).format(seq=seq)
    told = f"SELECT {seq} AS number FROM {table} WHERE {where} ORDER BY {seq} DESC LIMIT :limit"
    return [int(row.number) for row in tx.rows(sa.text(told), {**values, **columns})]


def items_at(tx: Tx, numbers: Sequence[int]) -> list[str]:
    """The items at these places, in their order."""
    found: dict[int, str] = {}
    for first in range(0, len(numbers), 500):
        rows = tx.rows(sa.select(ITEMS.c.seq, ITEMS.c.id).where(ITEMS.c.seq.in_(numbers[first : first + 500])))
        found |= {row.seq: row.id for row in rows}
    return [found[number] for number in numbers if number in found]


def sharing(tx: Tx, tokens: Sequence[str], limit: int) -> list[str]:
    """The newest items that have any of these tokens."""
    if not tokens:
        return []
    phrases = [Phrase((token,)) for token in tokens]
    if tx.dialect == "sqlite":
        asked = " OR ".join(map(_fts, phrases))
        told = ("SELECT id AS item FROM items WHERE seq IN (SELECT rowid FROM search_grams WHERE search_grams "
                "MATCH :asked ORDER BY rowid DESC LIMIT :limit) ORDER BY seq DESC")  # fmt: skip
    else:
        asked = " | ".join(map(_tsquery, phrases))
        told = "SELECT item FROM search_rows WHERE grams @@ CAST(:asked AS tsquery) ORDER BY seq DESC LIMIT :limit"
    return [str(row.item) for row in tx.rows(sa.text(told), {"asked": asked, "limit": limit})]


def first_seq_at(tx: Tx, at: int) -> int | None:
    """The first event at or after a moment; None when there is none yet."""
    found = tx.scalar(sa.select(EVENTS.c.seq).where(EVENTS.c.at >= at).order_by(EVENTS.c.at, EVENTS.c.seq).limit(1))
    return None if found is None else int(found)


def seqs_of(tx: Tx, ids: Sequence[str]) -> dict[str, int]:
    """The place of each item in the order of arrival."""
    found: dict[str, int] = {}
    for first in range(0, len(ids), 500):
        rows = tx.rows(sa.select(ITEMS.c.id, ITEMS.c.seq).where(ITEMS.c.id.in_(ids[first : first + 500])))
        found |= {row.id: int(row.seq) for row in rows}
    return found


def indexed(tx: Tx) -> int:
    """How many items the index holds."""
    return int(tx.scalar(sa.select(sa.func.count()).select_from(ROWS)))


def _fts(phrase: Phrase) -> str:
    # Tokens hold letters, digits and Chinese only: nothing in them ends the quotation.
    return f'"{" ".join(phrase.tokens)}"{" *" if phrase.open else ""}'


def _tsquery(phrase: Phrase) -> str:
    last = len(phrase.tokens) - 1
    told = (f"'{token}'{':*' if phrase.open and at == last else ''}" for at, token in enumerate(phrase.tokens))
    return f"({' <-> '.join(told)})"


def _vector(tokens: Sequence[str]) -> str:
    places: dict[str, list[int]] = {}
    for at, token in enumerate(tokens, 1):
        found = places.setdefault(token, [])
        if len(found) < _MOST_POSITIONS:
            found.append(min(at, _LAST_POSITION))
    return " ".join(f"'{token}':{','.join(map(str, dict.fromkeys(at)))}" for token, at in places.items())
