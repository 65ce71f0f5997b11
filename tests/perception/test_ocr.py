"""Reading pictures: styles, directions, sizes, faint letters; and that nothing is fetched."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Callable

import numpy as np
import pytest
from PIL import Image

from mingjian.perception.layout import joined
from mingjian.perception.model import Line, PerceptionError
from mingjian.perception.ocr import Ocr, cut, engine, ocr, reader
from tests.perception.drawing import WORDS, cer, coloured, columns, page, pixels, written


def lines(picture: Image.Image) -> list[Line]:
    return ocr().lines(pixels(picture))


def texts(picture: Image.Image) -> list[str]:
    return [line.text for line in lines(picture)]


def reading(picture: Image.Image) -> str:
    (found,) = joined(lines(picture), picture.size)
    return found.text


def watermarked() -> Image.Image:
    ground = coloured(720, 720, seed=3)
    layer = Image.new("RGB", ground.size)
    written(("微信yimei2026",), size=28, at=(60, 500), on=layer, ink=255)
    mask = layer.convert("L").point(lambda value: value // 3)
    return Image.composite(Image.new("RGB", ground.size, (255, 255, 255)), ground, mask)


TRADITIONAL = ("國家級專家親自操作", "術後零風險放心變美")
STYLES: dict[str, tuple[Callable[[], Image.Image], tuple[str, ...], float]] = {
    "plain": (written, WORDS, 0.0),
    "light on dark": (lambda: written(on=page(640, 460, 20), ink=240), WORDS, 0.0),
    "coloured ground": (lambda: written(on=coloured(640, 460), ink=255), WORDS, 0.06),
    "small print": (lambda: written(size=13, step=30, on=page(640, 480)), WORDS, 0.03),
    "low resolution": (lambda: written().resize((240, 165), Image.Resampling.BICUBIC), WORDS, 0.1),
    "faint": (lambda: written(ink=228), WORDS, 0.03),
    "traditional": (lambda: written(TRADITIONAL), TRADITIONAL, 0.0),
    "vertical": (lambda: columns(("国家级专家", "一次见效")), ("国家级专家", "一次见效"), 0.0),
    "watermark": (watermarked, ("微信yimei2026",), 0.1),
    "tilted": (lambda: written().rotate(12, expand=True, fillcolor=(250, 250, 250)), WORDS, 0.03),
    "giant": (lambda: written(("零风险",), size=190, at=(20, 20), on=page(640, 340)), ("零风险",), 0.0),
}


@pytest.mark.parametrize("style", STYLES)
def test_styles(style: str) -> None:
    make, truth, allowed = STYLES[style]
    read = texts(make())
    assert cer(truth, read) <= allowed, read
    assert len(read) == len(truth), read


@pytest.mark.parametrize("quarters", [1, 2, 3])
def test_turned_pages_read_in_order(quarters: int) -> None:
    turned = written().rotate(90 * quarters, expand=True)
    assert reading(turned).split("\n") == reading(written()).split("\n")


@pytest.mark.parametrize("flip", [Image.Transpose.FLIP_LEFT_RIGHT, Image.Transpose.FLIP_TOP_BOTTOM])
def test_mirror_images_are_read(flip: Image.Transpose) -> None:
    found = lines(written(size=48).transpose(flip))
    assert cer(WORDS, [line.text for line in found]) <= 0.05
    for line in found:  # the quad begins where the text begins: on the right, or at the foot
        assert (line.quad[0][0] > line.quad[1][0]) == (flip is Image.Transpose.FLIP_LEFT_RIGHT)


def test_a_claim_broken_over_lines_is_one_sentence() -> None:
    broken = ("我院保证每一位顾客术后一", "年内绝不反弹")
    assert reading(written(broken, step=56)) == "".join(broken)


def test_quads_lie_where_the_words_are() -> None:
    (line,) = lines(written(("零风险",), size=60, at=(200, 150)))
    left, top, width, height = line.box
    assert abs(left - 200) < 20 and abs(left + width - 380) < 20
    assert abs(top - 165) < 25 and 55 < height < 100
    assert not line.vertical and 0.9 < line.score <= 1.0


def test_vertical_quads_begin_top_right() -> None:
    for line in lines(columns(("国家级专家", "一次见效"))):
        assert line.vertical
        assert line.quad[0][1] < line.quad[1][1] and line.quad[0][0] > line.quad[3][0]


def test_tall_pictures_are_tiled_and_every_line_is_read_once() -> None:
    truth = tuple(f"第{number}条{WORDS[number % 4]}" for number in range(10, 24))
    picture = written(truth, size=28, step=140, on=page(480, 2040))
    assert sorted(texts(picture)) == sorted(truth)
    assert reading(picture).split("\n") == list(truth)


def test_wide_pictures_are_tiled() -> None:
    picture = page(3000, 160)
    for column, word in enumerate(WORDS):
        written((word,), size=40, at=(60 + 740 * column, 50), on=picture)
    assert cer(WORDS, texts(picture)) == 0.0


def test_textures_and_empty_pages_say_nothing() -> None:
    noise = np.random.default_rng(2).integers(0, 255, (300, 300, 3), dtype=np.uint8)
    for picture in (page(), Image.fromarray(noise), coloured(480, 480, seed=8), page(3, 3), page(1, 900)):
        assert texts(picture) == []


def test_detect_and_recognise_apart() -> None:
    rgb = pixels(written())
    quads = ocr().detect(rgb)
    assert len(quads) == len(WORDS)
    read = ocr().recognise([cut(rgb, quad) for quad in quads])
    assert cer(WORDS, [text for text, _ in read]) == 0.0
    assert all(score > 0.9 for _, score in read)
    assert ocr().recognise([]) == []
    assert len(ocr().detect(rgb, scale=0.5)) == len(WORDS)


def test_one_reader_a_process(monkeypatch: pytest.MonkeyPatch) -> None:
    """A forked worker must not use the parent's sessions: their threads did not come along."""
    first = ocr()
    assert ocr() is first
    monkeypatch.setattr(reader, "_readers", dict(reader._readers))
    monkeypatch.setattr(reader, "Ocr", lambda threads: object())
    monkeypatch.setattr(os, "getpid", lambda: -1)
    assert ocr() is not first


def test_missing_library_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rapidocr", None)
    with pytest.raises(PerceptionError, match="rapidocr") as caught:
        Ocr()
    assert caught.value.hint == "运行 pip install 'mingjian[media]'"


def test_missing_model_is_said_and_not_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(engine.MODELS, "Rec", "another.onnx")
    with pytest.raises(PerceptionError, match=r"another\.onnx"):
        Ocr()


def test_the_room_opens_without_its_libraries() -> None:
    code = (
        "import sys; sys.modules.update(dict.fromkeys(('cv2', 'rapidocr', 'onnxruntime', 'zxingcpp', 'PIL', 'pptx')));"
        "import mingjian.perception.ocr, mingjian.perception.layout, mingjian.perception.codes;"
        "import mingjian.perception.picture, mingjian.perception.documents"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")


def test_no_network_is_touched(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("network")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    assert Ocr(threads=1).lines(pixels(written(("零风险",), size=60)))[0].text == "零风险"
