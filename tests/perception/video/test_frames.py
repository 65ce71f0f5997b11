from __future__ import annotations

import struct
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from mingjian.perception.model import Limits, PerceptionError
from mingjian.perception.video.frames import Film, Sample
from tests.perception.sound.voices import silence, wav
from tests.perception.video.makers import Script, Words, make

SMALL = Script(6.0, (320, 180), 10, "person", [Words("热玛吉", 0, 6)], options={"preset": "ultrafast", "g": "10"})
TURN = struct.pack(">9i", 0, 1 << 16, 0, -(1 << 16), 0, 0, 0, 0, 1 << 30)


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make(tmp_path_factory.mktemp("clip") / "small.mp4", SMALL)


def sampled(path: Path, limits: Limits | None = None) -> tuple[Film, list[Sample]]:
    film = Film(path, limits or Limits())
    return film, list(film.samples())


def test_two_samples_a_second_the_first_and_the_last_frame_among_them(clip: Path) -> None:
    film, samples = sampled(clip)
    times = [sample.time for sample in samples]
    assert times[0] == 0.0
    assert times[-1] == pytest.approx(5.9, abs=0.25)
    assert all(0.3 <= after - before <= 0.9 for before, after in pairwise(times[:-1]))
    assert film.seconds == pytest.approx(6.0)
    assert (film.size, film.unread) == ((320, 180), [])


def test_brightness_is_that_of_the_colours(clip: Path) -> None:
    _, samples = sampled(clip)
    rgb = samples[3].rgb()
    assert rgb.shape == (180, 320, 3)
    assert samples[3].luma.shape == (180, 320)
    grey = rgb @ np.array([0.299, 0.587, 0.114]) * 219 / 255 + 16
    assert np.abs(grey - samples[3].luma).mean() < 8


def test_a_clip_filmed_upright_is_shown_upright(clip: Path, tmp_path: Path) -> None:
    data = bytearray(clip.read_bytes())
    at = data.index(b"tkhd") + 4 + 40
    data[at : at + 36] = TURN
    turned = tmp_path / "turned.mp4"
    turned.write_bytes(data)
    film, samples = sampled(turned)
    assert film.size == (180, 320)
    assert samples[0].luma.shape == (320, 180)
    straight = sampled(clip)[1][0].rgb()
    assert np.array_equal(samples[0].rgb(), np.rot90(straight, -1))


def test_a_file_that_breaks_off_gives_what_it_has(clip: Path, tmp_path: Path) -> None:
    torn = tmp_path / "torn.mkv"
    make(torn, SMALL)
    data = torn.read_bytes()
    torn.write_bytes(data[: len(data) // 2])
    film, samples = sampled(torn)
    assert 2 < len(samples) < 10
    (said,) = film.unread
    assert said.startswith("画面在 00:0")
    assert "之后没有读" in said


def test_damage_in_the_middle_costs_no_more_than_the_damage(clip: Path, tmp_path: Path) -> None:
    data = bytearray(clip.read_bytes())
    middle = data.index(b"mdat") + (len(data) // 2)
    data[middle : middle + 400] = bytes(400)
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(data)
    assert len(sampled(broken)[1]) > 6


def test_longer_than_the_limit_is_read_up_to_it_and_said(clip: Path) -> None:
    film, samples = sampled(clip, Limits(max_media_seconds=3.0))
    assert samples[-1].time <= 3.0
    assert film.unread == ["画面只看到 00:03:超过 00:03 的上限"]


def test_slower_than_the_limit_is_read_up_to_it_and_said(clip: Path) -> None:
    film, samples = sampled(clip, Limits(max_wall_seconds=0.0))
    assert len(samples) == 1
    assert "读取超过 0 秒的上限" in film.unread[0]


@pytest.mark.parametrize("limits", [Limits(max_pixels=10_000), Limits(max_bytes=1000)])
def test_too_large_is_refused(clip: Path, limits: Limits) -> None:
    with pytest.raises(PerceptionError, match="过大"):
        sampled(clip, limits)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("no.mp4", b"\x00\x00\x00\x18ftypmp42" + bytes(500)),
        ("text.mp4", "只是文字".encode() * 99),
        ("list.mp4", b"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n"),
        ("list.mkv", b"ffconcat version 1.0\nfile '/etc/passwd'\n"),
    ],
)
def test_files_that_are_no_clip_are_said_so(tmp_path: Path, name: str, data: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(PerceptionError, match="打不开"):
        sampled(path)


def test_half_of_a_file_whose_index_stands_at_its_end(clip: Path, tmp_path: Path) -> None:
    path = tmp_path / "half.mp4"
    path.write_bytes(clip.read_bytes()[:-3000])
    with pytest.raises(PerceptionError, match="打不开") as caught:
        sampled(path)
    assert "没有传完" in (caught.value.hint or "")


def test_sound_without_a_picture(tmp_path: Path) -> None:
    with pytest.raises(PerceptionError, match="没有画面"):
        sampled(wav(tmp_path / "sound.wav", silence(1)))
