"""``mingjian evidence`` and ``mingjian store``, from the command line to the exit code."""

from __future__ import annotations

import contextlib
import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from mingjian import api
from mingjian.desk.people.service import first_administrator
from mingjian.governance.screening.service import Screening
from mingjian.records.canonical import canonical
from mingjian.records.evidence.snapshots import keep_rulebook
from mingjian.records.items.model import Submission
from mingjian.records.journal.append import append
from mingjian.records.journal.model import Event
from mingjian.records.storage import contents
from mingjian.records.storage.accesses import accesses
from mingjian.records.storage.database import Database
from mingjian.records.storage.events import EVENTS, events_of
from mingjian.records.storage.migrate import migrate
from tests.doors.conftest import BREACH, CLEAN, Run
from tests.records.evidence.authority import Authority
from tests.stores import all_tables


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """A data folder with two judged items and an administrator."""
    monkeypatch.setenv("MINGJIAN_DESK_DATA", str(tmp_path / "data"))
    (tmp_path / "data").mkdir()
    with contextlib.closing(Database(f"sqlite:///{tmp_path / 'data' / 'mingjian.db'}")) as opened:
        migrate(opened)
        all_tables().create_all(opened.engine)
        screening = Screening(opened, api.engine())
        screening.check_now([Submission({"id": "1", "text": f"患者王小丽,{BREACH}"}),
                             Submission({"id": "2", "text": CLEAN})], "user:1")  # fmt: skip
        with opened.write() as tx:
            first_administrator(tx, "admin")
        yield opened


def items(store: Database) -> list[str]:
    with store.read() as tx:
        found = tx.rows(EVENTS.select().where(EVENTS.c.kind == "item.judged"))
    return [row.subject for row in found]


def test_verify(store: Database, run: Run) -> None:
    ran = run("evidence", "verify")
    assert ran.code == 0 and "还没有签名检查点" in ran.out and "完好" in ran.out
    ran = run("evidence", "checkpoint")
    assert ran.code == 0 and ran.out.startswith("检查点 1:到第 ")
    assert "没有新事件" in run("evidence", "checkpoint").out
    ran = run("evidence", "verify", "--all", "--format", "json")
    found = json.loads(ran.out)
    assert (ran.code, found["whole"], found["checkpoints"], found["notes"]) == (0, True, 1, [])
    with store.write() as tx:
        tx.run(EVENTS.update().where(EVENTS.c.seq == 2), {"actor": "user:2"})
    ran = run("evidence", "verify")
    assert ran.code == 1 and "第 2 条:内容与链上的哈希不符" in ran.out


def test_verify_against_what_is_kept_elsewhere(store: Database, run: Run, tmp_path: Path) -> None:
    run("evidence", "checkpoint")
    (tmp_path / "data" / "checkpoints.jsonl").rename(tmp_path / "kept.jsonl")
    key = run("evidence", "checkpoint", "--public").out
    (tmp_path / "key.pem").write_text(key, "ascii")
    assert key.startswith("-----BEGIN PUBLIC KEY-----")
    assert run("evidence", "verify", "--against", "kept.jsonl", "--key", "key.pem").code == 0
    with store.write() as tx:
        all_tables().tables["checkpoints"].delete()
        tx.run(all_tables().tables["checkpoints"].delete())
    assert run("evidence", "verify").code == 0
    ran = run("evidence", "verify", "--against", "kept.jsonl")
    assert ran.code == 1 and "检查点缺失" in ran.out
    (tmp_path / "key.pem").write_text("00" * 32, "ascii")
    assert run("evidence", "verify", "--key", "key.pem").code == 1
    (tmp_path / "key.pem").write_text("nonsense", "ascii")
    ran = run("evidence", "verify", "--key", "key.pem")
    assert (ran.code, "不是 Ed25519 公钥" in ran.err) == (2, True)
    assert run("evidence", "verify", "--against", "nowhere").code == 2


def test_keys_change(store: Database, run: Run) -> None:
    run("evidence", "checkpoint")
    before = run("evidence", "checkpoint", "--public").out
    assert run("evidence", "checkpoint", "--new-key").code == 0
    assert run("evidence", "checkpoint", "--public").out != before
    assert run("evidence", "verify").code == 0
    assert run("evidence", "checkpoint", "--lost").code == 2


def test_a_package_is_written_and_checked(store: Database, run: Run, tmp_path: Path) -> None:
    item = items(store)[0]
    ran = run("evidence", "package", item, "--out", "a.zip")
    assert ran.code == 0 and "证据包 a.zip" in ran.out
    assert (tmp_path / "data" / "checkpoints.jsonl").is_file()
    ran = run("evidence", "check-package", "a.zip")
    assert ran.code == 0 and "完好" in ran.out
    assert "Whole:" in run("evidence", "check-package", "a.zip", "--lang", "en").out
    content = (tmp_path / "a.zip").read_bytes()
    (tmp_path / "b.zip").write_bytes(content.replace(b"VERIFY.md", b"VERIFI.md"))
    ran = run("evidence", "check-package", "b.zip")
    assert ran.code == 1 and "缺少文件:VERIFY.md" in ran.out
    (tmp_path / "b.zip").write_bytes(content[:100])
    assert run("evidence", "check-package", "b.zip").code == 2
    ran = run("evidence", "package", item, "--out", "a.zip")
    assert ran.code == 2 and "文件已存在" in ran.err
    ran = run("evidence", "package", "itm_none", "--out", "c.zip")
    assert ran.code == 2 and "没有这个内容、案件、直播线索、质量认证或榜单:itm_none" in ran.err
    assert not (tmp_path / "c.zip").exists()


