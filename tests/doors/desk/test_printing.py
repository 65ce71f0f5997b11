"""Pictures and clips of items are printed in a process of their own and found again after edits."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest

cv2 = pytest.importorskip("cv2")
pytest.importorskip("pdqhash")

from mingjian import api  # noqa: E402
from mingjian.desk.people.model import house  # noqa: E402
from mingjian.doors.desk.printing import FilePrinter  # noqa: E402
from mingjian.doors.desk.settings import DeskSettings  # noqa: E402
from mingjian.governance.reuse.lists import frozen  # noqa: E402
from mingjian.governance.reuse.service import Reuse, Unprinted  # noqa: E402
from mingjian.governance.screening.service import Screening  # noqa: E402
from mingjian.records.blobs import Blobs  # noqa: E402
from mingjian.records.items.model import Media, Submission  # noqa: E402
from mingjian.records.storage import reuse  # noqa: E402
from mingjian.records.storage.database import Database  # noqa: E402
from tests.perception.reuse.scenes import Pixels, scene  # noqa: E402


@pytest.fixture
def settings(tmp_path: Path) -> DeskSettings:
    return DeskSettings(data=tmp_path / "data")


@pytest.fixture
def printer(settings: DeskSettings) -> Iterator[FilePrinter]:
    made = FilePrinter(settings)
    yield made
    made.close()


def png(view: Pixels) -> bytes:
    return bytes(cv2.imencode(".png", view[:, :, ::-1])[1])


def kept(settings: DeskSettings, body: bytes, name: str = "a.png", kind: str = "picture") -> Media:
    digest, size = Blobs(settings.blobs).put(io.BytesIO(body), 1 << 24)
    return Media(digest, name, kind, size)


def test_a_mirrored_and_a_cropped_picture_are_found(
    sqlite_database: Database, settings: DeskSettings, printer: FilePrinter
) -> None:
    screening = Screening(sqlite_database, api.engine(), reuse=Reuse(sqlite_database, printer))
    view = scene(3)
    files = [kept(settings, png(each)) for each in (view, view[:, ::-1], view[60:540, 50:430], scene(4))]
    ids = []
    for number, file in enumerate(files):
        given = {"id": f"n{number}", "text": "看图", "publisher": {"id": f"p{number}", "kind": "person"}}
        ((taken, _),) = screening.check_now([Submission(given, media=(file,))], "user:1")
        ids.append(taken.item.id)
    with sqlite_database.read() as tx:
        found = {(one.one, one.other): one for one in reuse.likenesses_after(tx, 0)}
    assert set(found) == {(ids[1], ids[0]), (ids[2], ids[0]), (ids[2], ids[1])}
    mirror = found[ids[1], ids[0]]
    assert mirror.how == "mirror"
    assert mirror.distance is not None and mirror.distance <= 31
    assert mirror.detail["here"]["place"] == files[1].digest
    assert mirror.detail["there"]["place"] == files[0].digest
    left, top, right, bottom = found[ids[2], ids[0]].detail["other_box"]
    assert 0 < left < right < 1000 and 0 < top < bottom < 1000


def test_a_file_that_is_no_picture_costs_no_verdict(
    sqlite_database: Database, settings: DeskSettings, printer: FilePrinter
) -> None:
    broken = kept(settings, b"\x89PNG\r\n\x1a\nbroken")
    with pytest.raises(Unprinted):
        printer(broken)
    screening = Screening(sqlite_database, api.engine(), reuse=Reuse(sqlite_database, printer))
    ((taken, _),) = screening.check_now([Submission({"id": "1", "text": "看图"}, media=(broken,))], "user:1")
    assert taken.item.state == "judged"
    with sqlite_database.read() as tx:
        assert frozen(tx, house("tests"), taken.item.id) == {"unread": 1}
