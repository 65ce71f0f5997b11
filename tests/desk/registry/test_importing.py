"""Files into the registry: what rows mean, what is wrong with them, and going on after an interruption."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook

from mingjian.desk.registry import importing
from mingjian.desk.registry.importing import Options, import_file, rehearse
from mingjian.desk.registry.rejecting import write as write_rejects
from mingjian.desk.registry.service import record_parsed
from mingjian.intake.source import Source
from mingjian.records.errors import Conflict, Forbidden, Invalid
from mingjian.records.journal.append import refold
from mingjian.records.registry.model import Import
from mingjian.records.storage.database import Database
from mingjian.records.storage.events import all_events
from mingjian.records.storage.registry import (
    awaited,
    count_entities,
    credentials_of,
    entities_by_keys,
    entity_by_key,
    links_from,
)
from mingjian.records.storage.registry_imports import all_rejects, import_by_id, list_imports, rejects_of
from tests.desk.registry.world import CLERK, READER, clinic, put

HEAD = "机构名称,登记号,诊疗科目,有效期,所有制形式,备注\n"
ROWS = ("云杉医疗美容门诊部,PDY00001,医疗美容科;美容外科,2021年3月1日至2026-02-28,民营,\n"
        "青禾口腔诊所,pdy00002,口腔科、牙周病专业,20220101-长期,公立,老店\n")  # fmt: skip


def take(database: Database, content: bytes | str, name: str = "a.csv", kind: str | None = "institution", **more: Any
         ) -> Import:  # fmt: skip
    data = content if isinstance(content, bytes) else content.encode()
    chunk = more.pop("chunk", 3)
    return import_file(database, CLERK, Source(name, name, data=data), Options(kind, **more), chunk=chunk)


def rejected(database: Database, one: Import) -> list[tuple[int, str, str]]:
    with database.read() as tx:
        return [(each.line, problem["field"], problem["word"]) for each in all_rejects(tx, one.id)
                for problem in each.problems]  # fmt: skip


def test_headings_of_registers_are_known(database: Database) -> None:
    made = take(database, HEAD + ROWS)
    assert (made.state, made.rows, made.added, made.rejected) == ("finished", 2, 2, 0)
    with database.read() as tx:
        found = entities_by_keys(tx, "institution", ["PDY00001", "PDY00002"])
        first, second = found["PDY00001"], found["PDY00002"]
        held = credentials_of(tx, [first.id, second.id])
    assert first.name == "云杉医疗美容门诊部" and first.attributes == {"ownership": "private"}
    assert second.attributes == {"ownership": "public", "note": "老店"}
    one, two = held[first.id][0], held[second.id][0]
    assert (one.kind, one.number, one.scope) == ("practice_licence", "PDY00001", ("医疗美容科", "美容外科"))
    assert (one.valid_from, one.valid_to) == (date(2021, 3, 1), date(2026, 2, 28))
    assert (two.valid_from, two.valid_to) == (date(2022, 1, 1), None)


def _xlsx(rows: list[list[Any]]) -> bytes:
    book, out = Workbook(), io.BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", (HEAD + ROWS).encode("gb18030")),
        ("a.csv", (HEAD + ROWS).encode("utf-8-sig")),
        ("a.csv", (HEAD + ROWS).encode("utf-16")),
        ("a.tsv", (HEAD + ROWS).replace(",", "\t").encode()),
        ("a.csv", (HEAD + ROWS).replace("\n", "\r\n").encode()),
        ("a.xlsx", _xlsx([line.split(",") for line in (HEAD + ROWS).splitlines()])),
        ("a.json", json.dumps([dict(zip(HEAD.strip().split(","), line.split(","), strict=True))
                               for line in ROWS.splitlines()]).encode()),
        ("a.jsonl", "\n".join(json.dumps(dict(zip(HEAD.strip().split(","), line.split(","), strict=True)))
                              for line in ROWS.splitlines()).encode()),
    ],
)  # fmt: skip
def test_every_format_says_the_same(sqlite_database: Database, name: str, content: bytes) -> None:
    made = take(sqlite_database, content, name)
    assert (made.added, made.rejected) == (2, 0)
    with sqlite_database.read() as tx:
        found = entity_by_key(tx, "institution", "PDY00002")
        assert found is not None and found.attributes == {"ownership": "public", "note": "老店"}
        assert credentials_of(tx, [found.id])[found.id][0].scope == ("口腔科", "牙周病专业")


def test_records_as_the_api_takes_them(database: Database) -> None:
    record = {"entity": {"kind": "institution", "key": "K1", "name": "云杉"}, "effective": "2026-01-01",
              "credentials": [{"kind": "business_licence", "number": "N1"}], "_note": "passed over"}  # fmt: skip
    made = take(database, json.dumps({"records": [record, {"entity": {"kind": "institution", "key": "K2"}}, 7]}),
                "a.json", None)  # fmt: skip
    assert (made.added, made.rejected) == (1, 2)
    assert rejected(database, made) == [(2, "entity.name", "unresolved"), (3, "", "wrong")]


def test_again_changes_nothing_and_what_changed_makes_a_version(database: Database) -> None:
    take(database, HEAD + ROWS)
    again = take(database, HEAD + ROWS)
    assert (again.same, again.added, again.changed) == (2, 0, 0)
    with database.read() as tx:
        kinds = [event.kind for some in all_events(tx) for event in some]
    assert kinds.count("registry.recorded") == 1 and kinds.count("import.finished") == 2
    changed = take(database, HEAD + ROWS.replace("美容外科", "美容皮肤科").replace("老店", "-"))
    assert (changed.same, changed.changed) == (0, 2)
    with database.read() as tx:
        found = entity_by_key(tx, "institution", "PDY00002")
        assert found is not None and (found.version, found.attributes) == (2, {"ownership": "public"})


def test_bad_rows_are_told_and_kept_beside_the_good(database: Database, tmp_path: Path) -> None:
    table = HEAD + (
        "云杉,PDY00001,医疗美容科,2021-03-01至2026-02-28,民营,\n"
        "没有编号,,口腔科,2021-03-01至2026-02-28,民营,\n"
        "日期不对,PDY00003,口腔科,2021-02-30至2026-02-28,民营,\n"
        "倒过来,PDY00004,口腔科,2026-02-28至2021-03-01,民营,\n"
        "科学记数,1.10101E+17,口腔科,,民营,\n"
        ",PDY00006,,,民营,\n"
        f"{'长' * 201},PDY00007,,,,\n"
        "好的,PDY00008,,,,\n"
    )
    made = take(database, table)
    assert (made.rows, made.added, made.rejected) == (8, 2, 6)
    assert rejected(database, made) == [
        (3, "登记号", "missing"), (4, "有效期", "wrong"), (5, "有效期", "wrong"), (6, "登记号", "wrong"),
        (7, "机构名称", "unresolved"), (8, "机构名称", "wrong"),
    ]  # fmt: skip
    path = tmp_path / "bad.csv"
    with database.read() as tx, path.open("wb") as stream:
        assert write_rejects(all_rejects(tx, made.id), HEAD.strip().split(","), stream) == 6
    with path.open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    assert rows[0]["机构名称"] == "没有编号" and rows[0]["_行号"] == "3" and "缺少编号" in rows[0]["_问题"]
    mended = path.read_text("utf-8-sig").replace("2021-02-30", "2021-02-28").replace("没有编号,,", "没有编号,PDY00002,")
    again = take(database, mended)
    assert (again.added, again.rejected) == (2, 4)


def test_the_same_key_twice_in_a_file(database: Database) -> None:
    """Further credentials in rows of their own are joined; two words on one thing are a clash, near or far."""
    head = "机构名称,登记号,广审号,等级\n"
    near = "云杉,PDY00001,A-1,\n云杉,PDY00001,A-2,门诊部\n云杉,PDY00001,,三级甲等\n"
    far = "".join(f"店{n},PDY1{n:04},,\n" for n in range(9)) + "别名,PDY00001,A-3,\n"
    made = take(database, head + near + far)
    assert (made.added, made.changed, made.rejected) == (10, 1, 2)
    assert rejected(database, made) == [(4, "等级", "clash"), (14, "机构名称", "clash")]
    with database.read() as tx:
        found = entity_by_key(tx, "institution", "PDY00001")
        assert found is not None and found.attributes == {"grade": "门诊部"}
        numbers = {one.number for one in credentials_of(tx, [found.id])[found.id]}
    assert numbers == {"PDY00001", "A-1", "A-2"}


def test_links_to_those_who_come_later(database: Database) -> None:
    """A link waits for its other end; a row about somebody who comes later is tried again at the end."""
    lines = [
        {"entity": {"kind": "physician", "key": "D1"}, "credentials": [{"kind": "training", "number": "T1"}]},
        *({"entity": {"kind": "institution", "key": f"F{n}", "name": "某店"}} for n in range(4)),
        {"entity": {"kind": "physician", "key": "D1", "name": "林知遥"},
         "links": [{"kind": "practises_at", "target": {"key": "I1"}}]},
        {"entity": {"kind": "physician", "key": "D2"}},
        {"entity": {"kind": "institution", "key": "I1", "name": "云杉"}},
        {"entity": {"kind": "account", "key": "x:1", "name": "号"},
         "links": [{"kind": "belongs_to", "target": {"kind": "agency", "key": "nobody"}}]},
    ]  # fmt: skip
    made = take(database, "\n".join(map(json.dumps, lines)), "a.jsonl", None)
    assert (made.rows, made.recorded, made.rejected, made.awaited) == (9, 8, 1, 2)
    assert rejected(database, made) == [(7, "entity.name", "unresolved")]
    with database.read() as tx:
        doctor = entity_by_key(tx, "physician", "D1")
        clinic_ = entity_by_key(tx, "institution", "I1")
        assert doctor is not None and clinic_ is not None
        assert [link.target for link in links_from(tx, [doctor.id])[doctor.id]] == [clinic_.id]
        assert [one.number for one in credentials_of(tx, [doctor.id])[doctor.id]] == ["T1"]
        assert [one.key for one in awaited(tx)] == ["nobody"]


def test_columns_can_be_named(database: Database) -> None:
    table = "单位,证,类\n云杉,PDY00001,医院\n"
    with pytest.raises(Invalid) as told:
        take(database, table, kind=None)
    assert told.value.field == "kind"
    with pytest.raises(Invalid, match="没有能认出对象的列"):
        take(database, table)
    with pytest.raises(Invalid, match="不认识的列"):
        take(database, table, mapping={"证": "licence"})
    with pytest.raises(Invalid, match="没有这些列"):
        take(database, table, mapping={"证件": "key"})
    made = take(database, table, kind=None, mapping={"单位": "name", "证": "practice_licence.number", "类": "kind"})
    assert made.added == 1
    with database.read() as tx:
        assert entity_by_key(tx, "institution", "PDY00001") is not None


def test_two_columns_that_say_the_same_are_refused(sqlite_database: Database) -> None:
    with pytest.raises(Invalid, match="两列都是"):
        take(sqlite_database, "机构名称,医院名称,登记号\na,b,c\n")


def test_columns_that_are_not_read_are_told(sqlite_database: Database) -> None:
    made = take(sqlite_database, "机构名称,登记号,星座\n云杉,PDY00001,白羊\n")
    assert any("星座" in note for note in made.notes)


def test_a_dry_run_writes_nothing_and_says_the_same(database: Database) -> None:
    put(database, clinic("PDY00002", "青禾口腔诊所"))
    table = (HEAD + ROWS + "云杉医疗美容门诊部,PDY00001,,,,续\n没有编号,,,,,\n" +
             "".join(f"店{n},K{n},,,,\n" for n in range(5)))  # fmt: skip
    source = Source("a.csv", "a", data=table.encode())
    would, rejects = rehearse(database, CLERK, source, Options("institution"), chunk=100)
    with database.read() as tx:
        assert count_entities(tx) == {"institution": 1} and list_imports(tx) == []
    did = take(database, table, chunk=100)
    names = ("rows", "recorded", "added", "changed", "same", "rejected", "malformed", "awaited")
    assert [getattr(would, name) for name in names] == [getattr(did, name) for name in names]
    assert [one.line for one in rejects] == [5]


def test_numbers_are_looked_at(database: Database) -> None:
    made = take(database, "机构名称,统一社会信用代码\n云杉,91310106MA000CT207\n青禾,91310106MA000CT208\n")
    assert (made.added, made.malformed) == (2, 1)
    with database.read() as tx:
        found = entities_by_keys(tx, "institution", ["91310106MA000CT207", "91310106MA000CT208"])
        checks = {key: credentials_of(tx, [one.id])[one.id][0].check for key, one in found.items()}
    assert checks == {"91310106MA000CT207": "well_formed", "91310106MA000CT208": "malformed"}


def test_an_import_that_broke_goes_on_where_it_stopped(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    table = HEAD + "".join(f"店{n},K{n:03},,,,\n" if n % 5 else f"店{n},,,,,\n" for n in range(40))
    calls = 0
    real = record_parsed

    def breaking(*given: Any, **more: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == 4:
            raise OSError("disk full")
        return real(*given, **more)

    monkeypatch.setattr(importing, "record_parsed", breaking)
    with pytest.raises(OSError, match="disk full"):
        take(database, table)
    with database.read() as tx:
        (half,) = list_imports(tx)
        assert (half.state, half.rows) == ("running", 9)
    whole = take(database, table)
    assert whole.id == half.id
    assert (whole.state, whole.rows, whole.added, whole.rejected) == ("finished", 40, 32, 8)
    assert take(database, table).id != whole.id  # to its end: now it is another


def test_two_who_import_the_same_file_do_not_double_it(database: Database) -> None:
    table = HEAD + "".join(f"店{n},K{n:03},,,,\n" for n in range(12))
    source = Source("a.csv", "a", data=table.encode())
    reading = importing.Reading(source, Options("institution"))
    with database.write() as tx:
        one = importing.begin(tx, CLERK, "a.csv", importing.fingerprint(source), Options("institution"))
    take(database, table)
    with pytest.raises(Conflict):
        importing.carry_on(database, CLERK, one, reading, chunk=3)
    with database.read() as tx:
        assert count_entities(tx) == {"institution": 12}


CHILD = """
import sys, time
from pathlib import Path
from mingjian.desk.people.model import house
from mingjian.desk.registry import importing
from mingjian.intake.source import Source
from mingjian.records.storage.database import Database
from mingjian.records.storage.tables import load_tables
load_tables()
url, path = sys.argv[1:]
def slowly(done):
    print(done, flush=True)
    time.sleep(0.02)
