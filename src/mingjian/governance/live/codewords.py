"""Code words that rooms' judges met beside restricted items: proposed, accepted or declined by people, and taken back.
Only an accepted word counts in other rooms; none is ever acted on alone."""

from __future__ import annotations

from collections.abc import Mapping

from mingjian.core.live.model import Proposed
from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import demand
from mingjian.governance.live.rooms import HOUSE, MANAGES, READS, required, the
from mingjian.records.canonical import canonical, digest
from mingjian.records.errors import Conflict, Invalid, NotFound
from mingjian.records.journal.append import append
from mingjian.records.journal.model import Event
from mingjian.records.live.model import CodeWord
from mingjian.records.storage import contents
from mingjian.records.storage import live_words as store
from mingjian.records.storage.database import Tx
from mingjian.records.storage.events import hold_head

MOST_WORD = 40
_MOST_MOMENTS = 20


def propose(tx: Tx, room: str, proposed: Proposed) -> CodeWord:
    """A room's judge met a word beside restricted items. The same word for the same thing is one proposal, however many
    rooms tell of it; told again with nothing new, nothing is recorded. One that people declined stays declined."""
    word, stands_for = proposed.word.strip(), proposed.stands_for.strip()
    if not 0 < len(word) <= MOST_WORD or not 0 < len(stands_for) <= MOST_WORD:
        raise Invalid(f"暗语和它所指的项目应为 1 至 {MOST_WORD} 字。", field="word")
    said = canonical({"word": word, "stands_for": stands_for})
    hold_head(tx)
    the(tx, room)
    known = store.words_by_said(tx, [digest(said)]).get(digest(said))
    if known is not None:
        told = {where: times for where, times, _ in store.places_of_word(tx, known.id, 10_000)}
        if told.get(room, 0) >= proposed.times:
            return known
    (name,) = contents.put(tx, [said])
    id = known.id if known is not None else tx.new_id("lvw")
    body = {"room": room, "said": name, "times": proposed.times, "moments": list(proposed.moments[:_MOST_MOMENTS])}
    append(tx, Event("live.word_proposed", id, body, HOUSE.actor))
    return the_word(tx, id)


def accept(tx: Tx, principal: Principal, id: str, reason: str = "") -> CodeWord:
    """From now on the word counts as a hint in every room (still never alone)."""
    return _answer(tx, principal, id, "accepted", "live.word_accepted", reason)


def decline(tx: Tx, principal: Principal, id: str, reason: str = "") -> CodeWord:
    """It is no code word: rooms forget it."""
    return _answer(tx, principal, id, "declined", "live.word_declined", reason)


def reopen(tx: Tx, principal: Principal, id: str, reason: str) -> CodeWord:
    """Take accepting or declining back."""
    demand(principal, MANAGES)
    why = required(reason)
    hold_head(tx)
    found = the_word(tx, id)
    if found.state != "proposed":
        append(tx, Event("live.word_reopened", id, {"reason": why}, principal.actor))
    return the_word(tx, id)


def accepted(tx: Tx) -> Mapping[str, str]:
    """Every accepted word with what it stands for; the last accepted one counts where a word stands for two things."""
    return {one.word: one.stands_for for one in store.words_in(tx, "accepted") if one.word}


def declined(tx: Tx) -> frozenset[str]:
    """The words that people said are none, unless accepted for another thing."""
    return frozenset(one.word for one in store.words_in(tx, "declined") if one.word) - accepted(tx).keys()


def list_words(
    tx: Tx, principal: Principal, state: str | None = None, before: int | None = None, limit: int = 50
) -> tuple[list[CodeWord], int | None]:
    """Up to ``limit``, the newest first; and the one to go on from."""
    demand(principal, READS)
    return store.list_words(tx, state, before, limit)


def the_word(tx: Tx, id: str) -> CodeWord:
    """A code word, or NotFound."""
    found = store.word_by_id(tx, id)
    if found is None:
        raise NotFound(f"没有这个暗语:{id}")
    return found


def _answer(tx: Tx, principal: Principal, id: str, state: str, kind: str, reason: str) -> CodeWord:
    demand(principal, MANAGES)
    hold_head(tx)
    found = the_word(tx, id)
    if found.state == state:
        return found
    if found.state != "proposed":
        raise Conflict("这个暗语已有结论;请先撤回结论。")
    append(tx, Event(kind, id, {"reason": reason.strip()[:2000]}, principal.actor))
    return the_word(tx, id)
