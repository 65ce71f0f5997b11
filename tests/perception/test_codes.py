"""Codes as they stand on posters: small, turned, inverted, faint, grainy, without a margin."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest
import zxingcpp
from PIL import Image

from mingjian.perception.codes import Code, codes
from tests.perception.drawing import Pixels, coloured, pixels, written

LINK = "https://u.weixin.example/ELq8abcdEFGH0123456789"


def drawn(text: str = LINK, side: int = 160, kind: zxingcpp.BarcodeFormat = zxingcpp.BarcodeFormat.QRCode) -> Pixels:
    """A grey picture of a code with its white margin."""
    image = np.array(zxingcpp.write_barcode_to_image(zxingcpp.create_barcode(text, kind), scale=8), np.uint8)
    height = round(side * image.shape[0] / image.shape[1])
    return np.asarray(cv2.resize(image, (side, height), interpolation=cv2.INTER_AREA), np.uint8)


def pasted(code: Pixels, at: tuple[int, int] = (300, 400), ground: Image.Image | None = None) -> Pixels:
    """The code on a coloured poster."""
    rgb = pixels(ground if ground is not None else coloured(720, 960, seed=6))
    rgb[at[1] : at[1] + code.shape[0], at[0] : at[0] + code.shape[1]] = code[..., None]
    return rgb


def faint(code: Pixels) -> Pixels:
    soft = cv2.GaussianBlur(code, (0, 0), code.shape[0] / 110)
    return np.asarray(soft * 0.12 + 140, np.uint8)


def dotted() -> Pixels:
    """Modules as separate round dots."""
    barcode = zxingcpp.create_barcode(LINK, zxingcpp.BarcodeFormat.QRCode)
    modules = np.array(zxingcpp.write_barcode_to_image(barcode, scale=1))
    big = np.full((modules.shape[0] * 12, modules.shape[1] * 12), 255, np.uint8)
    for row, column in zip(*np.where(modules < 128), strict=True):
        cv2.circle(big, (int(column) * 12 + 6, int(row) * 12 + 6), 4, 0, -1)
    return np.asarray(cv2.resize(big, (200, 200), interpolation=cv2.INTER_AREA), np.uint8)


def turned(rgb: Pixels, degrees: float) -> Pixels:
    matrix = cv2.getRotationMatrix2D((380.0, 480.0), degrees, 1.0)
    return np.asarray(cv2.warpAffine(rgb, matrix, (720, 960), borderMode=cv2.BORDER_REFLECT), np.uint8)


def grainy(rgb: Pixels, strength: float) -> Pixels:
    noise = np.random.default_rng(1).normal(0, strength, rgb.shape)
    return np.clip(rgb + noise, 0, 255).astype(np.uint8)


def bare() -> Pixels:
    """Without its white margin, on something dark."""
    code = drawn(side=190)
    margin = int(np.argmax(code[code.shape[0] // 8] < 128))
    return pasted(code[margin:-margin, margin:-margin], ground=Image.new("RGB", (720, 960), (40, 40, 40)))


HARD: dict[str, Callable[[], Pixels]] = {
    "plain": lambda: pasted(drawn()),
    "small": lambda: pasted(drawn(side=66)),
    "inverted": lambda: pasted(np.asarray(255 - drawn(), np.uint8)),
    "turned": lambda: turned(pasted(drawn()), 33.0),
    "upside down": lambda: turned(pasted(drawn()), 180.0),
    "faint and soft": lambda: pasted(faint(drawn())),
    "grainy": lambda: grainy(pasted(drawn()), 45.0),
    "grainy and faint": lambda: grainy(pasted(np.asarray(drawn(side=190) * 0.2 + 120, np.uint8)), 25.0),
    "dots": lambda: pasted(dotted()),
    "no margin": bare,
}


@pytest.mark.parametrize("name", HARD)
def test_hard_codes(name: str) -> None:
    (code,) = codes(HARD[name]())
    assert (code.text, code.symbology) == (LINK, "QRCode")


def test_place_in_a_large_picture() -> None:
    large = pasted(drawn(side=400), at=(2000, 2600), ground=coloured(3000, 3600, seed=4))
    (code,) = codes(large)
    left, top, width, height = code.box
    assert 1990 < left < 2080 and 2590 < top < 2680
    assert 300 < width < 410 and 300 < height < 410


@pytest.mark.parametrize("name", ["grainy and faint", "dots", "no margin"])
def test_hard_looks_are_needed_and_know_the_place(name: str) -> None:
    rgb = HARD[name]()
    grey = np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), np.uint8)
    assert zxingcpp.read_barcodes(grey) == []
    (code,) = codes(rgb)
    left, top, width, height = code.box
    assert 290 < left < 345 and 390 < top < 445 and 120 < width < 200 and 120 < height < 200


def test_several_codes_from_the_top() -> None:
    rgb = pasted(drawn("wxid_second"), at=(400, 700))
    rgb[100:260, 80:240] = drawn("wxid_first")[..., None]
    assert [code.text for code in codes(rgb)] == ["wxid_first", "wxid_second"]


def test_a_hard_code_beside_a_clear_one_is_found() -> None:
    rgb = HARD["dots"]()
    rgb[60:220, 60:220] = drawn("wxid_clear")[..., None]
    assert [code.text for code in codes(rgb)] == ["wxid_clear", LINK]


@pytest.mark.parametrize(
    ("text", "kind"),
    [("6901234567892", "EAN13"), ("HZ-2026-0815", "Code128"), ("医美优惠券", "DataMatrix"), ("wxp://f2f0", "Aztec")],
)
def test_other_symbologies(text: str, kind: str) -> None:
    (code,) = codes(pasted(drawn(text, 240, getattr(zxingcpp.BarcodeFormat, kind))))
    assert (code.text, code.symbology) == (text, kind)


def test_nothing_is_made_up() -> None:
    stripes = np.zeros((400, 600, 3), np.uint8)
    stripes[:, ::7] = stripes[:, ::11] = 255
    noise = np.random.default_rng(3).integers(0, 255, (400, 400, 3), dtype=np.uint8)
    found: list[Code] = []
    for rgb in (stripes, noise, pixels(written()), pixels(coloured(480, 480)), np.zeros((5, 5, 3), np.uint8)):
        found += codes(rgb)
    assert found == []
