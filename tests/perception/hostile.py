"""Files that nobody should have to fear, made on the spot: bombs, liars, torn files. Each is a few kilobytes."""

from __future__ import annotations

import io
import json
import struct
import wave
import zipfile
import zlib
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
from PIL import Image

from tests.perception.drawing import page, written


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(width: int, height: int, rows: int, *more: bytes) -> bytes:
    """A grey PNG that declares a size and holds ``rows`` empty rows; ``more`` are chunks before the pixels."""
    head = _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    body = zlib.compress(bytes(1 + width) * rows, 9)
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(more) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


def gif(width: int, height: int, frames: int) -> bytes:
    """A GIF of frames of one point on a screen of any size."""
    frame = b"\x21\xf9\x04\x04\x01\x00\x00\x00" + b"\x2c\0\0\0\0\1\0\1\0\0" + b"\x02\x02\x44\x01\x00"
    head = b"GIF89a" + struct.pack("<HHBBB", width, height, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff"
    return head + b"\x21\xff\x0bNETSCAPE2.0\x03\x01\0\0\0" + frame * frames + b";"


def tiff(width: int, height: int, circle: bool = False) -> bytes:
    """A TIFF with one strip of eight bytes; ``circle``: the second page is the first."""
    tags = ((256, width), (257, height), (258, 8), (259, 1), (262, 1), (273, 8), (278, height), (279, 8))
    body = struct.pack("<H", len(tags)) + b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in tags)
    return b"II*\0" + struct.pack("<I", 16) + bytes(8) + body + struct.pack("<I", 16 if circle else 0)


def webp(width: int, height: int) -> bytes:
    """A WebP whose canvas is of a size and whose picture is missing."""
    size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    body = b"VP8X" + struct.pack("<I", 10) + bytes(4) + size
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def jpeg(width: int, height: int) -> bytes:
    """A JPEG that declares another size than it has."""
    data = bytearray(encoded("JPEG"))
    at = data.index(b"\xff\xc0")
    data[at + 5 : at + 9] = struct.pack(">HH", height, width)
    return bytes(data)


@cache
def encoded(format_: str) -> bytes:
    """A small honest picture."""
    stream = io.BytesIO()
    noise = np.random.default_rng(7).integers(0, 255, (48, 64, 3), np.uint8)
    more = {"save_all": True, "append_images": [Image.new("RGB", (64, 48), "red")]} if format_ == "GIF" else {}
    Image.fromarray(noise).save(stream, format_, **more)
    return stream.getvalue()


@cache
def clip(suffix: str = ".mp4", width: int = 96, height: int = 64, seconds: int = 2) -> bytes:
    """A small honest clip, four frames a second."""
    import av

    stream = io.BytesIO()
    form = {".mp4": "mp4", ".mkv": "matroska", ".ts": "mpegts"}[suffix]
    with av.open(stream, "w", format=form) as out:
        video = out.add_stream("mpeg4" if suffix != ".ts" else "mpeg2video", rate=25 if suffix == ".ts" else 4)
        video.width, video.height, video.pix_fmt = width, height, "yuv420p"
        for number in range(seconds * (25 if suffix == ".ts" else 4)):
            frame = av.VideoFrame.from_ndarray(np.full((height, width, 3), number * 7 % 250, np.uint8), format="rgb24")
            out.mux(video.encode(frame))
        out.mux(video.encode(None))
    return stream.getvalue()


def patched(data: bytes, box: bytes, at: int, value: bytes) -> bytes:
    """MP4 data with the bytes ``at`` behind the name of a box changed."""
    found = data.index(box) + 4 + at
    return data[:found] + value + data[found + len(value) :]


def hours(count: int) -> bytes:
    """A clip of two seconds that says it runs so long."""
    data = clip(".mkv")
    found = data.index(b"\x44\x89\x88") + 3  # Duration, a double, in milliseconds
    return data[:found] + struct.pack(">d", count * 3_600_000.0) + data[found + 8 :]


def vast(side: int) -> bytes:
    """A clip of one frame that says it is so many points wide and high."""
    frame = jpeg(side, side)
    data = endless(1, frame)
    return patched(data, b"jpeg", 24, struct.pack(">HH", min(side, 65_535), min(side, 65_535)))


def fast() -> bytes:
    """A clip of a million frames a second, by its table of times."""
    return patched(patched(clip(), b"mdhd", 12, (1_000_000).to_bytes(4, "big")), b"stts", 12, (1).to_bytes(4, "big"))


def still() -> bytes:
    """A clip in which no time passes between frames."""
    return patched(clip(), b"stts", 12, bytes(4))


def unknown_codec() -> bytes:
    """A clip in a code that nobody knows."""
    return clip(".mkv").replace(b"V_MPEG4/ISO/ASP", b"V_ZZZZZ/ZZZ/ZZZ")


