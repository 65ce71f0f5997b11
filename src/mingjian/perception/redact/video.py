"""Redacting a clip: once through to find, once through to mask and encode. Frames keep their number and their times.

Only masked pixels change before encoding: the planes are never converted to RGB and back. Sound is copied as it is;
container metadata, covers, subtitles and data tracks (which hold places and names) are left behind.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import Any

from mingjian.perception.faces.boxes import Array
from mingjian.perception.faces.follow import WORKING, Follower
from mingjian.perception.faces.mask import mask_face, mask_text, masked_already
from mingjian.perception.faces.track import Mark, Track, marks
from mingjian.perception.model import PerceptionError
from mingjian.perception.redact import clip as clips
from mingjian.perception.redact.look import preview, secrets
from mingjian.perception.redact.model import Hidden, Outcome, RedactOptions, Shown
from mingjian.perception.redact.words import Words

_GREY = (64, 128, 128)  # of brightness and of both colour planes
_SURE = 0.4
_SHOWN = 6
_MP4_SOUND = frozenset({"aac", "mp3", "mp3float", "alac", "ac3", "eac3", "opus", "libopus"})
_MORE_SOUND = frozenset({"vorbis", "libvorbis", "flac", "mp2", "mp2float", "dca", "wmav2"})
_RAW_SOUND = frozenset({"pcm_s16le", "pcm_s24le", "pcm_f32le", "pcm_u8"})


def suffix_of(source: Path) -> str:
    """The suffix of the result: MP4 and MOV stay, everything else becomes Matroska, which takes any sound."""
    return source.suffix if source.suffix.lower() in (".mp4", ".m4v", ".mov") else ".mkv"


def redact_video(source: Path, target: Path, options: RedactOptions) -> Outcome:
    """Mask a clip and write it to ``target``."""
    with clips.opened(source, options.limits) as clip:
        stripped = _carried(clip)
        masks, tracks, times = searched(clip, options)
    kept = sum(1 for track in tracks if track.kept)
    with clips.opened(source, options.limits) as clip:
        copied, shown = _written(clip, target, masks, len(times), options)
    notes = ["声音原样保留,人声也能认出人"] if copied else []
    if not copied and clip.sound:
        notes.append("声音已去掉" if not options.sound else "声音的编码放不进结果的容器,已去掉")
    hidden = _told(masks, times)
    seconds = times[-1] if times else 0.0
    return Outcome(
        source.name, "video", None, hidden, kept, stripped, tuple(notes), tuple(shown), seconds, len(times)
    )  # fmt: skip


def check_video(source: Path, options: RedactOptions) -> Outcome:
    """What a clip still shows. Faces that a mask hides do not count."""
    with clips.opened(source, options.limits) as clip:
        located = any("location" in key.lower() for key in clip.container.metadata)
        masks, _, times = searched(clip, options, checking=True)
    hidden = _told(masks, times)
    if located:
        hidden += (Hidden("location", (0.0, 0.0, 0.0, 0.0)),)
    return Outcome(source.name, "video", hidden=hidden, seconds=times[-1], frames=len(times))


def searched(
    clip: clips.Clip, options: RedactOptions, checking: bool = False
) -> tuple[dict[int, list[Mark]], list[Track], list[float]]:
    """Frame → what to mask, the tracks of faces, and the time of every frame.

    ``checking``: faces that a mask hides already are passed over, so that only open ones are left.
    """
    times: list[float] = []
    follower: Follower | None = None

    def keeps(small: Array, face: Any) -> bool:
        if checking and masked_already(small, face.box, face.score):
            return True
        return options.keeps is not None and options.keeps(small, face)

    words = Words(clip.fps, lambda whole: secrets(whole, options))
    for frame in clip.frames():
        small = clips.rgb(frame, WORKING)
        if follower is None:
            scale = max(small.shape[:2]) / max(clips.size_of(frame))
            follower = Follower(clip.fps, keeps, min(1.0, scale))
        times.append(clips.time_of(frame, len(times), clip.fps))
        follower.frame(small)
        if options.text:
            words.frame(small, lambda frame=frame: clips.rgb(frame))  # type: ignore[misc]
    assert follower is not None  # a clip without frames is an error of its own
    follower.finish()
    _keep(follower.tracks, options, times)
    found = marks(follower.tracks, follower.scenes, len(times), clip.fps)
    if options.text:
        for index, more in words.marks(len(follower.tracks)).items():
            found.setdefault(index, []).extend(more)
    return found, follower.tracks, times


def _keep(tracks: Iterable[Track], options: RedactOptions, times: list[float]) -> None:
    """What the caller said stays visible: faces in a place, or the one that is there at a time."""
    for track in tracks:
        for keep in options.keep_boxes:
            inside = {at for at, face in track.sightings.items() if keep.holds(face.box)}
            if keep.time is None:
                track.kept |= inside
            elif inside:
                # The whole track, if that is where it is on the frame of that time.
                frame = min(range(len(times)), key=lambda at: abs(times[at] - float(keep.time or 0.0)))
                if track.frames[0] <= frame <= track.frames[-1] and keep.holds(track.at(frame)):
                    track.kept |= set(track.sightings)


def _written(
    clip: clips.Clip, target: Path, masks: dict[int, list[Mark]], count: int, options: RedactOptions
) -> tuple[bool, list[Shown]]:
    import av

    wanted = _sampled(masks, count)
    shown: list[Shown] = []
    suffix = target.suffix.lower()
    form = {".mov": "mov", ".mkv": "matroska"}.get(suffix, "mp4")
    index = 0
    how = {} if form == "matroska" else {"movflags": "+faststart"}
    with av.open(f"file:{target.absolute()}", "w", format=form, options=how) as out:
        video = _encoder(out, clip)
        sounds = _sounds(out, clip) if options.sound else {}
        early: list[Any] | None = []  # the first write fixes the size of the picture, so sound waits for it
        for kind, each in clip.packets(options.sound):
            if kind == "sound":
                if each.stream.index in sounds:
                    each.stream = sounds[each.stream.index]
                    out.mux(each) if early is None else early.append(each)
                continue
            if early is not None:
                video.width, video.height = clips.size_of(each)
            frame = _masked(each, masks.get(index, ()), options.style)
            if frame.pts is None:
                frame.pts, frame.time_base = index, Fraction(1) / clips.rate_of(clip)
            out.mux(video.encode(frame))
            for packet in early or ():
                out.mux(packet)
            early = None
            if index in wanted:
                boxes = [Hidden(mark.kind, mark.box, mark.score, mark.score >= _SURE) for mark in masks.get(index, ())]
                shown.append(preview(clips.rgb(frame), boxes, time=clips.time_of(each, index, clip.fps)))
            index += 1
        out.mux(video.encode(None))
    if index != count:
        raise PerceptionError(f"两次解码得到的帧数不同({count} 与 {index})", "文件可能已损坏;转码后再试")
    return bool(sounds), shown


def _masked(frame: Any, found: Iterable[Mark], style: str) -> Any:
    parts = clips.planes(frame)
    for mark in found:
        for number, (plane, grey) in enumerate(zip(parts, _GREY, strict=True)):
            share = 0.5 if number else 1.0
            left, top, width, height = (side * share for side in mark.box)
            if mark.kind == "face":
                mask_face(plane, (left, top, width, height), style, grey)
            else:
                mask_text(plane, (left, top, width, height), grey)
    return clips.joined(parts, frame)


def _encoder(out: Any, clip: clips.Clip) -> Any:
    import av

    names = ("libx264", "libopenh264", "mpeg4")
    name = next((each for each in names if _known(av, each)), None)
    if name is None:
        raise PerceptionError("这里的 PyAV 没有能用的视频编码器", "重新安装 av")
    video = out.add_stream(name, rate=clips.rate_of(clip))
    context = video.codec_context
    video.pix_fmt = "yuv420p"
    if name == "mpeg4":
        context.time_base = Fraction(1, 60000)  # it takes no finer one
        context.bit_rate = 8_000_000
    else:
        context.time_base = clip.stream.time_base
        video.options = {"crf": "19", "preset": "veryfast"} if name == "libx264" else {}
    old = clip.stream.codec_context
    for each in ("color_range", "colorspace", "color_primaries", "color_trc"):
        setattr(context, each, getattr(old, each))
    if old.sample_aspect_ratio:
        context.sample_aspect_ratio = old.sample_aspect_ratio
    return video


def _known(av: Any, name: str) -> bool:
    try:
        av.codec.Codec(name, "w")
    except (ValueError, av.error.FFmpegError):
        return False
    return True


def _sounds(out: Any, clip: clips.Clip) -> dict[int, Any]:
    """Sound streams of the result by the number of theirs in the source; those the container cannot hold are left."""
    kept: dict[int, Any] = {}
    for each in clip.sound:
        if each.codec_context is None or each.codec_context.name not in _codecs(out):
            continue
        stream = out.add_stream_from_template(each)
        stream.metadata.clear()  # names of people and devices may stand there
        kept[each.index] = stream
    return kept


def _codecs(out: Any) -> frozenset[str]:
    if "matroska" in out.format.name:
        return _MP4_SOUND | _MORE_SOUND | _RAW_SOUND
    if out.format.name == "mov":
        return _MP4_SOUND | _RAW_SOUND
    return _MP4_SOUND


def _carried(clip: clips.Clip) -> tuple[str, ...]:
    """What the file carries beside picture and sound."""
    names = {"容器信息"} if clip.container.metadata else set()
    if any("location" in key.lower() for key in clip.container.metadata):
        names.add("GPS")
    names |= {"字幕" if kind == "subtitle" else "数据轨" for kind in clip.others}
    if len(clip.container.streams.video) > 1:
        names.add("封面或别的画面")
    return tuple(sorted(names))


def _told(masks: dict[int, list[Mark]], times: list[float]) -> tuple[Hidden, ...]:
    """One entry a track: its largest box, from when to when, on how many frames."""
    tracks: dict[tuple[str, int], list[tuple[int, Mark]]] = {}
    for index in sorted(masks):
        for mark in masks[index]:
            tracks.setdefault((mark.kind, mark.track), []).append((index, mark))
    out = []
    for (kind, _), found in tracks.items():
        box = max((mark.box for _, mark in found), key=lambda each: each[2] * each[3])
        score = max(mark.score for _, mark in found)
        span = (times[found[0][0]], times[found[-1][0]])
        sure = score >= (_SURE if kind == "face" else 0.9)
        out.append(Hidden(kind, box, score, sure, None, span, len({at for at, _ in found})))
    return tuple(out)


def _sampled(masks: dict[int, list[Mark]], count: int) -> set[int]:
    """Some frames for the report, those with masks before others."""
    frames = sorted(masks) or list(range(count))
    step = max(1, len(frames) // _SHOWN)
    return set(frames[step // 2 :: step][:_SHOWN])
