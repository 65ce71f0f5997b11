"""`mingjian campaign`: figures recounted, announcements written and verified, samples drawn, also from an archive."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from mingjian.doors.cli.main import main
from mingjian.governance.campaigns import announcing, service
from mingjian.governance.decisions.service import decide, undo
from mingjian.records.storage import campaign_samples
from mingjian.records.storage.campaigns import campaigns
from mingjian.records.storage.database import Database
from mingjian.records.storage.events import events_after
from tests.governance.world import BAD, GOOD, LEAD, wish
from tests.stores import all_tables

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def store(tmp_path: Path) -> Database:
    """A data folder with a campaign of three bans, its first batch closed."""
    database = Database(f"sqlite:///{tmp_path / 'mingjian.db'}")
    all_tables().create_all(database.engine)
    with database.write() as tx:
        made = service.open_campaign(tx, LEAD, "引流专项", date(2026, 3, 1), "清理引流")
        ids = [decide(tx, LEAD, wish("ban", publisher=f"acc-{n}")).decision.id for n in range(3)]
        service.link(tx, LEAD, made.id, [("decision", id) for id in ids], "本批")
        service.close_batch(tx, LEAD, made.id)
    return database


@pytest.fixture
def run(store: Database, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    def go(*words: str) -> tuple[int, str, str]:
        data = () if words[0] == "size" else ("--data", str(tmp_path))
        code = main(["campaign", *words, *data])
        told = capsys.readouterr()
        return code, told.out, told.err

    return go


def the(store: Database) -> str:
    with store.read() as tx:
        return campaigns(tx)[0].id


def test_figures_are_listed_verified_and_recounted(run: Run, store: Database) -> None:
    id = the(store)
    assert "引流专项" in run("list")[1]
    code, told, _ = run("figures", id, "--batch", "1", "--verify")
    assert (code, "封禁账号" in told, "不一致" in told) == (0, True, False)
    plain = json.loads(run("figures", id, "--figure", "accounts_banned", "--items", "--json")[1])
    assert plain["figures"][0]["items"] == ["acc-0", "acc-1", "acc-2"]
    assert "acc-2" in run("figures", id, "--items")[1]
    assert run("figures", id, "--figure", "none")[0] == 2
    assert run("figures", id, "--verify", "--upto", "3")[0] == 2
    assert run("figures", "cmp_none")[0] == 2
    assert "没有登记可查的商家" in run("merchants", id)[1]


def test_an_announcement_is_previewed_written_and_verified(run: Run, store: Database, tmp_path: Path) -> None:
    id = the(store)
    assert "关于“引流专项”的治理公告(第 1 批)" in run("announce", id, "--batch", "1")[1]
    assert run("announce", id)[0] == 2
    with store.write() as tx:
        made = announcing.draft(tx, LEAD, *announcing.prepare(tx, LEAD, id, 1))
        decision = next(one for one in events_after(tx, 0, kinds=("decision.made",)))
        undo(tx, LEAD, decision.subject, "按错")
    for suffix, head in (("pdf", b"%PDF"), ("docx", b"PK"), ("json", b'{"as_of"'), ("txt", "关于“引流".encode())):
        out = tmp_path / f"announcement.{suffix}"
        assert run("announce", made.id, "--out", str(out))[0] == 0
        assert out.read_bytes().startswith(head)
    assert run("announce", made.id, "--out", "a.exe")[0] == 2
    code, told, _ = run("verify", made.id)
    assert (code, made.seal in told) == (0, True)  # counted as it was, whatever was undone since
    assert "Governance announcement" in run("announce", made.id, "--lang", "en")[1]


def test_a_sample_from_an_archive_is_taken_in_without_being_acted_on(run: Run, store: Database, tmp_path: Path) -> None:
    folder = tmp_path / "archive" / "items"
    folder.mkdir(parents=True)
    rows = [{"id": f"n{n}", "platform": "xiaohongshu" if n % 3 else "douyin", "kind": "note", "channel": "public",
             "published_at": f"2026-02-{n % 28 + 1:02}T08:00:00+00:00", "publisher_id": f"p{n}", "title": "笔记",
             "publisher_kind": "person", "body": (GOOD if n % 5 else BAD) + str(n)}
            for n in range(90)]  # fmt: skip
    (folder / "part-00000.jsonl").write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")
    code, told, problem = run("draw", the(store), "--side", "before", "--number", "30", "--source",
                              str(folder.parent), "--by", "platform,month", "--seed", "s")  # fmt: skip
    assert (code, problem) == (0, "")
    assert "已抽 30 件(总体 90 件)" in told
    with store.read() as tx:
        (sample,) = campaign_samples.samples_of(tx, the(store))
        items = campaign_samples.sample_items(tx, sample.id)
        acted = [one for one in events_after(tx, sample.seq - 200) if one.kind == "case.opened"]
    assert {one.name: (one.size, one.drawn) for one in sample.strata} == {
        "douyin/2026-02": (30, 10), "xiaohongshu/2026-02": (60, 20)}  # fmt: skip
    assert (len(items), acted, {one.flagged for one in items}) == (30, [], {True, False})
    assert "已立案 30 件" in run("ask", sample.id)[1]
    assert "0/30" in run("prevalence", the(store))[1]
    assert json.loads(run("prevalence", the(store), "--json")[1])["sides"]["before"]["size"] == 90
    assert run("draw", the(store), "--side", "after", "--number", "30", "--source", str(tmp_path / "none"))[0] == 2
    assert run("draw", the(store), "--side", "after", "--number", "30", "--from", "x")[0] == 2


def test_how_many_to_draw(run: Run) -> None:
    assert "每侧须抽 588 件" in run("size", "--before", "0.05", "--after", "0.02")[1]
    assert "每侧须抽 1825 件" in run("size", "--before", "0.05", "--half", "0.01")[1]
    assert run("size", "--before", "0.05")[0] == 2
    assert run("size", "--before", "0.05", "--after", "0.05")[0] == 2
