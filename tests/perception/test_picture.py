"""Opening pictures: formats, orientation, frames; and what strangers send."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mingjian.perception.model import Limits, PerceptionError
from mingjian.perception.picture import each_frame, open_picture
from tests.perception.drawing import encoded, page

RED, BLUE = (200, 0, 0), (0, 0, 200)


def halves() -> Image.Image:
    """Left red, right blue."""
    picture = page(60, 40, RED)
    picture.paste(BLUE, (30, 0, 60, 40))
    return picture


def png_of_size(width: int, height: int) -> bytes:
    """A PNG whose header promises any size, with hardly a byte behind it."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 10)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


@pytest.mark.parametrize("format", ["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF", "AVIF"])
def test_formats(format: str) -> None:
    picture = open_picture(encoded(halves(), format))
    assert (picture.format, picture.width, picture.height, picture.frames, picture.notes) == (format, 60, 40, 1, ())
    assert picture.rgb.dtype == np.uint8 and picture.rgb.shape == (40, 60, 3)
    assert picture.rgb[20, 5, 0] > 150 and picture.rgb[20, 55, 2] > 150


@pytest.mark.parametrize("mode", ["1", "L", "P", "LA", "RGBA", "CMYK", "I;16", "I", "F"])
def test_modes_become_rgb(mode: str) -> None:
    grey = Image.linear_gradient("L")
    if mode == "I;16":
        picture = Image.fromarray(np.asarray(grey, np.uint16) * 257)
    else:
        picture = grey.convert("RGB").convert(mode) if mode in ("CMYK", "P") else grey.convert(mode)
    rgb = open_picture(encoded(picture, "TIFF" if mode in ("CMYK", "I", "F") else "PNG")).rgb
    assert rgb.shape == (256, 256, 3)
    assert rgb[:8].mean() < 40 and rgb[-8:].mean() > 215


def test_words_on_transparent_ground_stay_visible() -> None:
    for ink in (0, 255):
        picture = Image.new("RGBA", (40, 40), (0, 0, 0, 0))
        picture.paste((ink, ink, ink, 255), (10, 10, 30, 30))
        rgb = open_picture(encoded(picture)).rgb.astype(int)
        assert abs(rgb[20, 20, 0] - ink) < 5
        assert abs(rgb[20, 20, 0] - rgb[2, 2, 0]) > 150


def test_orientation_is_applied() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was turned: to be shown turned clockwise
    picture = open_picture(encoded(halves(), "JPEG", exif=exif, quality=95))
    assert (picture.width, picture.height) == (40, 60)
    assert picture.rgb[5, 20, 0] > 150 and picture.rgb[55, 20, 2] > 150


def test_tall_pictures_are_kept_whole() -> None:
    assert open_picture(encoded(page(20, 5000))).height == 5000


def test_wrong_suffix_is_noted(tmp_path: Path) -> None:
    path = tmp_path / "图.png"
    path.write_bytes(encoded(halves(), "JPEG"))
    picture = open_picture(path)
    assert picture.format == "JPEG"
    assert picture.notes == ("扩展名是 .png,实际是 JPEG,已按实际格式读取",)
    path.rename(tmp_path / "图.jpg")
    assert open_picture(tmp_path / "图.jpg").notes == ()


def animated(count: int, format: str) -> bytes:
    # The frames differ, or the encoder would fold them into one.
    frames = [page(16, 16, (index * 5 % 256, 0, 0)) for index in range(count)]
    return encoded(frames[0], format, save_all=True, append_images=frames[1:], duration=100, loop=0)


@pytest.mark.parametrize("format", ["GIF", "WEBP", "PNG"])
def test_frames_of_animations(format: str) -> None:
    data = animated(5, format)
    assert open_picture(data).frames == 5
    frames = list(each_frame(data))
    assert [frame.frame for frame in frames] == [0, 1, 2, 3, 4]
    assert [round(frame.seconds, 2) for frame in frames] == [0.0, 0.1, 0.2, 0.3, 0.4]
    assert [int(frame.rgb[8, 8, 0]) // 5 for frame in frames] == pytest.approx([0, 1, 2, 3, 4], abs=1)


def test_pages_of_a_tiff() -> None:
    data = encoded(page(30, 20), "TIFF", save_all=True, append_images=[page(50, 60)])
    assert [(frame.width, frame.height) for frame in each_frame(data)] == [(30, 20), (50, 60)]


def test_too_many_frames_are_sampled_and_said() -> None:
    frames = list(each_frame(animated(30, "GIF"), Limits(max_frames=4)))
    assert [frame.frame for frame in frames] == [0, 10, 19, 29]
    assert all(frame.notes == ("动图共 30 帧,均匀抽取其中 4 帧读取",) for frame in frames)


@pytest.mark.parametrize("size", [(20_000, 20_000), (2_000_000, 100), (65_000, 65_000)])
def test_bombs_are_refused_by_their_header(size: tuple[int, int]) -> None:
    with pytest.raises(PerceptionError, match=r"过大|炸弹") as caught:
        open_picture(png_of_size(*size))
    assert caught.value.hint


def test_a_large_frame_behind_a_small_one_is_refused() -> None:
    data = encoded(page(30, 20), "TIFF", save_all=True, append_images=[page(500, 600)])
    with pytest.raises(PerceptionError, match="500×600"):
        list(each_frame(data, Limits(max_pixels=10_000)))


@pytest.mark.parametrize("format", ["PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF"])
def test_truncated(format: str) -> None:
    noisy = Image.fromarray(np.random.default_rng(0).integers(0, 255, (200, 200, 3), dtype=np.uint8))
    data = encoded(noisy, format)
    with pytest.raises(PerceptionError) as caught:
        open_picture(data[: len(data) // 2])
    assert caught.value.hint and any(word in caught.value.message for word in ("不完整", "损坏", "不是能识别"))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "空文件"),
        ("不是图片".encode(), "不是能识别的图片"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n", "不是能识别的图片"),
        (b"GIF89a", "损坏|不是能识别|不完整"),
        (b"\0\0\0\x18ftypheic" + b"\0" * 40, "HEIC|损坏|不是能识别"),
    ],
)
def test_no_picture(data: bytes, message: str) -> None:
    with pytest.raises(PerceptionError, match=message) as caught:
        open_picture(data)
    assert caught.value.hint


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(PerceptionError, match="读不到"):
        open_picture(tmp_path / "没有.png")
    with pytest.raises(PerceptionError, match="不是普通文件"):
        open_picture(tmp_path)
    (tmp_path / "大.png").write_bytes(encoded(halves()))
    with pytest.raises(PerceptionError, match="过大"):
        open_picture(tmp_path / "大.png", Limits(max_bytes=50))


def test_any_damage_is_a_perception_error() -> None:
    """Bytes changed anywhere: a picture or a PerceptionError, nothing else."""
    random = np.random.default_rng(5)
    for format in ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF"):
        whole = encoded(halves(), format)
        for _ in range(40):
            damaged = bytearray(whole)
            for place in random.integers(0, len(whole), 4):
                damaged[place] = int(random.integers(0, 256))
            try:
                for _frame in each_frame(bytes(damaged), Limits(max_pixels=1_000_000)):
                    pass
            except PerceptionError as error:
                assert error.message


def test_torn_exif_does_not_cost_the_picture() -> None:
    data = encoded(halves(), "JPEG")
    torn = b"Exif\0\0MM\0*\0\0\0\x08\xff\xff"
    block = b"\xff\xe1" + struct.pack(">H", len(torn) + 2) + torn
    assert open_picture(io.BytesIO(data[:2] + block + data[2:]).getvalue()).width == 60