database = Database(url)
importing.import_file(database, house("cli"), Source("a.csv", "a", Path(path)), importing.Options("institution"),
                      progress=slowly, chunk=20)
"""


def test_nothing_is_lost_or_doubled_after_kill_9(database: Database, database_url: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(HEAD + "".join(f"店{n},K{n:04},口腔科,,,\n" if n % 7 else f"店{n},,,,,\n" for n in range(400)))
    killed = 0
    for _ in range(4):
        child = subprocess.Popen([sys.executable, "-c", CHILD, database_url, str(path)], stdout=subprocess.PIPE,
                                 env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)})  # fmt: skip
        assert child.stdout is not None
        for _ in range(3):
            child.stdout.readline()
        time.sleep(0.01)
        child.send_signal(signal.SIGKILL)
        killed += child.wait() == -signal.SIGKILL
    assert killed
    with database.read() as tx:
        (half,) = list_imports(tx)
    assert half.state == "running" and 0 < half.rows < 400 and half.rows % 20 == 0
    subprocess.run([sys.executable, "-c", CHILD, database_url, str(path)], capture_output=True, check=True,
                           env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)})  # fmt: skip
    with database.read() as tx:
        (whole,) = list_imports(tx)
        assert (whole.state, whole.rows, whole.added, whole.rejected) == ("finished", 400, 342, 58)
        assert count_entities(tx) == {"institution": 342}
        assert len(rejects_of(tx, whole.id, 0, 1000)) == 58
        recorded = [event for some in all_events(tx) for event in some if event.kind == "registry.recorded"]
        assert sum(len(event.body["records"]) for event in recorded) == 342
    refold(database)
    with database.read() as tx:
        assert count_entities(tx) == {"institution": 342}


def _bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * (64 << 20))
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.csv", b""),
        ("a.csv", b"\x89PNG\r\n\x1a\n\x00\x00\x00"),
        ("a.xlsx", b"PK\x03\x04 no archive"),
        ("a.xlsx", b"no archive"),
        ("a.xlsx", _bomb()),
        ("a.json", b"[" * 100_000),
        ("a.json", b'{"a": '),
        ("a.json", b'[{"entity": NaN}]'),
    ],
)
def test_files_that_cannot_be_read_are_refused_whole(sqlite_database: Database, name: str, content: bytes) -> None:
    with pytest.raises(Invalid):
        take(sqlite_database, content, name)
    with sqlite_database.read() as tx:
        assert list_imports(tx) == []


def test_hostile_rows_are_kept_aside(database: Database) -> None:
    lines = [
        '{"entity": {"kind": "institution", "key": "K1", "name": "好的"}}',
        "not json",
        '{"entity": {"kind": "institution", "key": "K2", "name": "a\\u0000b"}}',
        '{"entity": {"kind": "institution", "key": "K3", "name": "\\ud800"}}',
        '{"entity": {"kind": "institution", "key": ["K4"], "name": {"a": 1}}}',
        '{"entity": null}', '{"entity": {"kind": "institution", "key": "K5", "name": "x", "attributes": {"a": 1e999}}}',
        '{"entity": {"kind": "institution", "key": "K6", "name": "x"}, "links": {"a": 1}}',
        '{"entity": {"kind": "institution", "key": "K7", "name": "x"}, "credentials": [[[[]]]]}',
        "[" * 5000, '{"a": 1' + "0" * 5000 + "}", "{}", '"text"', "null",
        '{"entity": {"kind": "institution", "key": "' + "K" * 5000 + '", "name": "x"}}',
        '{"entity": {"kind": "institution", "key": "K8", "name": "也好"}, "extra": 1}',
    ]  # fmt: skip
    made = take(database, "\n".join(lines), "a.jsonl", None)
    assert (made.rows, made.added, made.rejected) == (len(lines), 1, len(lines) - 1)
    with database.read() as tx:
        assert [one.line for one in all_rejects(tx, made.id)] == list(range(2, len(lines) + 1))


def test_hostile_cells_are_kept_aside(database: Database) -> None:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(["机构名称", "登记号"])
    writer.writerows([["好的", "K1"], ["长" * 40_000, "K2"], ["a\x07b", "K3"], ["x"] * 2000, ["only one"],
                      ["'; DROP TABLE registry_entities; --", "K4"]])  # fmt: skip
    made = take(database, out.getvalue())
    assert (made.rows, made.added, made.rejected) == (6, 2, 4)


def test_an_unclosed_quote_does_not_lose_what_comes_before(database: Database) -> None:
    made = take(database, HEAD + ROWS + '"没有收尾的引号,PDY00003,,,,\n' + "店,PDY00004,,,,\n" * 50)
    assert made.added == 2 and made.rejected == 1


def test_who_may(sqlite_database: Database) -> None:
    with pytest.raises(Forbidden):
        import_file(sqlite_database, READER, Source("a", "a", data=b"x"), Options("institution"))
    with pytest.raises(Forbidden):
        rehearse(sqlite_database, READER, Source("a", "a", data=b"x"), Options("institution"))
    with sqlite_database.read() as tx:
        assert import_by_id(tx, "imp_none") is None
