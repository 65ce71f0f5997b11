"""The duties of scores: count whoever something happened to, do what bands say, count everybody every night. Each reads
the journal by a cursor of its own and moves it in the transaction of its effects."""

from __future__ import annotations

from mingjian.governance.scorecards import acting
from mingjian.governance.scorecards.active import live_cards
from mingjian.governance.scorecards.counting import members, update
from mingjian.governance.scorecards.recount import recount
from mingjian.governance.scorecards.touched import DUTY, KINDS, names_in
from mingjian.records.scores.model import number_at
from mingjian.records.storage import score_cards, scores
from mingjian.records.storage.database import Database, Tx
from mingjian.records.storage.events import cursor_of, events_after, head, move_cursor
from mingjian.records.storage.score_sweeps import sweeps, unmarked_among

ACTING = "scores-acting"
GENTLE = 2000  # actors in one transaction of the nightly count: others want to write as well
_AWAY = 300_000_000  # a count that has not moved for so long was interrupted
_FOLLOWED = ("score.computed", "score.resumed", "case.reviewed", "item.judged")


def count_touched(tx: Tx, limit: int = 500) -> int:
    """Count the actors that the next events concern, on every live card; how many events that were. A journal that is
    far ahead is caught up in stretches."""
    place = cursor_of(tx, DUTY)
    events = events_after(tx, place, limit=limit, kinds=KINDS)
    if not events:
        return 0
    names, today = names_in(tx, events), number_at(tx.now)
    for live in live_cards(tx).values():
        update(tx, live.card, members(tx, live.card, names, today), today)
    move_cursor(tx, DUTY, events[-1].seq)
    return len(events)


def follow_bands(tx: Tx, limit: int = 200) -> int:
    """Do what follows from the next events: scores that moved, re-reviews that ended, content that was judged, acting
    that goes on; then some of the labels that are still to be put on or taken off."""
    place = cursor_of(tx, ACTING)
    events = events_after(tx, place, limit=limit, kinds=_FOLLOWED)
    cards = live_cards(tx)
    judged: list[str] = []
    for event in events:
        live = cards.get(event.subject)
        if event.kind == "score.computed" and live is not None:
            acting.follow(tx, live, scores.moves_of(tx, event.seq))
        elif event.kind == "score.resumed" and live is not None:
            acting.take_up(tx, live, event.body["band"])
        elif event.kind == "case.reviewed" and event.body.get("after") == "closed":
            acting.after_review(tx, event.subject, event.body.get("measure"))
        elif event.kind == "item.judged":
            judged.append(event.subject)
    if judged:
        _label_fresh(tx, judged)
    if events:
        move_cursor(tx, ACTING, events[-1].seq)
    done = len(events)
    for work in sweeps(tx, 5):
        if work.card in cards:
            done += acting.sweep(tx, cards[work.card], work) + 1
    return done


def _label_fresh(tx: Tx, items: list[str]) -> None:
    """Content judged while its publisher stands in a band that labels."""
    labelling = [live.card for live in live_cards(tx).values()
                 if any(band.does.label_days is not None for band in live.card.bands)]  # fmt: skip
    free = unmarked_among(tx, items) if labelling else {}
    halted = {(one.card, one.band) for one in score_cards.halts(tx) if one.state == "halted"}
    for card in labelling:
        kept = scores.kept_scores(tx, card.name, set(free.values()))
        by_band: dict[str, list[str]] = {}
        for item, publisher in free.items():
            name = kept[publisher].band if publisher in kept else None
            if name is not None and (card.name, name) not in halted:
                by_band.setdefault(name, []).append(item)
        for name, some in sorted(by_band.items()):
            band = card.band(name)
            if band is not None and band.does.label_days is not None:
                acting.label(tx, card, band, some)


def catch_up(database: Database) -> int:
    """All that ``count_touched`` has to do; how many events that were."""
    done = 0
    while True:
        with database.write() as tx:
            some = count_touched(tx)
        if not some:
            return done
        done += some


def nightly(database: Database) -> int:
    """Count everybody on every live card once a day and after a card went live, checking first what was kept; how many
    cards were counted. Safe to run anywhere and often: a count that was done is not done again, one that was
    interrupted goes on."""
    with database.read() as tx:
        today, due = number_at(tx.now), []
        for name, live in live_cards(tx).items():
            run = scores.run_of(tx, name)
            if run is not None and run.finished_at is None and tx.now - run.at < _AWAY:
                continue  # another process is at it
            if run is None or run.finished_at is None or (run.day, run.version) != (today, live.card.version):
                due.append(name)
        first = cursor_of(tx, DUTY) == 0
        end = head(tx).seq
    if not due:
        return 0
    if first:  # everybody is counted now: nothing that lies behind need be looked at singly
        with database.write() as tx:
            move_cursor(tx, DUTY, end)
    catch_up(database)
    for name in due:
        recount(database, name, stretch=GENTLE)
    return len(due)
