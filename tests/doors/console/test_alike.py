"""Where an item's words and pictures were seen before, on its page, its list and side by side."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from mingjian.records.items.erase import erase
from mingjian.records.items.model import Submission
from tests.doors.console.browsing import Visitor
from tests.doors.console.seeded import Seeded
from tests.governance.reuse.texts import DIARY, TEMPLATE

Visit = Callable[[str | None], Visitor]
SECRET = "加我电话 13812345678 细聊。"


@pytest.fixture
def pair(full: Seeded) -> tuple[str, str]:
    """A note and one made from it, with a telephone number in both."""
    ids = []
    for number, (text, publisher) in enumerate(((DIARY, "甲"), (TEMPLATE, "乙"))):
        given = {
            "id": f"alike{number}", "text": text + SECRET, "platform": "xiaohongshu",
            "publisher": {"id": publisher, "kind": "person"}, "published_at": f"2026-02-0{number + 1}",
        }  # fmt: skip
        ((taken, _),) = full.desk.screening.check_now([Submission(given)], "user:1")
        ids.append(taken.item.id)
    return ids[0], ids[1]


def test_an_items_page_shows_what_it_is_like(visit: Visit, full: Seeded, pair: tuple[str, str]) -> None:
    first, second = pair
    page = visit("chen").get(f"/items/{second}").text
    assert "相似与复用" in page and f'href="/items/{first}"' in page and "先于本条" in page and "重合" in page
    assert "没有与已知内容相同" in visit("chen").get(f"/items/{full.items['plain']}").text
    assert f"/items/{second}/likenesses/" in page


def test_the_list_and_the_comparison(visit: Visit, pair: tuple[str, str]) -> None:
    first, second = pair
    chen = visit("chen")
    listed = chen.get(f"/items/{second}/likenesses").text
    assert "判定时已知" in listed and "2026-02-01" in listed
    found = re.search(rf'href="(/items/{second}/likenesses/[0-9]+-[0-9]+)"', listed)
    assert found is not None
    shown = chen.get(found[1]).text
    assert '<mark class="same"' in shown and "13812345678" not in shown
    assert shown.index("较早的一条") < shown.index("较晚的一条")
    from_there = chen.get(found[1].replace(second, first)).text
    assert '<mark class="same"' in from_there
    assert chen.get(f"/items/{first}/likenesses/1-0").status_code == 404
    assert chen.get(f"/items/{first}/likenesses/x").status_code == 404
    assert visit("author").get(f"/items/{second}/likenesses").status_code == 403


def test_the_other_side_may_be_erased(visit: Visit, full: Seeded, pair: tuple[str, str]) -> None:
    first, second = pair
    with full.desk.database.write() as tx:
        erase(tx, first, "user:1", "本人要求")
    chen = visit("chen")
    listed = chen.get(f"/items/{second}/likenesses").text
    found = re.search(rf'href="(/items/{second}/likenesses/[0-9]+-[0-9]+)"', listed)
    assert found is not None
    assert "原文已删除" in chen.get(found[1]).text