def endless(frames: int, one: bytes | None = None) -> bytes:
    """A clip whose table of places points again and again to the same frame: four bytes a frame."""
    one = one or encoded("JPEG")
    matrix = struct.pack(">9I", 1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30)
    entry = bytes(6) + struct.pack(">H", 1) + bytes(16) + struct.pack(">HHIIIH", 64, 48, 72 << 16, 72 << 16, 0, 1)
    ftyp = _box(b"ftyp", b"isom\0\0\2\0isomiso2mp41")
    places = struct.pack(">II", 0, frames) + struct.pack(">I", len(ftyp) + 8) * frames
    table = (
        _box(b"stsd", struct.pack(">II", 0, 1) + _box(b"jpeg", entry + bytes(32) + b"\0\x18\xff\xff")),
        _box(b"stts", struct.pack(">IIII", 0, 1, frames, 4096)), _box(b"stsc", struct.pack(">IIIII", 0, 1, 1, 1, 1)),
        _box(b"stsz", struct.pack(">III", 0, len(one), frames)), _box(b"stco", places),
    )  # fmt: skip
    dinf = _box(b"dinf", _box(b"dref", struct.pack(">II", 0, 1) + _box(b"url ", b"\0\0\0\1")))
    minf = _box(b"minf", _box(b"vmhd", struct.pack(">I", 1) + bytes(8)) + dinf + _box(b"stbl", b"".join(table)))
    mdhd = _box(b"mdhd", struct.pack(">IIIIIHH", 0, 0, 0, 16384, frames * 4096, 0x55C4, 0))
    hdlr = _box(b"hdlr", bytes(8) + b"vide" + bytes(13))
    size = struct.pack(">II", 64 << 16, 48 << 16)
    tkhd = _box(b"tkhd", struct.pack(">IIIIII", 7, 0, 0, 1, 0, 1000) + bytes(16) + matrix + size)
    head = struct.pack(">IIIIIIH", 0, 0, 0, 1000, 1000, 1 << 16, 256)
    mvhd = _box(b"mvhd", head + bytes(10) + matrix + bytes(24) + struct.pack(">I", 2))
    moov = _box(b"moov", mvhd + _box(b"trak", tkhd + _box(b"mdia", mdhd + hdlr + minf)))
    return ftyp + _box(b"mdat", one) + moov


def _box(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body) + 8) + kind + body


@cache
def sound(suffix: str) -> bytes:
    """Two seconds of a tone."""
    tone = (8000 * np.sin(np.arange(32_000) / 6)).astype("<i2")
    stream = io.BytesIO()
    if suffix == ".wav":
        with wave.open(stream, "wb") as out:
            out.setparams((1, 2, 16_000, 0, "NONE", ""))
            out.writeframes(tone.tobytes())
        return stream.getvalue()
    import av

    with av.open(stream, "w", format="mp3") as made:
        track = made.add_stream("libmp3lame", rate=16_000)
        frame = av.AudioFrame.from_ndarray(tone[None], format="s16", layout="mono")
        frame.sample_rate = 16_000
        made.mux(track.encode(frame))
        made.mux(track.encode(None))
    return stream.getvalue()


def pdf(pages: int, box: str = "0 0 200 200") -> bytes:
    """A PDF of empty pages, all of them one object: a few bytes a page."""
    kids = " ".join(["3 0 R"] * pages)
    bodies = (
        "<</Type/Catalog/Pages 2 0 R>>", f"<</Type/Pages/Count {pages}/Kids[{kids}]>>",
        f"<</Type/Page/Parent 2 0 R/MediaBox[{box}]>>",
    )  # fmt: skip
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(bodies, start=1):
        places.append(len(out))
        out += f"{number} 0 obj{body}endobj\n".encode()
    table = "xref\n0 4\n0000000000 65535 f \n" + "".join(f"{place:010d} 00000 n \n" for place in places)
    return out + f"{table}trailer<</Size 4/Root 1 0 R>>startxref\n{len(out)}\n%%EOF".encode()


@cache
def document(suffix: str) -> bytes:
    """A small honest document with a picture in it."""
    stream, picture = io.BytesIO(), io.BytesIO(encoded("PNG"))
    if suffix == ".pptx":
        import pptx

        deck = pptx.Presentation()
        deck.slides.add_slide(deck.slide_layouts[6]).shapes.add_picture(picture, 0, 0)
        deck.save(stream)
    elif suffix == ".docx":
        import docx

        text = docx.Document()
        text.add_paragraph("效果因人而异。")
        text.add_picture(picture)
        text.save(stream)
    else:
        page(200, 100).save(stream, "PDF")
    return stream.getvalue()


def zip_bomb(suffix: str, packed: int = 40_000_000) -> bytes:
    """A document with a part that unpacks to a thousand times its size."""
    stream = io.BytesIO(document(suffix))
    with zipfile.ZipFile(stream, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("ppt/media/image9.png" if suffix == ".pptx" else "word/media/image9.png", bytes(packed))
    return stream.getvalue()


def cues(count: int) -> str:
    """An SRT file of so many lines."""
    return "".join(f"{n}\n00:00:{n % 60:02d},000 --> 00:00:{n % 60:02d},900\n话{n}\n\n" for n in range(1, count + 1))


def nested(depth: int) -> str:
    """JSON in which lists stand in lists."""
    return "[" * depth + json.dumps({"start": 0, "end": 1, "text": "好"}) + "]" * depth


def poster() -> bytes:
    """An honest poster that breaks the law."""
    stream = io.BytesIO()
    written(("术后永不反弹",)).save(stream, "PNG")
    return stream.getvalue()


BOMBS: dict[str, Callable[[], bytes]] = {
    "png.png": lambda: png(60_000, 60_000, 1),
    "gif.gif": lambda: gif(65_535, 65_535, 1),
    "tiff.tif": lambda: tiff(100_000, 100_000),
    "webp.webp": lambda: webp(16_000, 16_000),
    "jpeg.jpg": lambda: jpeg(65_500, 65_500),
    "text.png": lambda: png(8, 8, 8, *[_chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(60_000_000), 9))] * 2),
    "profile.png": lambda: png(8, 8, 8, _chunk(b"iCCP", b"a\0\0" + zlib.compress(bytes(60_000_000), 9))),
    "vast.mp4": lambda: vast(30_000),
    "deck.pptx": lambda: zip_bomb(".pptx"),
    "text.docx": lambda: zip_bomb(".docx"),
}
"""Files that would unpack to gigabytes: each must be an error."""


def put(folder: Path, files: dict[str, bytes | str]) -> Path:
    """Files written into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        (folder / name).write_bytes(data.encode() if isinstance(data, str) else data)
    return folder
