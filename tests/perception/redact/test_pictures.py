"""Pictures: faces and words masked, metadata gone, format kept, faces kept where asked."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms
from PIL.PngImagePlugin import PngInfo

from mingjian.perception.model import Limits, PerceptionError
from mingjian.perception.redact.model import KeepBox, RedactOptions
from mingjian.perception.redact.pictures import check_picture, metadata, redact_picture, suffix_of
from tests.perception.people import FACE, astronaut, ground
from tests.perception.redact.readers import NOTHING, reads


def exif() -> Image.Exif:
    data = Image.Exif()
    data[0x010F] = "某某相机"
    place = data.get_ifd(0x8825)
    place[1], place[2] = "N", (39.0, 54.0, 0.0)
    return data


def hidden_share(path: Path, before: np.ndarray) -> float:
    left, top, width, height = (int(side) for side in FACE)
    one, other = np.asarray(Image.open(path).convert("RGB")).astype(int), before.astype(int)
    changed = np.abs(one - other).max(axis=2) > 12
    return float(changed[top : top + height, left : left + width].mean())


def test_a_photo_loses_its_face_and_where_it_was_taken(tmp_path: Path) -> None:
    source, target = tmp_path / "a.jpg", tmp_path / "b.jpg"
    Image.fromarray(astronaut()).save(source, exif=exif(), quality=95, comment=b"zhang san")
    outcome = redact_picture(source, target, NOTHING)
    assert [each.kind for each in outcome.hidden] == ["face"]
    assert set(outcome.stripped) == {"EXIF", "GPS", "注释"}
    assert hidden_share(target, astronaut()) > 0.7
    assert metadata(target) == ()
    assert b"zhang san" not in target.read_bytes()
    with Image.open(target) as picture:
        assert (picture.format, picture.size) == ("JPEG", (512, 288))
    assert not [each for each in check_picture(target, NOTHING).hidden if each.sure]


def test_the_check_sees_faces_and_the_place_in_the_metadata(tmp_path: Path) -> None:
    Image.fromarray(astronaut()).save(tmp_path / "a.jpg", exif=exif())
    kinds = [each.kind for each in check_picture(tmp_path / "a.jpg", NOTHING).hidden]
    assert kinds == ["face", "location"]


def test_words_are_covered_where_they_stand(tmp_path: Path) -> None:
    source, target = tmp_path / "a.png", tmp_path / "b.png"
    Image.fromarray(ground()).save(source)
    options = RedactOptions(reader=reads(("姓名:张三", 100, 50, 200, 40), ("诊断:痤疮", 100, 120, 200, 40)))
    outcome = redact_picture(source, target, options)
    assert [each.kind for each in outcome.hidden] == ["name"]
    after = np.asarray(Image.open(target))
    assert (after[55:85, 230:295] == 64).all()
    assert np.array_equal(after[120:160], ground()[120:160])
    assert redact_picture(source, target, replace(options, text=False)).hidden == ()


def test_text_chunks_of_a_png_do_not_go_along(tmp_path: Path) -> None:
    chunks = PngInfo()
    chunks.add_text("Comment", "zhang san")
    Image.fromarray(ground()).save(tmp_path / "a.png", pnginfo=chunks)
    redact_picture(tmp_path / "a.png", tmp_path / "b.png", NOTHING)
    assert metadata(tmp_path / "a.png") == ("文字块",)
    assert metadata(tmp_path / "b.png") == ()


def test_a_face_is_kept_where_the_caller_says_so(tmp_path: Path) -> None:
    Image.fromarray(astronaut()).save(tmp_path / "a.png")
    options = replace(NOTHING, keep_boxes=(KeepBox((150, 40, 160, 170)),))
    outcome = redact_picture(tmp_path / "a.png", tmp_path / "b.png", options)
    assert (outcome.hidden, outcome.kept) == ((), 1)
    elsewhere = replace(NOTHING, keep_boxes=(KeepBox((0, 300, 100, 100)),))
    assert redact_picture(tmp_path / "a.png", tmp_path / "b.png", elsewhere).kept == 0


def test_what_lies_under_a_transparent_part_does_not_go_along(tmp_path: Path) -> None:
    alpha = np.dstack([astronaut(), np.zeros((288, 512), np.uint8)])
    Image.fromarray(alpha).save(tmp_path / "a.png")
    redact_picture(tmp_path / "a.png", tmp_path / "b.png", NOTHING)
    with Image.open(tmp_path / "b.png") as picture:
        assert picture.mode == "RGB" and len(picture.getcolors() or []) == 1


def test_a_lying_photo_is_set_upright_by_its_exif(tmp_path: Path) -> None:
    data = exif()
    data[0x0112] = 6
    Image.fromarray(np.ascontiguousarray(np.rot90(astronaut()))).save(tmp_path / "a.jpg", exif=data)
    redact_picture(tmp_path / "a.jpg", tmp_path / "b.jpg", NOTHING)
    with Image.open(tmp_path / "b.jpg") as picture:
        assert picture.size == (512, 288)


def test_colours_of_a_profile_are_turned_into_the_usual_ones(tmp_path: Path) -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    Image.fromarray(ground()).save(tmp_path / "a.png", icc_profile=profile)
    outcome = redact_picture(tmp_path / "a.png", tmp_path / "b.png", NOTHING)
    assert outcome.stripped == ("ICC",) and metadata(tmp_path / "b.png") == ()
    assert np.abs(np.asarray(Image.open(tmp_path / "b.png")).astype(int) - ground().astype(int)).max() <= 2


def test_an_animated_picture_is_masked_on_every_frame(tmp_path: Path) -> None:
    small = Image.fromarray(astronaut()).resize((256, 144))
    frames = [small.rotate(turn) for turn in (0, 4, 8)]
    frames[0].save(tmp_path / "a.gif", save_all=True, append_images=frames[1:], duration=100)
    outcome = redact_picture(tmp_path / "a.gif", tmp_path / "b.gif", NOTHING)
    assert outcome.frames == 3 and {each.page for each in outcome.hidden} == {1, 2, 3}
    with Image.open(tmp_path / "b.gif") as picture:
        assert getattr(picture, "n_frames", 1) == 3
    assert not [each for each in check_picture(tmp_path / "b.gif", NOTHING).hidden if each.sure]
    few = replace(NOTHING, limits=Limits(max_frames=2))
    with pytest.raises(PerceptionError, match="3 帧"):
        redact_picture(tmp_path / "a.gif", tmp_path / "b.gif", few)


@pytest.mark.parametrize(
    ("name", "form", "suffix"),
    [
        ("a.jpg", "JPEG", ".jpg"), ("a.JPEG", "JPEG", ".JPEG"), ("a.bmp", "BMP", ".png"), ("a.gif", "GIF", ".png"),
        ("a.jpg", "PNG", ".png"), ("a.webp", "WEBP", ".webp"),
    ],
)  # fmt: skip
def test_the_result_is_named_after_what_the_picture_really_is(
    tmp_path: Path, name: str, form: str, suffix: str
) -> None:
    Image.fromarray(ground(64, 64)).save(tmp_path / name, form)
    assert suffix_of(tmp_path / name, NOTHING) == suffix


def test_a_broken_picture_is_an_error(tmp_path: Path) -> None:
    Image.fromarray(astronaut()).save(tmp_path / "a.png")
    (tmp_path / "b.png").write_bytes((tmp_path / "a.png").read_bytes()[:20_000])
    with pytest.raises(PerceptionError):
        redact_picture(tmp_path / "b.png", tmp_path / "c.png", NOTHING)
    with pytest.raises(PerceptionError):
        redact_picture(tmp_path / "a.png", tmp_path / "c.png", replace(NOTHING, limits=Limits(max_pixels=1000)))
