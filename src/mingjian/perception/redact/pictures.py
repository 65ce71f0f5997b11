"""Redacting a picture: masked pixels are encoded anew, nothing else of the file goes along."""

from __future__ import annotations

import warnings
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from mingjian.perception.faces.boxes import Array
from mingjian.perception.faces.centerface import resized
from mingjian.perception.faces.follow import WORKING, Follower
from mingjian.perception.faces.track import Mark, marks
from mingjian.perception.model import PerceptionError
from mingjian.perception.picture import FORMATS, Picture, each_frame, open_picture
from mingjian.perception.redact.look import found, hide, hide_all, preview, secrets
from mingjian.perception.redact.model import Hidden, Outcome, RedactOptions

_SAME = {"JPEG": ".jpg", "PNG": ".png", "WEBP": ".webp", "GIF": ".gif"}
_GPS = 0x8825
_NAMED = {
    "exif": "EXIF", "xmp": "XMP", "XML:com.adobe.xmp": "XMP", "icc_profile": "ICC", "comment": "注释",
    "photoshop": "Photoshop", "iptc": "IPTC",
}  # fmt: skip
_HARMLESS = {
    "jfif", "jfif_version", "jfif_unit", "jfif_density", "dpi", "gamma", "srgb", "transparency", "background",
    "version", "loop", "duration", "extension", "progressive", "progression", "adobe", "adobe_transform",
    "interlace", "aspect", "compression", "default_image", "timestamp", "chromaticity", "blend", "disposal", "bbox",
    "lossless",
}  # fmt: skip


def suffix_of(source: Path, options: RedactOptions) -> str:
    """The suffix of the result: the format that the picture really has, or PNG."""
    picture = open_picture(source, options.limits)
    if picture.format == "JPEG" and source.suffix.lower() in (".jpg", ".jpeg"):
        return source.suffix
    suffix = _SAME.get(picture.format, ".png")
    return ".png" if suffix == ".gif" and picture.frames == 1 else suffix


def redact_picture(source: Path, target: Path, options: RedactOptions) -> Outcome:
    """Mask a picture and write it to ``target``, whose suffix says the format."""
    picture = open_picture(source, options.limits)
    stripped = metadata(source)
    if picture.frames > 1:
        return _moving(picture, source, target, options, stripped)
    rgb = np.array(picture.rgb)  # masks are written into it
    hidden, kept = hide_all(rgb, options)
    _save([_srgb(rgb, source)], target, {})
    shown = (preview(rgb, hidden),)
    return Outcome(
        source.name, "picture", None, tuple(hidden), kept, stripped, picture.notes, shown, None, 1
    )  # fmt: skip


def check_picture(source: Path, options: RedactOptions) -> Outcome:
    """What a picture still shows."""
    hidden: list[Hidden] = []
    count = kept = 0
    for picture in each_frame(source, options.limits):
        count += 1
        more, stay = found(np.asarray(picture.rgb), options, picture.frame + 1 if picture.frames > 1 else None)
        hidden, kept = hidden + more, kept + stay
    if "GPS" in metadata(source):
        hidden.append(Hidden("location", (0.0, 0.0, 0.0, 0.0)))
    return Outcome(source.name, "picture", hidden=tuple(hidden), kept=kept, frames=count)


def metadata(source: Path) -> tuple[str, ...]:
    """What a picture file carries beside its pixels."""
    with _opened(source) as picture:
        names = {_NAMED.get(str(key), "文字块") for key in picture.info if str(key).lower() not in _HARMLESS}
        exif = picture.getexif()
        if len(exif):
            names.add("EXIF")
        if exif.get_ifd(_GPS):
            names.add("GPS")
    return tuple(sorted(names))


def _moving(first: Picture, source: Path, target: Path, options: RedactOptions, stripped: tuple[str, ...]) -> Outcome:
    """An animated picture is followed as a clip is."""
    if first.format == "TIFF":
        raise PerceptionError(f"TIFF 有 {first.frames} 页", "先导出为 PDF 再处理")
    if first.frames > options.limits.max_frames:
        raise PerceptionError(f"动图有 {first.frames} 帧,超过上限 {options.limits.max_frames}", "先转成视频再处理")
    pictures = list(each_frame(source, options.limits))
    frames: list[Array] = [np.array(picture.rgb) for picture in pictures]
    count = len(frames)
    lasting = [max(20, round(1000 * (b.seconds - a.seconds))) for a, b in pairwise(pictures)]
    lasting.append(lasting[-1])
    fps = 1000 * count / max(1, sum(lasting))
    scale = min(1.0, WORKING / max(frames[0].shape[:2]))
    follower = Follower(fps, options.keeps, scale)
    for rgb in frames:
        follower.frame(rgb if scale == 1 else resized(rgb, round(rgb.shape[1] * scale), round(rgb.shape[0] * scale)))
    follower.finish()
    for track in follower.tracks:
        inside = [keep for keep in options.keep_boxes if keep.time is None]
        track.kept |= {at for at, face in track.sightings.items() if any(keep.holds(face.box) for keep in inside)}
    masks = marks(follower.tracks, follower.scenes, count, fps)
    hidden: list[Hidden] = []
    for at, rgb in enumerate(frames):
        here = [_as_hidden(mark, at + 1) for mark in masks.get(at, ())] + secrets(rgb, options, at + 1)
        hide(rgb, here, options.style)
        hidden += here
    kept = sum(1 for track in follower.tracks if track.kept)
    _save(frames, target, {"duration": lasting, "loop": 0})
    shown = (preview(frames[0], [each for each in hidden if each.page == 1]),)
    return Outcome(source.name, "picture", None, tuple(hidden), kept, stripped, (), shown, None, count)


def _as_hidden(mark: Mark, page: int) -> Hidden:
    return Hidden(mark.kind, mark.box, mark.score, mark.score >= 0.4, page)


def _save(frames: list[Array], target: Path, more: dict[str, Any]) -> None:
    from PIL import Image

    first, *rest = (Image.fromarray(rgb) for rgb in frames)
    kinds = {".jpg": "JPEG", ".jpeg": "JPEG", ".png": "PNG", ".webp": "WEBP", ".gif": "GIF"}
    form = kinds[target.suffix.lower()]
    how: dict[str, Any] = {"JPEG": {"quality": 92, "subsampling": 0}, "WEBP": {"quality": 92}}.get(form, {})
    if rest:
        how = {**how, **more, "save_all": True, "append_images": rest}
    first.save(target, form, **how)


def _srgb(rgb: Array, source: Path) -> Array:
    """The pixels in the colours that everybody assumes, when the file brought a profile of its own."""
    from io import BytesIO

    from PIL import Image, ImageCms

    with _opened(source) as picture:
        profile = picture.info.get("icc_profile")
        if not profile or picture.mode not in ("RGB", "RGBA"):
            return rgb
    try:
        own = ImageCms.ImageCmsProfile(BytesIO(profile))
        turned = ImageCms.profileToProfile(Image.fromarray(rgb), own, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return rgb  # a broken profile: the numbers as they are
    return np.asarray(turned) if turned is not None else rgb


def _opened(source: Path) -> Any:
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # sizes have their own limit
            return Image.open(source, formats=[name for name in FORMATS if name != "MPO"])
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError) as error:
        raise PerceptionError(f"图片打不开:{error}", "文件可能已损坏;另存一份再试") from None
