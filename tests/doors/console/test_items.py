"""Items, their files, and finding them."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from mingjian.doors.console.media import content_type
from mingjian.records.blobs import Blobs
from mingjian.records.journal.append import append
from mingjian.records.journal.model import Event
from mingjian.records.storage import contents, items
from tests.doors.console.browsing import Visitor
from tests.doors.console.seeded import PHONE, Seeded, poster

Visit = Callable[[str | None], Visitor]


def address(page: str) -> str:
    found = re.search(r'src="(/items/[^"]+/media/[0-9a-f]{64})"', page)
    assert found is not None
    return found[1]


def test_an_item_with_all_that_is_known(visit: Visit, full: Seeded) -> None:
    page = visit("chen").get(f"/items/{full.items['poster']}").text
    assert "美丽节" in page and "没有处置记录" in page and "内容摘要" in page
    assert f'href="/review/{full.cases["poster"]}"' in page


def test_a_file_is_sent_to_whoever_may_see_the_item(visit: Visit, full: Seeded) -> None:
    chen = visit("chen")
    where = address(chen.get(f"/items/{full.items['poster']}").text)
    sent = chen.get(where)
    assert sent.content == poster() and sent.headers["content-type"] == "image/png"
    assert "sandbox" in sent.headers["content-security-policy"] and sent.headers["x-content-type-options"] == "nosniff"
    assert chen.get(where, range="bytes=0-7").content == poster()[:8]
    assert visit(None).get(where).status_code == 303
    assert visit("author").get(where).status_code == 403
    other = where.replace(full.items["poster"], full.items["plain"])
    assert chen.get(other).status_code == 404


def test_a_damaged_file_is_not_sent(visit: Visit, full: Seeded) -> None:
    chen = visit("chen")
    where = address(chen.get(f"/items/{full.items['poster']}").text)
    path = Blobs(full.desk.settings.blobs).path(where.rsplit("/", 1)[1])
    path.write_bytes(poster()[:-1] + b"!")
    answer = chen.get(where)
    assert answer.status_code == 503 and "文件已损坏" in answer.text


@pytest.mark.parametrize("name", ["..%2f..%2fsecrets%2fsession.key", "0" * 64, "x"])
def test_only_the_items_own_files_are_reached(visit: Visit, full: Seeded, name: str) -> None:
    assert visit("chen").get(f"/items/{full.items['poster']}/media/{name}").status_code == 404


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"\xff\xd8\xff\xe0" + bytes(12), "image/jpeg"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
        (b"\0\0\0\x18ftypisom\0\0\0\0", "video/mp4"),
        (b"<svg onload=alert(1)>", "application/octet-stream"),
        (b"<!doctype html><p>", "application/octet-stream"),
        (b"", "application/octet-stream"),
    ],
)
def test_the_bytes_say_what_a_file_is(head: bytes, kind: str) -> None:
    assert content_type(head) == kind


def test_an_erased_item_shows_that_and_no_more(visit: Visit, full: Seeded) -> None:
    id = full.items["poster"]
    chen = visit("chen")
    where = address(chen.get(f"/items/{id}").text)
    with full.desk.database.write() as tx:
        stored = items.item_by_id(tx, id)
        assert stored is not None
        contents.delete_content(tx, stored.digest)
        append(tx, Event("item.erased", id, {"reason": "本人要求"}, "user:x"))
    page = chen.get(f"/items/{id}").text
    assert "原文已删除" in page and "美丽节" not in page
    assert chen.get(where).status_code == 404
    assert chen.get(f"/review/{full.cases['poster']}").status_code == 200
    assert id not in chen.get("/search?q=美丽节").text


def test_searching_in_chinese(visit: Visit, full: Seeded) -> None:
    chen = visit("chen")
    page = chen.get("/search?q=反弹").text
    assert "<mark>反弹</mark>" in page
    assert all(full.items[name] in page for name in ("plain", "copy", "poster", "clip"))
    both = chen.get("/search?q=祛斑 第二条").text
    assert full.items["copy"] in both and full.items["plain"] not in both
    assert "没有找到" in chen.get("/search?q=没有这回事").text
    assert "请至少输入两个字" in chen.get("/search?q=弹").text
    assert "一次最多" in chen.get("/search?q=" + "+".join(f"第{n}个" for n in range(17))).text


def test_results_are_narrowed_by_filters(visit: Visit, full: Seeded) -> None:
    chen = visit("chen")
    assert full.items["plain"] not in chen.get("/search?q=永不反弹&platform=douyin").text
    assert full.items["copy"] in chen.get("/search?q=永不反弹&platform=douyin&value=violation").text
    assert full.items["poster"] in chen.get("/search?publisher=clinic-1").text
    assert "不是日期" in chen.get("/search?since=gestern").text
    assert "没有找到" in chen.get("/search?q=永不反弹&until=2001-01-01").text
    assert full.items["plain"] in chen.get("/search?q=永不反弹&since=2001-01-01").text


def test_lists_cover_personal_data_for_everybody(visit: Visit) -> None:
    page = visit("lead").get("/search?q=联系电话").text
    assert "138****5678" in page and PHONE not in page
