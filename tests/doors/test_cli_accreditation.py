"""The command line of accreditation: a certificate checked offline and against the register, exported, listed."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pypdfium2  # type: ignore[import-untyped]
import pytest
import zxingcpp

from mingjian.doors.cli.main import main
from mingjian.governance.accreditation import certifying, standing
from mingjian.records.accreditation.model import Certificate
from mingjian.records.clock import SteppedClock
from mingjian.records.evidence.keys import new_signer, open_signer, pem
from mingjian.records.storage.database import Database
from tests.governance.accreditation.scene import Scene
from tests.governance.world import calm_queues
from tests.stores import all_tables

Run = Callable[..., tuple[int, str]]


@pytest.fixture
def scene(tmp_path: Path, clock: SteppedClock) -> Iterator[Scene]:
    folder = tmp_path / "desk"
    folder.mkdir()
    database = Database(f"sqlite:///{folder / 'mingjian.db'}", clock=clock)
    all_tables().create_all(database.engine)
    with calm_queues():
        yield Scene(database, clock, open_signer(folder / "secrets"))
    database.close()


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("MINGJIAN_DESK_DATA", str(tmp_path / "desk"))

    def go(*arguments: str) -> tuple[int, str]:
        code = main(["accreditation", *arguments])
        told = capsys.readouterr()
        return code, told.out + told.err

    return go


@pytest.fixture
def key(tmp_path: Path, scene: Scene) -> str:
    path = tmp_path / "public.pem"
    path.write_bytes(pem(scene.signer.public))
    return str(path)


def _code(scene: Scene) -> tuple[Certificate, str]:
    certificate = scene.granted()
    return certificate, certifying.code_of(certificate)


def test_offline_only_the_key_is_needed(scene: Scene, run: Run, key: str, tmp_path: Path) -> None:
    certificate, code = _code(scene)
    scene.database.close()
    (tmp_path / "desk" / "mingjian.db").unlink()
    address = f"https://desk.example/verify/{code}"
    told = run("verify", address, "--key", key, "--as-of", "2026-06-01")
    assert told[0] == 0
    assert certificate.number in told[1]
    saved = tmp_path / "scanned.txt"
    saved.write_text(address)
    assert run("verify", str(saved), "--key", key, "--as-of", "2026-06-01")[0] == 0
    assert run("verify", code, "--key", key, "--as-of", "2036-06-01")[0] == 1  # expired
    assert run("verify", code, "--key", key, "--as-of", "2025-06-01")[0] == 1  # not yet
    other = tmp_path / "other.pem"
    other.write_bytes(pem(new_signer().public))
    assert run("verify", code, "--key", str(other))[0] == 1
    assert run("verify", code[:-4] + "AAAA", "--key", key)[0] == 1
    assert run("verify", certificate.number, "--key", key)[0] == 2  # a number proves nothing by itself
    assert run("verify", code, "--key", str(saved))[0] == 2
    assert run("verify", code, "--key", key, "--as-of", "soon")[0] == 2


def test_against_the_register_the_standing_is_told(scene: Scene, run: Run) -> None:
    # The commands go by the machine's clock; the certificate's term covers it.
    certificate, code = _code(scene)
    assert run("verify", certificate.number)[0] == 0
    assert json.loads(run("verify", code, "--format", "json")[1])["verdict"] == "valid"
    with scene.database.write() as tx:
        standing.suspend(tx, scene.who["lead"], certificate.id, "收到严重投诉,暂停核查")
    code_, told = run("verify", code)
    assert code_ == 1
    assert "收到严重投诉" in told
    assert run("verify", "MJ-ZLRZ-2026-00099")[0] == 1
    assert run("verify", "nonsense")[0] == 2
    assert certificate.number in run("certificates")[1]
    assert run("certificates", "--standing", "valid", "--format", "json")[1].strip() == "[]"


def test_the_exported_certificate_proves_itself(scene: Scene, run: Run, key: str, tmp_path: Path) -> None:
    certificate, _ = _code(scene)
    out = tmp_path / "certificate.pdf"
    assert run("certificate", certificate.number, "--out", str(out))[0] == 2  # whose address would be in the code?
    asked = ("certificate", certificate.number, "--out", str(out), "--base-url", "https://desk.example")
    assert run(*asked)[0] == 0
    assert run(*asked)[0] == 2  # nothing is written over
    document = pypdfium2.PdfDocument(io.BytesIO(out.read_bytes()))
    assert certificate.holder in document[0].get_textpage().get_text_range()
    (found,) = zxingcpp.read_barcodes(document[0].render(scale=2).to_pil())
    assert found.text.startswith("https://desk.example/verify/")
    assert run("verify", found.text, "--key", key, "--as-of", "2026-06-01")[0] == 0
    assert (
        run("certificate", "MJ-ZLRZ-2026-00099", "--out", str(tmp_path / "x.pdf"), "--base-url", "https://d.e")[0] == 2
    )


def test_the_standard_is_printed(run: Run) -> None:
    code, told = run("standard")
    assert code == 0
    assert "明鉴示范标准" in told
    assert run("standard", "none")[0] == 2
