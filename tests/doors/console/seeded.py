"""A small desk for the console's tests: people of several roles, items of every shape, cases about them."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

from mingjian.core.engine.options import Options
from mingjian.core.model import Item
from mingjian.desk.cases import service as cases
from mingjian.desk.cases.model import CaseRequest
from mingjian.desk.people import service as people
from mingjian.desk.people.model import house
from mingjian.doors.desk.opening import Desk, open_desk
from mingjian.doors.desk.settings import DeskSettings
from mingjian.records.blobs import Blobs
from mingjian.records.items.model import Media, Submission
from mingjian.records.search.service import index_items
from tests.stores import all_tables

PASSWORD = "Wang-Jing-Hui-1937"
PEOPLE = {
    "lead": ("林组长", ("desk_lead",)),
    "chen": ("陈晓", ("reviewer",)),
    "zhou": ("周明", ("reviewer",)),
    "author": ("撰稿人甲", ("author",)),
    "nobody": ("新人", ()),
}
HOSTILE = "<script>window.owned=1</script><img src=x onerror=window.owned=1>\"'>"
PHONE = "13812345678"
WORDS = "术后永不反弹\n三天见效"
DEPICTED = "画面显示治疗前后对比的面部照片"


@dataclass(frozen=True, slots=True)
class Seeded:
    """The open desk; ``items`` and ``cases`` by the outside number of the item, ``users`` by login."""

    desk: Desk
    items: dict[str, str]
    cases: dict[str, str]
    users: dict[str, str]


def opened(folder: Path) -> Desk:
    """The desk whose data lie in a folder."""
    given: dict[str, Any] = {"data": folder}
    return open_desk(DeskSettings(**given))


def seeded(folder: Path) -> Seeded:
    """A new desk in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    desk = opened(folder)
    all_tables().create_all(desk.database.engine)
    desk.engine.check([Item.of("护肤")], Options(as_of=date(2026, 3, 2)))
    users: dict[str, str] = {}
    setup = house("setup")
    with desk.database.write() as tx:
        for login, (name, roles) in PEOPLE.items():
            user = people.create_user(tx, setup, login, name, roles)
            people.set_password(tx, setup, user.id, PASSWORD, must_change=False)
            users[login] = user.id
    judged = desk.screening.check_now(_submissions(desk.settings.blobs), "key:key_tests")
    stored = [taken.item for taken, _ in judged]
    with desk.database.write() as tx:
        wanted = [CaseRequest("item", item.id, {"platform": item.platform, "value": item.value,
                                                "severity": item.severity, "publisher": item.publisher},
                              "policy", "content", "机器判定违规") for item in stored]  # fmt: skip
        about = cases.open_cases(tx, house("policies"), wanted)
        actor = CaseRequest("actor", "clinic-1", {"publisher": "clinic-1"}, "manual", "onboarding", "新入驻")
        named = {item.external: case.id for item, case in zip(stored, about, strict=True)}
        named["actor"] = cases.open_cases(tx, house("policies"), [actor])[0].id
        while index_items(tx):
            pass
    return Seeded(desk, {item.external: item.id for item in stored}, named, users)


def _submissions(blobs: Path) -> list[Submission]:
    clinic = {"id": "clinic-1", "kind": "institution", "name": "测试门诊部"}
    picture = poster()
    digest, _ = Blobs(blobs).put(io.BytesIO(picture), 1 << 20)
    lines = WORDS.split("\n")
    places = [{"start": 0, "end": len(lines[0]), "page": 1, "box": [40, 300, 200, 40]},
              {"start": len(lines[0]) + 1, "end": len(WORDS), "page": 1, "box": [40, 360, 140, 40]}]  # fmt: skip
    shown = [{"start": 0, "end": len(DEPICTED), "page": 1, "box": [40, 40, 320, 200]}]
    parts = [{"role": "title", "text": "美丽节"}, {"role": "body", "text": f"老客带新客,联系电话 {PHONE}。"},
             {"role": "ocr", "text": WORDS, "places": places},
             {"role": "depicted", "text": DEPICTED, "places": shown}]  # fmt: skip
    speech = "做一次终身不反弹绝对安全"
    spoken = [{"role": "title", "text": "热玛吉"},
              {"role": "speech", "text": speech,
               "places": [{"start": 0, "end": len(speech), "time": [2.0, 6.5]}]}]  # fmt: skip
    text = "术后永不反弹,放心做!全国第一的祛斑专家。"
    files = (Media(digest, "海报.png", "picture", len(picture), 2),)
    clip = (Media("0" * 64, "短视频.mp4", "video", 10, 1),)  # registered, not there
    enemy = [{"role": "title", "text": HOSTILE}, {"role": "body", "text": HOSTILE + "永不反弹"}]
    creator = {"id": "clinic-2", "kind": "creator"}
    told = (
        ({"id": "plain", "platform": "xiaohongshu", "publisher": clinic, "text": text}, ()),
        ({"id": "copy", "platform": "douyin", "publisher": creator, "text": text + "第二条"}, ()),
        ({"id": "poster", "platform": "xiaohongshu", "publisher": clinic, "parts": parts,
          "facts": {"licence_number": "PDY000001"}}, files),
        ({"id": "clip", "platform": "douyin", "parts": spoken}, clip),
        ({"id": "hostile", "publisher": {"id": HOSTILE, "kind": "person", "name": HOSTILE}, "parts": enemy}, ()),
    )  # fmt: skip
    return [Submission(item, "platform", media) for item, media in told]


def poster() -> bytes:
    """A small picture."""
    picture = Image.new("RGB", (400, 500), (250, 245, 240))
    ImageDraw.Draw(picture).ellipse((120, 60, 280, 220), fill=(225, 175, 150))
    out = io.BytesIO()
    picture.save(out, "PNG")
    return out.getvalue()
