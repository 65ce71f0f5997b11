"""Who meets whom, and what they see."""

from __future__ import annotations

from collections import Counter
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from mingjian.desk.registry.model import Record
from mingjian.desk.registry.service import record
from mingjian.governance.ranking import editions, rating
from mingjian.governance.ranking.blind import assign, conflicts, covered, ties_of
from tests.governance.ranking.field import AS_OF, SETUP, Field, doctor, key


@given(st.integers(1, 30), st.integers(3, 9), st.integers(0, 2**31), st.data())
def test_everybody_gets_their_raters_evenly_or_is_named_as_short(
    entrants: int, raters: int, seed: int, data: st.DataObject
) -> None:
    names = [f"r{number}" for number in range(raters)]
    needed = {f"e{number}": 3 for number in range(entrants)}
    pairs_possible = [(entrant, rater) for entrant in needed for rater in names]
    barred = set(data.draw(st.lists(st.sampled_from(pairs_possible), max_size=8)))
    pairs, short = assign(needed, names, barred, seed)
    assert (pairs, short) == assign(needed, names[::-1], barred, seed)
    assert len(set(pairs)) == len(pairs) and not barred & set(pairs)
    count = Counter(entrant for entrant, _ in pairs)
    assert all(count[entrant] + short.get(entrant, 0) == 3 for entrant in needed)
    if not barred:
        load = Counter(rater for _, rater in pairs)
        assert not short and max(load.values()) - min(load[name] for name in names) <= 1


def test_another_seed_is_another_assignment() -> None:
    needed = {f"e{number}": 3 for number in range(12)}
    names = [f"r{number}" for number in range(6)]
    assert assign(needed, names, (), 1) != assign(needed, names, (), 2)


def test_who_shares_a_place_an_account_or_an_agency_is_kept_apart(field: Field) -> None:
    with field.database.write() as tx:
        record(tx, SETUP, [
            Record({"kind": "institution", "key": "inst-9", "name": "云杉示例分院"}, (),
                   [{"kind": "branch_of", "target": {"kind": "institution", "key": "inst-0"}}]),
            doctor(1, 0), doctor(2, 0), doctor(3, 1), doctor(4, 9), doctor(5, 2),
            Record({"kind": "account", "key": "xiaohongshu:5", "name": "账号五"}, (),
                   [{"kind": "belongs_to", "target": {"kind": "physician", "key": key(5)}}]),
            Record({"kind": "account", "key": "xiaohongshu:3", "name": "账号三"}, (),
                   [{"kind": "belongs_to", "target": {"kind": "physician", "key": key(3)}}]),
            Record({"kind": "agency", "key": "mcn-1", "name": "示例机构代运营"}, (),
                   [{"kind": "operates", "target": {"kind": "account", "key": "xiaohongshu:5"}},
                    {"kind": "operates", "target": {"kind": "account", "key": "xiaohongshu:3"}}]),
        ], "test")  # fmt: skip
        from mingjian.records.storage.registry import entities_by_keys

        known = {number: entities_by_keys(tx, "physician", [key(number)])[key(number)].id for number in range(1, 6)}
        ties = ties_of(tx, list(known.values()), AS_OF)
    entrants = {"a": known[1], "b": known[3]}
    raters: dict[str, str | None] = {"same place": known[2], "branch": known[4], "same agency": known[5],
                                     "themselves": known[1], "unknown": None}  # fmt: skip
    assert conflicts(entrants, raters, ties) == {
        ("a", "same place"), ("a", "branch"), ("a", "themselves"), ("b", "same agency"),
    }  # fmt: skip


def test_who_left_long_ago_has_no_conflict(small: Field) -> None:
    gone = doctor(2, 0)
    links = [{**gone.links[0], "valid_from": "2010-01-01", "valid_to": "2020-01-01"}]
    first, second = small.doctors(doctor(1, 0), Record(gone.entity, gone.credentials, links))
    with small.database.read() as tx:
        near = ties_of(tx, [first, second], AS_OF)
        then = ties_of(tx, [first, second], date(2021, 1, 1))
    assert not near[first] & near[second] and then[first] & then[second]


def test_the_jury_does_not_rate_its_own(small: Field) -> None:
    mine, other = small.doctors(doctor(1, 0), doctor(2, 0))
    jury = [{"user": one.id, "entity": other if at == 0 else None} for at, one in enumerate(small.experts)]
    edition = small.edition(jury=jury).id
    small.enter(edition, [key(1)])
    with small.database.write() as tx:
        made = rating.give_out(tx, small.ann, edition, 4)
        assert (made.made, made.barred, made.short, made.unknown) == (3, 1, {}, 3)
        assert rating.my_forms(tx, small.experts[0]) == []
        assert editions.get_edition(tx, edition).seed == 4
    assert mine


def test_names_numbers_and_places_are_covered() -> None:
    works = [{"title": "梁一舟医师作品", "text": "云杉示例门诊部,电话13812345678,编号110110105000001", "media": ["d"]}]
    (shown,) = covered(works, ["梁一舟", "云杉示例门诊部", "110110105000001", "x"])
    assert shown["title"] == "■■医师作品" and shown["media"] == ["d"]
    assert "13812345678" not in shown["text"] and "云杉" not in shown["text"] and "0001" not in shown["text"]
