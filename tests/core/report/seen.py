"""A report on things seen and heard, made by hand: a poster, a clip, a recording, a scan and slides, with tiny
pictures."""

from __future__ import annotations

import io
from dataclasses import replace
from functools import cache
from typing import Any

from mingjian.core.model import Finding, Item, Part, Place, Shown
from mingjian.core.report.model import MediaView, Options, Report
from tests.core.report.fixtures import finding, verdict


@cache
def jpeg(width: int, height: int, shade: int = 235) -> bytes:
    """A picture of one colour."""
    from PIL import Image

    body = io.BytesIO()
    Image.new("RGB", (width, height), (shade, shade - 15, shade - 5)).save(body, "JPEG")
    return body.getvalue()


def picture(width: int, height: int, scale: float = 1.0, page: int | None = None, time: float | None = None,
            shade: int = 235) -> Shown:  # fmt: skip
    return Shown(jpeg(width, height, shade), width, height, scale, page, time)


POSTER = "热玛吉五代全面部\n一次紧致提升术后永不反弹\n加微信 meili2026 领取体验价"
SPEECH = "大家好我是院长。做完永不反弹,全国最好的医生团队。"


def poster() -> tuple[Item, tuple[Finding, ...], MediaView]:
    """Three lines of a picture twice as large as it is shown; the promise is broken over two of them."""
    places = (
        Place(0, 9, 1, (112, 150, 800, 100)),
        Place(9, 17, 1, (120, 420, 640, 80)),
        Place(17, 22, 1, (120, 520, 320, 80)),
        Place(22, 41, 1, (117, 900, 680, 60)),
    )
    item = Item("海报.png", (Part(POSTER, "ocr", places=places),), kind="picture", source="海报.png")
    hits = (
        finding(POSTER, "热玛吉五代", status="needs_evidence", role="ocr", title="未经审查发布"),
        finding(POSTER, "热玛吉五代全面部", severity="high", role="ocr", title="暗示功效"),
        finding(POSTER, "术后永不反弹", role="ocr"),
        finding(POSTER, "永不反弹", severity="high", role="ocr", title="绝对化用语"),
        finding(POSTER, "加微信 meili2026 领取体验价", severity="medium", role="ocr", title="低价诱导"),
        finding(POSTER, "加微信", severity="high", role="ocr", title="引流到微信"),
    )
    return item, hits, MediaView("picture", None, (picture(540, 720, 0.5, page=1),))


def clip(frames: int = 30) -> tuple[Item, tuple[Finding, ...], MediaView]:
    """Sixty seconds: a board that stays, a subtitle, speech."""
    board, subtitle = "皮肤科王主任 国家级专家", "做完永不反弹"
    parts = (
        Part(board, "background", places=(Place(0, 7, None, (20, 40, 180, 30), (0.0, 58.0)),
                                          Place(7, 12, None, (20, 80, 150, 30), (0.0, 58.0)))),
        Part(subtitle, "subtitle", places=(Place(0, 6, None, (90, 560, 180, 30), (12.4, 15.0)),)),
        Part(SPEECH, "speech", places=(Place(0, 8, time=(3.0, 5.0)), Place(8, 15, time=(12.2, 15.1)),
                                       Place(15, len(SPEECH), time=(15.3, 18.0)))),
    )  # fmt: skip
    item = Item("探店.mp4", parts, kind="video", source="探店.mp4")
    hits = (
        finding(board, "国家级", severity="high", role="background", title="绝对化用语"),
        finding(subtitle, "永不反弹", part=1, role="subtitle"),
        finding(SPEECH, "永不反弹", part=2, role="speech"),
        finding(SPEECH, "全国最好", part=2, role="speech", severity="medium", title="绝对化用语"),
    )
    shown = tuple(picture(360, 640, time=60 * n / frames, shade=250 - n * 3) for n in range(frames))
    return item, hits, MediaView("video", 60.0, shown, (11.0, 31.5))


def recording() -> tuple[Item, tuple[Finding, ...], MediaView]:
    """Sound only: an hour and more of it."""
    places = (Place(0, 8, time=(30.0, 34.0)), Place(8, len(SPEECH), time=(3700.25, 3708.0)))
    item = Item("录音.m4a", (Part(SPEECH, "speech", places=places),), kind="audio", source="录音.m4a")
    return item, (finding(SPEECH, "永不反弹", role="speech"),), MediaView("audio", 4000.0)


def scan(pages: int = 20) -> tuple[Item, tuple[Finding, ...], MediaView]:
    """A document: a page of text and many scanned ones, words on the last but one."""
    scanned = "治愈率百分之百"
    parts = (
        Part("首页为普通文字,效果最好。", line=1),
        Part(scanned, "ocr", places=(Place(0, 7, pages - 1, (100, 100, 350, 50)),)),
    )
    item = Item("手册.pdf", parts, kind="document", source="手册.pdf")
    hits = (
        finding(parts[0].text, "最好", severity="high"),
        finding(scanned, "治愈率百分之百", part=1, role="ocr", title="治愈率"),
    )
    return item, hits, MediaView("document", None, tuple(picture(300, 424, 0.25, n) for n in range(1, pages + 1)))


def slides() -> tuple[Item, tuple[Finding, ...], MediaView]:
    """Two pictures on the third slide, words on the second of them."""
    text = "术后永不反弹"
    part = Part(text, "ocr", places=(Place(0, 6, 3, (30, 40, 180, 30), picture=2),))
    item = Item("课件.pptx", (part,), kind="document", source="课件.pptx")
    pictures = tuple(replace(picture(240, 180, page=3), picture=number) for number in (1, 2))
    return item, (finding(text, "永不反弹", role="ocr"),), MediaView("document", None, pictures)


def seen(
    *made: tuple[Item, tuple[Finding, ...], MediaView], picture_bytes: bytes | None = None, **options: Any
) -> Report:
    """A report on what is given, or on all but the slides; ``picture_bytes`` stand for every picture where the same
    bytes must come out whichever library draws them."""
    made = made or (poster(), clip(), recording(), scan())
    report = Report(
        [(item, verdict(item, *hits)) for item, hits, _ in made],
        rulebook="2026.03.1",
        media={item.id: _with(view, picture_bytes) for item, _, view in made},
    )
    return replace(report, options=Options(**options))


def _with(view: MediaView, picture_bytes: bytes | None) -> MediaView:
    if picture_bytes is None:
        return view
    return replace(view, pictures=tuple(replace(each, jpeg=picture_bytes) for each in view.pictures))
