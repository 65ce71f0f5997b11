"""Finding entities by words of their names, by keys and by numbers of their credentials."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from mingjian.records.errors import Invalid
from mingjian.records.registry.model import ENTITY_KINDS, Entity
from mingjian.records.search.grams import Phrase, phrases
from mingjian.records.storage.bulk import among
from mingjian.records.storage.database import Tx
from mingjian.records.storage.registry_rows import entity_of
from mingjian.records.storage.registry_tables import CREDENTIALS, ENTITIES

_EXACT = 50


def search_entities(
    tx: Tx,
    words: str = "",
    kind: str | None = None,
    state: str | None = None,
    cursor: str | None = None,
    limit: int = 50,
) -> tuple[list[Entity], str | None]:
    """Entities, the newest first, and where to go on (None: the end). ``words`` are parts of the name (all must be in
    it), or a whole key or number of a credential; without words all of a kind or state. Invalid for words that
    cannot be looked for and a cursor that is none of ours."""
    below = _number(cursor)
    words = words.strip()
    if words and below is None:
        exact = _exact(tx, words, kind, state)
        if exact:
            return exact, None
    conditions, values = _conditions(words, kind, state, tx.dialect)
    if below is not None:
        conditions.append("registry_entities.number < :below")
        values["below"] = below
    source = "registry_entities"
    order = "registry_entities.number"
    if tx.dialect == "sqlite" and "asked" in values:
        source = "registry_grams JOIN registry_entities ON registry_entities.number = registry_grams.rowid"
        order = "registry_grams.rowid"
        conditions = [one.replace("registry_entities.number <", "registry_grams.rowid <") for one in conditions]
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    told = f"SELECT registry_entities.* FROM {source}{where} ORDER BY {order} DESC LIMIT :limit"
    rows = tx.rows(sa.text(told), {**values, "limit": limit + 1})
    end = str(rows[limit - 1].number) if len(rows) > limit else None
    return [entity_of(row) for row in rows[:limit]], end


def _conditions(words: str, kind: str | None, state: str | None, dialect: str) -> tuple[list[str], dict[str, object]]:
    conditions: list[str] = []
    values: dict[str, object] = {}
    if words:
        asked = [*phrases(words), *([Phrase((f"@k{kind}",))] if kind else [])]
        if dialect == "sqlite":
            conditions.append("registry_grams MATCH :asked")
            values["asked"] = " ".join(f'"{token}"{_open(one, token)}' for one in asked for token in one.tokens)
        else:
            conditions.append("string_to_array(grams, ' ') @> CAST(:asked AS text[])")
            values["asked"] = [token for one in asked for token in one.tokens if not _open(one, token)]
            for place, one in enumerate(asked):
                if one.open:
                    conditions.append(f"position(:open{place} in ' ' || grams) > 0")
                    values[f"open{place}"] = f" {one.tokens[-1]}"
    if kind:
        conditions.append("registry_entities.kind = :kind")
        values["kind"] = kind
    if state:
        conditions.append("registry_entities.state = :state")
        values["state"] = state
    return conditions, values


def _open(phrase: Phrase, token: str) -> str:
    return "*" if phrase.open and token == phrase.tokens[-1] else ""


def _exact(tx: Tx, words: str, kind: str | None, state: str | None) -> list[Entity]:
    """Those whose key, id or credential's number is just this."""
    kinds: Sequence[str] = [kind] if kind else ENTITY_KINDS
    tried = list(dict.fromkeys((words, words.upper())))
    numbers = sa.select(CREDENTIALS.c.entity).where(CREDENTIALS.c.number.in_(tried)).limit(_EXACT)
    ids = {row.entity for row in tx.rows(numbers)} | {words}
    asked = sa.select(ENTITIES).where(
        sa.or_(among(tx, ENTITIES.c.id, ids), sa.and_(ENTITIES.c.kind.in_(kinds), ENTITIES.c.key.in_(tried)))
    )
    if kind:
        asked = asked.where(ENTITIES.c.kind == kind)
    if state:
        asked = asked.where(ENTITIES.c.state == state)
    rows = tx.rows(asked.order_by(ENTITIES.c.number.desc()).limit(_EXACT))
    return [entity_of(row) for row in rows]


def _number(cursor: str | None) -> int | None:
    if cursor is None:
        return None
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) <= 18):
        raise Invalid("翻页位置有误:请从第一页重新开始。", field="cursor")
    return int(cursor)
