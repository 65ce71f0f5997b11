"""The simulated archive: the same for the same seed, true to its own truth, harder with more skill, and honest where
it says so."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from mingjian.core.engine.options import Options
from mingjian.doors import cache as engines
from mingjian.doors.demo.simulate import world
from mingjian.doors.demo.simulate.params import Params
from mingjian.doors.demo.simulate.planted import breaches
from mingjian.doors.demo.simulate.world import Maker, simulate
from mingjian.intake.archive import Archive, open_archive, row_item
from mingjian.intake.item_schema import parse_item

SMALL = Params(items=1500, agencies=3, seed=5)


@cache
def planted() -> tuple[tuple[str, str], ...]:
    return tuple(breaches(engines.engine().compiled.rules))


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    folder = tmp_path_factory.mktemp("simulated")
    simulate(folder, SMALL, planted())
    return open_archive(folder)


def rows(archive: Archive, kind: str) -> list[dict[str, Any]]:
    return [row for batch in getattr(archive, kind)() for row in batch.to_pylist()]


def truth(archive: Archive, name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = archive.truth(name).to_pylist()
    return found


def test_the_same_parameters_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a", "b"):
        simulate(tmp_path / name, Params(items=300, agencies=2, seed=9, days=30), [("X", "一句")])
        Maker(Params(items=300, agencies=2, seed=9, pictures=True), (), tmp_path / name).block(150, 170)
    one, two = ({path.relative_to(tmp_path / name): path.read_bytes() for path in (tmp_path / name).rglob("*.*")}
                for name in ("a", "b"))  # fmt: skip
    assert one == two and len(one) > 20


def test_a_block_does_not_depend_on_the_blocks_before_it(tmp_path: Path) -> None:
    whole, later = Maker(SMALL, (), tmp_path), Maker(SMALL, (), tmp_path)
    before = whole.block(0, 600)
    assert later.block(600, 700)[0].equals(whole.block(600, 700)[0])
    assert later.block(0, 600)[2].equals(before[2])


def test_processes_give_the_same_bytes_as_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(world, "BLOCK", 100)
    told: list[int] = []
    for workers in (1, 2):
        simulate(tmp_path / str(workers), Params(items=300, agencies=2, days=30), [("X", "一句")], told.append, workers)
    assert open_archive(tmp_path / "1").manifest() == open_archive(tmp_path / "2").manifest()
    assert told == [100, 200, 300] * 2


def test_all_that_is_wrong_with_parameters_is_told_at_once() -> None:
    told = Params(items=50, agencies=9, skill=2, days=1, per_item=-1, cases=99).problems()
    assert len(told) == 7
    with pytest.raises(ValueError, match="--skill"):
        simulate(Path("nowhere"), Params(skill=-1))


def test_the_tables_agree_with_one_another(archive: Archive) -> None:
    items, told = rows(archive, "items"), {row["id"]: row for row in truth(archive, "items")}
    accounts = {row["id"]: row for row in rows(archive, "accounts")}
    at = {row["id"]: row["published_at"] for row in items}
    assert len(at) == SMALL.items == archive.counts["items"] and not archive.bad
    last = SMALL.start + timedelta(days=SMALL.days)
    for row in items:
        who = accounts[row["publisher_id"]]
        assert (who["kind"], who["name"]) == (row["publisher_kind"], row["publisher_name"])
        assert row["device"] in who["devices"] and SMALL.start <= row["published_at"] < last
        assert row["institution"] is None or accounts[row["institution"]]["kind"] == "institution"
    for id, row in told.items():
        if row["origin"] and row["origin"].startswith("n"):
            assert at[row["origin"]] < at[id]
    engagement = {(row["actor"], row["item"], row["action"], row["at"]) for row in rows(archive, "engagement")}
    assert all(actor in accounts and item in at and at[item] <= when < last for actor, item, _, when in engagement)
    bought = truth(archive, "engagement")
    assert {(row["actor"], row["item"], row["action"], row["at"]) for row in bought} <= engagement
    known = {row["campaign"]: row for row in truth(archive, "campaigns")}
    assert {row["campaign"] for row in bought} == set(known) and {row["kind"] for row in known.values()} == {
        "like_farm", "comment_farm", "burst", "order_brushing"
    }  # fmt: skip
    for row in bought:
        assert row["actor"] in known[row["campaign"]]["actors"] and row["item"] in known[row["campaign"]]["items"]


def test_rings_post_under_their_accounts_at_the_cadence_of_agencies(archive: Archive) -> None:
    by = {row["id"]: row for row in rows(archive, "items")}
    posts: dict[str, list[Any]] = defaultdict(list)
    for row in truth(archive, "items"):
        if row["ring"] and row["role"] in ("reuse", "fresh"):
            posts[row["ring"]].append(by[row["id"]])
    rings = {row["ring"]: row for row in truth(archive, "rings")}
    assert set(posts) == set(rings) and len({row["agency"] for row in rings.values()}) == SMALL.agencies
    for key, these in posts.items():
        assert len(these) >= 8 and {one["publisher_id"] for one in these} <= set(rings[key]["accounts"])
        assert len(rings[key]["accounts"]) >= 4
        assert min(one["published_at"] for one in these) >= rings[key]["since"]
        assert max(Counter(one["published_at"].date() for one in these).values()) <= 4
        assert max(Counter(one["published_at"].strftime("%Y-%m") for one in these).values()) <= 62


def test_honest_people_resemble_each_other_too(archive: Archive) -> None:
    by = {row["id"]: row for row in rows(archive, "items")}
    told = truth(archive, "items")
    lawful = [row for row in told if row["role"] == "lawful" and row["origin"]]
    assert lawful and all(by[row["origin"]]["body"] in by[row["id"]]["body"] for row in lawful)
    own = [row for row in told if row["edit"] == "own"]
    assert own and all(by[row["origin"]]["body"] == by[row["id"]]["body"] for row in own)
    assert all(by[row["origin"]]["publisher_id"] == by[row["id"]]["publisher_id"] for row in own)
    passed_on = Counter(row["origin"] for row in told if (row["origin"] or "").startswith("pasta/"))
    assert passed_on and all(not row["ring"] for row in (*lawful, *own))


def likeness(archive: Archive) -> float:
    """Mean share of a copy's runs of six characters that its origin has."""
    by = {row["id"]: row["body"] for row in rows(archive, "items")}
    shares = []
    for row in truth(archive, "items"):
        if row["role"] == "reuse":
            one, other = (
                {text[at : at + 6] for at in range(len(text) - 5)} for text in (by[row["id"]], by[row["origin"]])
            )
            shares.append(len(one & other) / len(one))
    return sum(shares) / len(shares)


