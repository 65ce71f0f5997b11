"""Which packets are decoded, and which frames are handed on."""

from __future__ import annotations

from pathlib import Path

import av
import pytest

from mingjian.perception.live.pictures import Pictures
from mingjian.perception.live.settings import Looking
from tests.live_servers import make_stream


def taken(clip: Path, looking: Looking, behind: dict[int, float] | None = None) -> tuple[list[float], list[bool]]:
    """Times of the samples of a clip, and for each packet whether only key pictures were decoded then. ``behind``: how
    far decoding lies behind, from a second on."""
    samples, only = [], []
    with av.open(str(clip)) as container:
        pictures = Pictures(container.streams.video[0], looking)
        for packet in container.demux(video=0):
            if packet.dts is None:
                continue
            at = float(packet.dts * packet.time_base)
            late = max(((second, value) for second, value in (behind or {}).items() if second <= at), default=(0, 0.0))
            if late[1] > 1.2 and not packet.is_keyframe:
                pictures.fall_behind(at)
            sample = pictures.take(packet, at, at, late[1])
            only.append(pictures.only_keys)
            if sample is not None:
                assert (sample.width, sample.height) == (320, 180)
                samples.append(round(sample.time, 2))
    return samples, only


def test_where_key_pictures_come_often_they_are_enough(tmp_path: Path) -> None:
    samples, only = taken(make_stream(tmp_path / "a.flv", 8.0, size=(320, 180), sound=False), Looking(every=0.5))
    assert samples[-5:] == [3.0, 4.0, 5.0, 6.0, 7.0]
    assert only[-1] and not only[0]


def test_where_they_are_rare_every_frame_is_decoded(tmp_path: Path) -> None:
    clip = make_stream(tmp_path / "a.flv", 8.0, size=(320, 180), key_every=2.0, sound=False)
    samples, only = taken(clip, Looking(every=0.5))
    assert samples == pytest.approx([0.5 * n for n in range(16)], abs=0.11)
    assert not any(only)


def test_what_falls_behind_decodes_key_pictures_only_until_it_has_caught_up(tmp_path: Path) -> None:
    clip = make_stream(tmp_path / "a.flv", 30.0, size=(320, 180), rate=4, key_every=2.0, sound=False)
    samples, only = taken(clip, Looking(every=0.5), {5: 1.5, 8: 0.1})
    assert [at for at in samples if 5 < at < 16] == [6.0, 8.0, 10.0, 12.0, 14.0]
    assert len([at for at in samples if 20 <= at < 26]) == 12, "all again"
    assert not only[-1]
