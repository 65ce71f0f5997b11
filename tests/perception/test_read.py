"""The door of the room: pictures, documents and what is none."""

from __future__ import annotations

import io
from pathlib import Path

import docx
import numpy as np
import pptx
import pytest
import zxingcpp
from PIL import Image

from mingjian.core.text.prints import marks, marks_of
from mingjian.perception.model import PerceptionError
from mingjian.perception.read import Request, perceive
from tests.perception.drawing import encoded, page, written


def test_a_poster_is_read_with_its_places_prints_and_picture(tmp_path: Path) -> None:
    path = tmp_path / "海报.png"
    written(("热玛吉紧致提升", "术后永不反弹")).save(path)
    found = perceive(path)
    text = "\n".join(reading.text for reading in found.readings)
    assert "热玛吉" in text and "永不反弹" in text
    assert all(place.page == 1 and place.box is not None for r in found.readings for place in r.places)
    assert {p.kind for p in found.prints} == {"pdq", "pdq_mirror", "text_sha256", "text"}
    own = next(p for p in found.prints if p.kind == "text")
    assert marks_of(own.value) & set(marks("本店热玛吉紧致提升术后永不反弹"))
    assert found.shown[0].jpeg.startswith(b"\xff\xd8")
    assert found.unread == ()


def test_a_code_is_a_reading_of_its_own(tmp_path: Path) -> None:
    made = zxingcpp.create_barcode("https://u.wechat.com/abc", zxingcpp.BarcodeFormat.QRCode)
    code = Image.fromarray(np.array(zxingcpp.write_barcode_to_image(made, scale=8), np.uint8))
    sheet = page(640, 640)
    sheet.paste(code, (150, 150))
    path = tmp_path / "码.png"
    sheet.save(path)
    (code_reading,) = (r for r in perceive(path).readings if r.role == "code")
    assert code_reading.text == "二维码 https://u.wechat.com/abc"
    assert code_reading.places[0].box is not None


def test_a_before_and_after_collage_is_depicted(tmp_path: Path) -> None:
    sheet = page(800, 500)
    sheet.paste((90, 90, 90), (400, 0, 800, 500))
    written(("术前",), on=sheet, at=(150, 420))
    written(("术后",), on=sheet, at=(550, 420), ink=250)
    path = tmp_path / "对比.jpg"
    sheet.save(path)
    assert "前后对比图" in [r.text for r in perceive(path).readings if r.role == "depicted"]


def test_frames_of_an_animation_are_read_once_where_nothing_moves(tmp_path: Path) -> None:
    first, second = written(("一次见效",)), written(("永不反弹", "假一赔十"))
    second = second.resize(first.size)
    flicker = first.copy()
    flicker.putpixel((5, 5), (0, 0, 0))  # equal frames would be saved as one
    path = tmp_path / "动图.gif"
    first.save(path, save_all=True, append_images=[flicker, second], duration=200)
    found = perceive(path)
    texts = [r.text for r in found.readings]
    assert len(texts) == len(set(texts))
    assert {place.page for r in found.readings for place in r.places} == {1, 3}


def test_pictures_in_a_document_are_read_and_bullets_are_not(tmp_path: Path) -> None:
    document = docx.Document()
    for picture in (written(("术后永不反弹",)), Image.new("RGB", (20, 20), "red")):
        body = io.BytesIO()
        picture.save(body, "PNG")
        body.seek(0)
        document.add_picture(body)
    path = tmp_path / "文案.docx"
    document.save(str(path))
    found = perceive(path)
    assert [r.text for r in found.readings] == ["术后永不反弹"]
    assert len(found.shown) == 1 and found.kind == "document"
    assert {(place.page, place.picture) for r in found.readings for place in r.places} == {(None, 1)}


def test_pictures_of_one_slide_are_told_apart_and_bullets_do_not_count(tmp_path: Path) -> None:
    deck = pptx.Presentation()
    blank = deck.slide_layouts[6]
    deck.slides.add_slide(blank)
    slide = deck.slides.add_slide(blank)
    for picture in (written(("术前说明",)), Image.new("RGB", (20, 20), "red"), written(("永不反弹",))):
        slide.shapes.add_picture(io.BytesIO(encoded(picture)), 0, 0)
    path = tmp_path / "课件.pptx"
    deck.save(str(path))
    found = perceive(path)
    assert {r.text: {(p.page, p.picture) for p in r.places} for r in found.readings} == {
        "术前说明": {(2, 1)}, "永不反弹": {(2, 2)},
    }  # fmt: skip
    assert [(each.page, each.picture) for each in found.shown] == [(2, 1), (2, 2)]
    assert {(p.page, p.picture) for p in found.prints if p.kind == "pdq"} == {(2, 1), (2, 2)}


@pytest.mark.parametrize("data", [b"", b"\x89PNG\r\n\x1a\nrest is missing", "只是文字".encode()])
def test_what_is_no_media_is_refused_in_words(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "x.png"
    path.write_bytes(data)
    with pytest.raises(PerceptionError) as error:
        perceive(path, Request())
    assert error.value.message