def test_more_skill_leaves_less_in_common(tmp_path: Path) -> None:
    common, phones = [], []
    for skill in (0.0, 0.5, 1.0):
        folder = tmp_path / str(skill)
        simulate(folder, Params(items=1000, agencies=2, skill=skill, engagement=False, seed=3))
        archive = open_archive(folder)
        common.append(likeness(archive))
        ring = {name for row in truth(archive, "rings") for name in row["accounts"]}
        devices = [row["devices"][0] for row in rows(archive, "accounts") if row["id"] in ring]
        phones.append(len(set(devices)) / len(devices))
    assert common[0] > common[1] + 0.1 > common[2] + 0.2 and phones[0] < phones[1] < phones[2]


def test_pictures_are_there_and_reused(tmp_path: Path) -> None:
    from PIL import Image

    simulate(tmp_path, Params(items=100, agencies=1, pictures=True, engagement=False, days=30, seed=2))
    archive = open_archive(tmp_path)
    by, told = {row["id"]: row for row in rows(archive, "items")}, truth(archive, "items")
    for row in by.values():
        for name in row["pictures"]:
            path = archive.media(name)
            assert path is not None
            with Image.open(path) as picture:
                assert picture.format == "JPEG" and min(picture.size) >= 100
    reused = [row for row in told if row["role"] == "reuse"]
    assert reused and all(by[row["id"]]["pictures"] and "pictures:" in row["edit"] for row in reused)
    assert not list(archive.engagement())


def test_what_is_not_planted_is_mostly_lawful(archive: Archive) -> None:
    """Else prevalence, precision and what a sweep finds would say more of the simulator than of the rules."""
    clean = [row["id"] for row in truth(archive, "items") if not row["planted"] and not row["ring"]]
    items = [parse_item(row_item(row)).item for row in rows(archive, "items") if row["id"] in set(clean[:800])]
    verdicts = engines.engine().check([item for item in items if item is not None], Options(as_of=date(2026, 1, 1)))
    wrong = sum(verdict.value == "violation" for verdict in verdicts)
    assert wrong / len(items) < 0.04
