"""Clips: masked on every frame, as many frames at the same times, sound copied, what else was in the file gone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest

from mingjian.perception.faces.boxes import Array
from mingjian.perception.faces.detect import glance
from mingjian.perception.faces.mask import masked_already
from mingjian.perception.model import Limits, PerceptionError
from mingjian.perception.redact.clip import opened
from mingjian.perception.redact.model import KeepBox, RedactOptions
from mingjian.perception.redact.video import check_video, redact_video, searched, suffix_of
from tests.perception.people import decoded, ground, with_head, write_clip
from tests.perception.redact.readers import NOTHING, reads


def walk(count: int = 8) -> list[Array]:
    return [with_head(30 + 6 * at, 30, 100) for at in range(count)]


def open_faces(frames: list[Array]) -> list[int]:
    """Frames on which a face can be seen."""
    return [
        at
        for at, rgb in enumerate(frames)
        if any(face.sure and not masked_already(rgb, face.box, face.score) for face in glance(rgb))
    ]


def test_no_frame_shows_the_face_and_nothing_else_changes(tmp_path: Path) -> None:
    source, target = tmp_path / "a.mp4", tmp_path / "b.mp4"
    write_clip(source, walk(), sound="aac", metadata={"title": "zhang san", "location": "+39.9+116.4/"})
    outcome = redact_video(source, target, NOTHING)
    (before, old_times), (after, times) = decoded(source), decoded(target)
    assert open_faces(before) == list(range(8)) and open_faces(after) == []
    assert (len(after), times) == (8, old_times)
    assert after[0].shape == before[0].shape
    assert np.abs(after[7][:, 250:].astype(int) - before[7][:, 250:].astype(int)).mean() < 3
    assert {"GPS", "容器信息"} == set(outcome.stripped)
    assert any("声音" in note for note in outcome.notes)
    with av.open(str(source)) as one, av.open(str(target)) as other:
        sounds = [
            [bytes(packet) for packet in clip.demux(clip.streams.audio[0]) if packet.size] for clip in (one, other)
        ]
        assert sounds[0] == sounds[1] and sounds[0]
        assert "title" not in other.metadata and "location" not in other.metadata
    assert b"zhang san" not in target.read_bytes()


def test_the_check_tells_an_open_clip_from_a_masked_one(tmp_path: Path) -> None:
    write_clip(tmp_path / "a.mp4", walk(4), metadata={"location": "+39.9+116.4/"})
    kinds = [each.kind for each in check_video(tmp_path / "a.mp4", NOTHING).hidden if each.sure]
    assert kinds.count("location") == 1 and "face" in kinds
    redact_video(tmp_path / "a.mp4", tmp_path / "b.mp4", NOTHING)
    assert not [each for each in check_video(tmp_path / "b.mp4", NOTHING).hidden if each.sure]


def test_sound_is_left_out_on_request(tmp_path: Path) -> None:
    write_clip(tmp_path / "a.mp4", [ground()] * 3, sound="aac")
    outcome = redact_video(tmp_path / "a.mp4", tmp_path / "b.mp4", replace(NOTHING, sound=False))
    with av.open(str(tmp_path / "b.mp4")) as clip:
        assert not clip.streams.audio
    assert outcome.notes == ("声音已去掉",) and outcome.hidden == ()


def test_a_clip_in_another_container_becomes_matroska(tmp_path: Path) -> None:
    write_clip(tmp_path / "a.avi", [ground()] * 4, "mpeg4", sound="mp3")
    assert suffix_of(tmp_path / "a.avi") == ".mkv" and suffix_of(tmp_path / "a.MOV") == ".MOV"
    redact_video(tmp_path / "a.avi", tmp_path / "b.mkv", NOTHING)
    with av.open(str(tmp_path / "b.mkv")) as clip:
        assert clip.streams.audio[0].codec_context.name.startswith("mp3")
    assert len(decoded(tmp_path / "b.mkv")[0]) == 4


def test_a_clip_that_lies_is_set_upright(tmp_path: Path) -> None:
    source = tmp_path / "a.mp4"
    write_clip(source, [np.ascontiguousarray(np.rot90(with_head(40, 30, 100, 180, 320)))] * 4)
    plain = bytes.fromhex("0001000000000000000000000000000000010000000000000000000000000000" "40000000")
    turned = bytes.fromhex("0000000000010000" "00000000ffff0000" "0000000000000000" "00b4000000000000" "40000000")
    raw = source.read_bytes()
    at = raw.index(plain, raw.index(b"tkhd"))
    source.write_bytes(raw[:at] + turned + raw[at + len(plain) :])
    redact_video(source, tmp_path / "b.mp4", NOTHING)
    frames, _ = decoded(tmp_path / "b.mp4")
    assert frames[0].shape == (320, 180, 3)
    clear = with_head(40, 30, 100, 180, 320)
    assert np.abs(frames[0][160:].astype(int) - clear[160:].astype(int)).mean() < 6
    assert open_faces(frames) == []


def test_the_face_that_is_at_a_place_at_a_time_is_kept_for_its_whole_track(tmp_path: Path) -> None:
    write_clip(tmp_path / "a.mp4", walk(5))
    there = replace(NOTHING, keep_boxes=(KeepBox((30, 30, 100, 100), 0.1),))
    outcome = redact_video(tmp_path / "a.mp4", tmp_path / "b.mp4", there)
    assert outcome.kept >= 1 and open_faces(decoded(tmp_path / "b.mp4")[0]) == list(range(5))
    wrong = replace(NOTHING, keep_boxes=(KeepBox((250, 100, 50, 50), 0.1),))
    with opened(tmp_path / "a.mp4", Limits()) as clip:
        masks, tracks, _ = searched(clip, wrong)
    assert sorted(masks) == list(range(5)) and not any(track.kept for track in tracks)


def test_words_are_covered_on_every_frame_of_their_scene(tmp_path: Path) -> None:
    write_clip(tmp_path / "a.mp4", [ground()] * 6)
    options = RedactOptions(reader=reads(("病案号:00123456", 10, 50, 300, 40)))
    outcome = redact_video(tmp_path / "a.mp4", tmp_path / "b.mp4", options)
    (secret,) = outcome.hidden
    assert (secret.kind, secret.frames) == ("record", 6)
    after, _ = decoded(tmp_path / "b.mp4")
    assert all(np.abs(rgb[60:80, 160:290].astype(int) - 56).max() < 12 for rgb in after)
    assert np.abs(after[0][120:].astype(int) - ground()[120:].astype(int)).mean() < 4


@pytest.mark.parametrize("raw", [b"", b"\0\0\0\x18ftypmp42" + b"x" * 200])
def test_what_is_no_clip_is_an_error(tmp_path: Path, raw: bytes) -> None:
    (tmp_path / "a.mp4").write_bytes(raw)
    with pytest.raises(PerceptionError):
        redact_video(tmp_path / "a.mp4", tmp_path / "b.mp4", NOTHING)


def test_too_long_too_large_and_torn(tmp_path: Path) -> None:
    source = tmp_path / "a.mkv"
    write_clip(source, [ground()] * 30)
    for limits in (Limits(max_media_seconds=0.5), Limits(max_pixels=1000)):
        with pytest.raises(PerceptionError):
            redact_video(source, tmp_path / "b.mkv", replace(NOTHING, limits=limits))
    sound = tmp_path / "tone.mp4"
    with av.open(str(sound), "w") as out:
        out.add_stream("aac", rate=44100)
    with pytest.raises(PerceptionError):
        redact_video(sound, tmp_path / "b.mp4", NOTHING)
