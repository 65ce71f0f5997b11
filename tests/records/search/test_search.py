"""Finding items by their words, the same on both stores."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mingjian.core.engine.options import Options
from mingjian.core.model import Domain, Item, Nature, Verdict
from mingjian.governance.screening.service import Screening
from mingjian.records.clock import SteppedClock
from mingjian.records.errors import Invalid
from mingjian.records.items.model import Stored, Submission
from mingjian.records.journal.append import append, refold
from mingjian.records.journal.model import Event
from mingjian.records.search import service
from mingjian.records.search.grams import Phrase, grams_of, phrases
from mingjian.records.search.model import SearchFilter
from mingjian.records.search.service import find, index_items, similar, snippet
from mingjian.records.storage import search
from mingjian.records.storage.database import Database

HAN = st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5)
TEXTS = {
    "needle": "水光针打完第二天就见效,全国第一",
    "filler": "玻尿酸填充苹果肌,效果因人而异",
    "fillers": "玻尿酸填充苹果肌,效果因人而异。我也去了",
    "trad": "玻尿酸填充蘋果肌的價格",
    "latin": "加VX:beauty_888 预约Botox,电话13812345678",
    "apart": "玻璃和尿酸不是一回事",
}


class Simple:
    """Finds nothing."""

    rulebook = "rulebook@test"

    def check(self, items: Sequence[Item], options: Options) -> list[Verdict]:
        return [Verdict(item.id, "clean", Nature("education", "presumed"), Domain("other", "presumed"), (),
                        self.rulebook, options.as_of) for item in items]  # fmt: skip


@pytest.fixture
def stocked(database: Database) -> dict[str, Stored]:
    """The texts, judged and indexed."""
    return stock(database, TEXTS)


def stock(database: Database, texts: dict[str, str]) -> dict[str, Stored]:
    """Submit, judge and index."""
    places = ("douyin", "xiaohongshu")
    made = [Submission({"id": name, "text": text, "platform": places[at % 2], "publisher": {"id": f"p{at % 3}"}})
            for at, (name, text) in enumerate(texts.items())]  # fmt: skip
    judged = Screening(database, Simple()).check_now(made, "key:t")
    fill(database)
    return {taken.item.external: taken.item for taken, _ in judged}


def fill(database: Database) -> int:
    done = 0
    while True:
        with database.write() as tx:
            count = index_items(tx, 2)
        if not count:
            return done
        done += count


def found(database: Database, query: str = "", **more: object) -> list[str]:
    with database.read() as tx:
        return [one.item.external for one in find(tx, SearchFilter(query, **more)).items]  # type: ignore[arg-type]


@pytest.mark.usefixtures("stocked")
@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("玻尿酸", ["trad", "fillers", "filler"]),
        ("尿酸", ["apart", "trad", "fillers", "filler"]),
        ("苹果肌", ["trad", "fillers", "filler"]),  # traditional characters make no difference
        ("蘋果", ["trad", "fillers", "filler"]),
        ("玻尿酸 我也去了", ["fillers"]),
        ("beauty_888", ["latin"]),
        ("BOT", ["latin"]),
        ("1381234", ["latin"]),
        ("vx", ["latin"]),
        ("v", []),
        ("预约botox", ["latin"]),
        ("第二天 第一", ["needle"]),
        ("天第二", []),
        ('"玻尿酸" OR 1', []),
        ("玻尿酸*", ["trad", "fillers", "filler"]),
        ("'; DROP TABLE items; --", []),
    ],
)
def test_words_are_found(database: Database, query: str, names: list[str]) -> None:
    assert found(database, query) == names


@pytest.mark.parametrize("query", ["针", "?!", " 。 ", "玻尿酸 肌", " ".join(f"词{n}号" for n in range(17))])
def test_what_cannot_be_looked_for_is_told(sqlite_database: Database, query: str) -> None:
    with pytest.raises(Invalid):
        found(sqlite_database, query)


@pytest.mark.usefixtures("stocked")
def test_properties_narrow(database: Database, clock: SteppedClock) -> None:
    assert found(database, "玻尿酸", platform="xiaohongshu") == ["trad", "filler"]
    assert found(database, "玻尿酸", publisher="p1") == ["filler"]
    assert found(database, publisher="p1") == ["latin", "filler"]
    assert found(database, "玻尿酸", publisher="p1' OR '1") == []
    assert found(database, value="clean", publisher="p0") == ["trad", "needle"]
    assert found(database, value="violation") == []
    assert found(database, value="clean", platform="douyin") == ["latin", "fillers", "needle"]
    assert found(database) == list(reversed(TEXTS))
    clock.move(timedelta(days=1))
    later = clock.now()
    stock(database, {"late": "玻尿酸第二针"})
    assert found(database, "玻尿酸", since=later) == ["late"]
    assert found(database, "玻尿酸", until=later) == ["trad", "fillers", "filler"]
    assert found(database, "玻尿酸", since=later + 86_400_000_000) == []


@pytest.mark.usefixtures("stocked")
@pytest.mark.parametrize("counted", [1000, 2])
def test_results_come_in_pages(database: Database, monkeypatch: pytest.MonkeyPatch, counted: int) -> None:
    monkeypatch.setattr(service, "COUNTED", counted)
    seen: list[str] = []
    below: int | None = None
    for _ in range(len(TEXTS)):
        with database.read() as tx:
            page = find(tx, SearchFilter("尿酸"), below=below, limit=2)
        assert (page.count, page.more) == (min(4, counted), counted < 4)
        seen += [one.item.external for one in page.items]
        below = page.next
        if below is None:
            break
    assert seen == ["apart", "trad", "fillers", "filler"]


def test_an_erased_item_leaves_with_its_erasing_and_does_not_come_back(
    database: Database, stocked: dict[str, Stored]
) -> None:
    with database.write() as tx:
        append(tx, Event("item.erased", stocked["trad"].id, {"reason": "r"}))
        assert search.indexed(tx) == len(TEXTS) - 1
    assert found(database, "蘋果") == ["fillers", "filler"]
    refold(database)
    with database.write() as tx:
        assert search.indexed(tx) == len(TEXTS) - 1
    assert found(database, "蘋果") == ["fillers", "filler"]


@pytest.mark.usefixtures("stocked")
def test_the_duty_goes_on_where_it_stopped(database: Database) -> None:
    assert fill(database) == 0
    with database.write() as tx:
        search.put_rows(tx, [(10_000, "itm_x", ["甲乙"])])
        search.put_rows(tx, [(10_000, "itm_x", ["丙丁"])])
        assert search.indexed(tx) == len(TEXTS) + 1
        assert search.matching(tx, search.Wanted((Phrase(("甲乙",)),)), limit=10) == []
        assert search.matching(tx, search.Wanted((Phrase(("丙丁",)),)), limit=10) == [10_000]


def test_near_copies_are_similar(database: Database, stocked: dict[str, Stored]) -> None:
    with database.read() as tx:
        alike = similar(tx, stocked["filler"], {"text": TEXTS["filler"]})
    assert [one.item.external for one in alike][:1] == ["fillers"]
    assert 0 < alike[0].share < 1 and not alike[0].same
    assert "needle" not in [one.item.external for one in alike]


def test_the_words_asked_for_are_marked_where_they_stand() -> None:
    text = "开头很长" * 20 + "玻 尿 酸与蘋果肌"
    told = snippet(text, phrases("苹果肌"))
    assert "".join(piece for piece, asked in told if asked) == "蘋果肌"
    assert told[0][0] == "…" and "".join(piece for piece, _ in told).endswith("蘋果肌")
    assert snippet("医美", ()) == (("医美", False),)
    assert snippet("", phrases("医美")) == ()
    twice = snippet("医美与医美", phrases("医美"))
    assert twice == (("医美", True), ("与", False), ("医美", True))


NASTY = {
    "long": "医美" * 30_000 + "尾词",
    "varied": "".join(chr(0x4E00 + (at * 7919) % 20_000) for at in range(60_000)),
    "word": "a" * 5_000,
    "control": "水\x00光\x1e针'\"\\:&|!<->",
    "rare": "𠮷野家𪚥𪚥",
    "empty": "",
    "signs": "!!!???",
}


def test_no_text_stops_the_duty(database: Database) -> None:
    stock(database, NASTY)
    with database.read() as tx:
        assert search.indexed(tx) == len(NASTY)
    assert found(database, "a" * 5_000) == ["word"]
    assert found(database, "美医") == ["long"]
    assert found(database, "水光") == ["control"]
    assert found(database, "吉野家") == [] and found(database, "野家") == ["rare"]


@given(st.text(max_size=20), st.text(HAN, min_size=2, max_size=8), st.text(max_size=20))
def test_any_stretch_of_a_text_is_a_phrase_of_its_tokens(before: str, stretch: str, after: str) -> None:
    (whole,), (phrase,) = grams_of([before + stretch + after]), phrases(stretch)
    size = len(phrase.tokens)
    assert any(tuple(whole[at : at + size]) == phrase.tokens for at in range(len(whole)))


def test_chinese_is_cut_into_pairs_and_latin_into_words() -> None:
    assert grams_of(["玻尿酸 VX123", "医", ""]) == [["玻尿", "尿酸", "vx123"], ["医"], []]
    assert phrases("玻尿酸") == (Phrase(("玻尿", "尿酸")),)
    assert phrases("vx123") == (Phrase(("vx123",), open=True),)


def test_what_is_erased_between_cutting_and_keeping_stays_out(database: Database) -> None:
    made = [Submission({"id": name, "text": text}) for name, text in TEXTS.items()]
    judged = Screening(database, Simple()).check_now(made, "key:t")
    gone = next(taken.item for taken, _ in judged if taken.item.external == "filler")
    with database.read() as tx:
        cut = service.cut_items(tx)
    assert cut is not None
    with database.write() as tx:
        append(tx, Event("item.erased", gone.id, {"reason": "r"}, "user:u"))
    with database.write() as tx:
        assert service.keep_cut(tx, cut) == len(TEXTS)
    assert found(database, "玻尿酸") == ["trad", "fillers"]


def test_what_another_process_kept_first_is_not_kept_again(database: Database) -> None:
    made = [Submission({"id": name, "text": text}) for name, text in TEXTS.items()]
    Screening(database, Simple()).check_now(made, "key:t")
    with database.read() as tx:
        cut = service.cut_items(tx, 2)
    assert cut is not None
    fill(database)
    with database.write() as tx:
        assert service.keep_cut(tx, cut) == 0
        assert service.cut_items(tx) is None
