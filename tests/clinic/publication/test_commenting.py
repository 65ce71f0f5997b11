"""Comments: anchored, answered, settled, carried to the next version."""

from __future__ import annotations

from typing import Any

import pytest

from mingjian.clinic.publication import service as publication
from mingjian.clinic.publication.commenting import Thread
from mingjian.clinic.publication.model import Comment, File
from mingjian.records.errors import Conflict, Forbidden, Invalid, NotFound
from mingjian.records.storage.database import Database
from tests.clinic.publication.people import (
    AUDITOR,
    AUTHOR,
    CLEAN,
    HEAD,
    OTHER_HEAD,
    PUBLICITY,
    begin,
    given,
    hand_in,
    save,
)

PICTURE = File("a" * 64, "海报.png", "picture", 10)


def say(database: Database, draft: str, text: str = "这里要改", who: Any = HEAD, **more: Any) -> Comment:
    with database.write() as tx:
        return publication.comment(tx, who, draft, text, **more)


def seen(database: Database, draft: str, number: int | None = None) -> list[Thread]:
    with database.read() as tx:
        return publication.threads(tx, AUTHOR, draft, number)


def test_a_comment_goes_with_its_words_and_is_orphaned_without_them(database: Database) -> None:
    draft = begin(database)
    hand_in(database, draft.id)
    start = CLEAN.index("7天")
    say(database, draft.id, anchor={"part": 1, "start": start, "end": start + 2})
    save(database, draft.id, given("先说病因。" + CLEAN))
    (moved,) = seen(database, draft.id)
    assert moved.place == (1, start + 5, start + 7) and not moved.orphaned and moved.quote == "7天"
    assert seen(database, draft.id, 1)[0].place == (1, start, start + 2)
    save(database, draft.id, given(CLEAN.replace("7天", "一周")))
    (gone,) = seen(database, draft.id)
    assert gone.orphaned and gone.place is None and gone.quote == "7天" and gone.first.text == "这里要改"


def test_a_box_stays_with_its_picture(database: Database) -> None:
    draft = begin(database, given(media=(PICTURE,)))
    say(database, draft.id, "遮住面部", anchor={"media": PICTURE.digest, "box": [1, 2, 30, 40]})
    assert seen(database, draft.id)[0].box == (PICTURE.digest, 1, 2, 30, 40)
    hand_in(database, draft.id)
    save(database, draft.id, given())
    assert seen(database, draft.id)[0].orphaned and seen(database, draft.id)[0].quote == "海报.png"


def test_threads_are_answered_and_settled(database: Database) -> None:
    draft = begin(database)
    first = say(database, draft.id)
    say(database, draft.id, "已改", AUTHOR, thread=first.id)
    with database.write() as tx:
        publication.resolve(tx, AUTHOR, draft.id, first.id)
        publication.resolve(tx, AUTHOR, draft.id, first.id)
    (thread,) = seen(database, draft.id)
    assert thread.resolved and [one.text for one in thread.answers] == ["已改"]
    with database.read() as tx:
        assert [event.kind for event in publication.timeline(tx, AUTHOR, draft.id)][-3:] == [
            "draft.commented", "draft.commented", "draft.resolved"]  # fmt: skip
    with database.write() as tx:
        publication.resolve(tx, HEAD, draft.id, first.id, resolved=False)
    assert not seen(database, draft.id)[0].resolved
    answer = seen(database, draft.id)[0].answers[0].comment.id
    with database.write() as tx, pytest.raises(Invalid):
        publication.resolve(tx, HEAD, draft.id, answer)
    with pytest.raises(Invalid):
        say(database, draft.id, thread=answer)


@pytest.mark.parametrize(
    "anchor",
    [
        {"part": 1, "start": 5, "end": 5}, {"part": 1, "start": -1, "end": 3}, {"part": 1, "start": 0, "end": 9999},
        {"part": 7, "start": 0, "end": 1}, {"part": "1", "start": 0, "end": 1}, {"part": 1},
        {"media": "b" * 64, "box": [0, 0, 1, 1]}, {"media": PICTURE.digest, "box": [0, 0, 0, 1]},
        {"media": PICTURE.digest, "box": [0, 0, 1]}, {"media": PICTURE.digest, "box": "abcd"},
        {"media": PICTURE.digest},
    ],
)  # fmt: skip
def test_a_place_that_is_none_is_refused(sqlite_database: Database, anchor: dict[str, Any]) -> None:
    draft = begin(sqlite_database, given(media=(PICTURE,)))
    with pytest.raises(Invalid):
        say(sqlite_database, draft.id, anchor=anchor)


def test_who_may_comment(sqlite_database: Database) -> None:
    draft = begin(sqlite_database)
    for who in (AUTHOR, HEAD, PUBLICITY):
        say(sqlite_database, draft.id, who=who)
    for who, error in ((OTHER_HEAD, NotFound), (AUDITOR, Forbidden)):
        with pytest.raises(error):
            say(sqlite_database, draft.id, who=who)
    for text in ("  ", "甲" * 2001):
        with pytest.raises(Invalid):
            say(sqlite_database, draft.id, text)
    with pytest.raises(NotFound):
        say(sqlite_database, draft.id, version=9)
    with sqlite_database.write() as tx, pytest.raises(NotFound):
        publication.resolve(tx, HEAD, draft.id, "cmt_none")
    with sqlite_database.write() as tx:
        publication.withdraw(tx, AUTHOR, draft.id, "不发了")
    with pytest.raises(Conflict):
        say(sqlite_database, draft.id)