def test_an_uncovered_package_is_somebodys(store: Database, run: Run) -> None:
    item = items(store)[0]
    assert "--as" in run("evidence", "package", item, "--out", "a.zip", "--unmasked").err
    assert "没有这个账号" in run("evidence", "package", item, "--out", "a.zip", "--unmasked", "--as", "nobody").err
    ran = run("evidence", "package", item, "--out", "a.zip", "--unmasked", "--as", "admin")
    assert ran.code == 2 and "没有权限" in ran.err  # an administrator does not see patients
    assert run("evidence", "package", item, "--out", "a.zip", "--as", "admin").code == 0
    with store.read() as tx:
        assert [look.what for look in accesses(tx, subject=item)] == ["evidence.export"]


def test_replay(store: Database, run: Run) -> None:
    ran = run("evidence", "replay")
    assert ran.code == 0 and ran.out.startswith("相同 2 条,不同 0 条")
    first, second = items(store)
    with store.write() as tx:
        (judged,) = [event for event in events_of(tx, first) if event.kind == "item.judged"]
        verdict = json.loads(contents.get(tx, judged.body["verdict"]) or b"")
        (name,) = contents.put(tx, [canonical(verdict | {"verdict": "clean"})])
        append(tx, Event("item.judged", first, judged.body | {"verdict": name}))
        append(tx, Event("item.judged", second, judged.body | {"rulebook": "older"}))
    ran = run("evidence", "replay", "--all")
    assert ran.code == 1 and f'✗ {first} verdict: "clean" → "violation"' in ran.out
    assert "规则库不同不能重放 1 条" in ran.out
    assert run("evidence", "replay", "--item", second).code == 0
    with store.write() as tx:
        keep_rulebook(tx, "older")  # a snapshot that is not what it is kept as is not believed
    assert "规则库不同不能重放 1 条" in run("evidence", "replay", "--item", second).out
    assert run("evidence", "replay", "--item", "itm_none").code == 2


@pytest.fixture
def authority() -> Iterator[tuple[str, Authority]]:
    """A time-stamp authority at an address."""
    answering = Authority(datetime(2026, 3, 2, 1, 30, tzinfo=UTC))

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            request = self.rfile.read(int(self.headers["Content-Length"]))
            good = self.headers["Content-Type"] == "application/timestamp-query" and self.path == "/tsa"
            self.send_response(200 if good else 404)
            self.end_headers()
            self.wfile.write(answering(request) if good else b"")

        def log_message(self, *_arguments: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", answering
    server.shutdown()
    thread.join()
    server.server_close()


def test_time_stamps(store: Database, run: Run, tmp_path: Path, authority: tuple[str, Authority]) -> None:
    url, answering = authority
    (tmp_path / "ca.pem").write_bytes(answering.root_pem)
    assert "没有设置时间戳服务" in run("evidence", "timestamp").err
    assert "没有要盖的" in run("evidence", "timestamp", "--url", f"{url}/tsa").out
    run("evidence", "checkpoint")
    ran = run("evidence", "timestamp", "--url", f"{url}/elsewhere")
    assert ran.code == 2 and "HTTP 404" in ran.err
    assert "没有应答" in run("evidence", "timestamp", "--url", "http://127.0.0.1:1/").err
    assert "没有应答" in run("evidence", "timestamp", "--url", "nonsense").err
    ran = run("evidence", "timestamp", "--url", f"{url}/tsa", "--ca", "ca.pem")
    assert ran.code == 0 and "检查点 1 的时间戳:2026-03-02 09:30:00" in ran.out
    ran = run("evidence", "verify", "--ca", "ca.pem")
    assert ran.code == 0 and "时间戳 1 个" in ran.out


def test_back_up_and_restore(store: Database, run: Run, tmp_path: Path) -> None:
    run("evidence", "checkpoint")
    ran = run("store", "backup", "kept.zip", "--with-secrets")
    assert ran.code == 0 and "已备份到 kept.zip" in ran.out
    assert "没有备份密钥" in run("store", "backup", "bare.zip").out
    assert run("store", "backup", "kept.zip").code == 2
    store.close()
    assert "--replace" in run("store", "restore", "kept.zip").err
    ran = run("store", "restore", "kept.zip", "--data", "other")
    assert ran.code == 0 and "日志完好" in ran.out
    assert run("evidence", "verify", "--data", "other", "--all").code == 0
    assert run("store", "refold", "--data", "other").out.startswith("已从 ")
    assert run("evidence", "verify", "--data", "other").code == 0
    assert "最近的检查点:1" in run("store", "status", "--data", "other").out
    assert run("store", "restore", "kept.zip", "--replace", "--yes").code == 0
    (tmp_path / "bad.zip").write_bytes(b"PK")
    ran = run("store", "restore", "bad.zip", "--data", "third")
    assert ran.code == 2 and "已损坏" in ran.err
    assert run("store", "restore", "none.zip", "--data", "third").code == 2


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["evidence", "verify", "--data", "nowhere"], "这里没有数据库"),
        (["evidence", "verify", "--database", "nonsense"], "数据库地址有误"),
        (["store", "status", "--database", "sqlite:///missing.db"], "这里没有数据库"),
        (["evidence", "verifi"], "是否想写 evidence verify"),
        (["store", "--nix"], "没有这个选项"),
        (["store", "backup"], "缺少参数"),
        (["evidence", "check-package", "none.zip"], "读不了"),
    ],
)
def test_mistakes(run: Run, arguments: list[str], says: str) -> None:
    ran = run(*arguments)
    assert ran.code == 2 and says in ran.err, ran.err


@pytest.mark.parametrize("group", ["evidence", "store"])
def test_a_group_alone_shows_its_help(run: Run, group: str) -> None:
    assert run(group).code == 0
    assert run(group).out == run(group, "--help").out
