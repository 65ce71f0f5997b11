"""Short clips: a moving picture with cuts, subtitles that change, a board that stays, a product card that comes."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np
from PIL import Image, ImageDraw

from media import boards, scenery
from media.fonts import fitting, font
from media.ink import Ink, length, write
from media.model import Filmed, Picture, Pixels, Script

RATE = 12
SECONDS = 8
SIZES = ((960, 540), (540, 960))
SHOTS = ("chelsea", "coffee", "rocket", "grass", "gravel")
SUBTITLE = Ink((255, 255, 255), outline=(15, 15, 15))


@dataclass(frozen=True)
class Layer:
    """A picture laid over the moving one from ``begin`` to ``end`` seconds; black of ``mask`` is see-through."""

    begin: float
    end: float
    at: tuple[int, int]
    picture: Picture
    mask: Picture | None = None


def subtitled(rng: Random, script: Script) -> Filmed:
    """The sentence among the subtitles; one that is broken stands in two lines of one subtitle."""
    size = rng.choice(SIZES)
    said = [script.main, *((text,) for text in script.rest[:2])]
    rng.shuffle(said)
    return _film(rng, size, _subtitles(size, said), _roles("subtitle", said))


def split(rng: Random, script: Script) -> Filmed:
    """The sentence runs over two subtitles, one after the other, as it is spoken."""
    size = rng.choice(SIZES)
    said = [(line,) for line in script.main]
    said.insert(rng.choice((0, len(said))), (script.rest[0],))
    written = (("subtitle", script.sentence), ("subtitle", script.rest[0]))
    return _film(rng, size, _subtitles(size, said), written)


def with_board(rng: Random, script: Script) -> Filmed:
    """The sentence on a board behind the moving picture, from beginning to end; subtitles are harmless."""
    size = SIZES[0]
    hung = boards.sheet(rng, Script(script.main, script.rest[:1], script.head, script.planted), (620, 388))
    said = [(text,) for text in script.rest[1:]]
    layers = [Layer(0, SECONDS, (rng.choice((20, 320)), 20), hung.picture), *_subtitles(size, said)]
    return _film(rng, size, layers, (*(("background", text) for text in hung.written), *_roles("subtitle", said)))


def with_card(rng: Random, script: Script) -> Filmed:
    """A product card with the sentence comes up for three seconds; subtitles are harmless."""
    size = SIZES[1]
    card = Image.new("RGB", (480, 190), (255, 255, 255))
    card.paste(scenery.photo(rng, (150, 150), ("coffee", "immunohistochemistry")), (20, 20))
    for number, line in enumerate(script.main):
        write(card, (185, 22 + 44 * number), line, fitting("bold", (line,), 280, 34), Ink((30, 30, 30)))
    button = rng.choice(("查看详情", "了解更多", "点击查看"))
    ImageDraw.Draw(card).rounded_rectangle((320, 128, 464, 174), 22, fill=(230, 50, 60))
    write(card, (336, 133), button, font("sans", 28), Ink((255, 255, 255)))
    begin = rng.uniform(1.0, 4.0)
    said = [(text,) for text in script.rest[:2]]
    layers = [Layer(begin, begin + 3, (30, 560), card), *_subtitles(size, said)]
    written = (("card", script.sentence), ("card", button), *_roles("subtitle", said))
    return _film(rng, size, layers, written)


def encode(film: Filmed, path: Path) -> None:
    """Write the clip as H.264, or as MPEG-4 where PyAV comes without an encoder for it."""
    import av

    codec = "libx264" if "libx264" in av.codecs_available else "mpeg4"
    with av.open(str(path), "w") as container:
        how = {"preset": "veryfast", "crf": "24"} if codec == "libx264" else {"qscale": "5"}
        stream = container.add_stream(codec, rate=film.rate, options=how)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height = film.size
        stream.pix_fmt = "yuv420p"
        for frame in film.frames():
            container.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="rgb24")))
        container.mux(stream.encode())


def _roles(role: str, said: Sequence[tuple[str, ...]]) -> tuple[tuple[str, str], ...]:
    return tuple((role, "".join(lines)) for lines in said)


def _subtitles(size: tuple[int, int], said: Sequence[tuple[str, ...]]) -> list[Layer]:
    """One after the other with a short pause, at the foot of the picture."""
    each, layers = SECONDS / len(said), []
    for number, lines in enumerate(said):
        face = fitting("bold", lines, size[0] * 0.86, 40)
        step = int(face.size * 1.35)
        strip, mask = (Image.new("RGB", (size[0], step * len(lines) + 16)) for _ in range(2))
        for row, line in enumerate(lines):
            at = ((size[0] - length(line, face)) / 2, row * step + 4)
            write(strip, at, line, face, SUBTITLE)
            white = Ink((255, 255, 255), outline=(255, 255, 255))
            write(mask, at, line, face, white)
        top = size[1] - strip.height - int(size[1] * 0.05)
        layers.append(Layer(number * each + 0.15, (number + 1) * each - 0.1, (0, top), strip, mask.convert("L")))
    return layers


def _film(rng: Random, size: tuple[int, int], layers: Sequence[Layer], written: tuple[tuple[str, str], ...]) -> Filmed:
    seed = rng.getrandbits(32)
    return Filmed(lambda: _frames(Random(seed), size, layers), size, RATE, written)


def _frames(rng: Random, size: tuple[int, int], layers: Sequence[Layer]) -> Iterator[Pixels]:
    """Shots of two to three seconds, each panning over a photograph, something moving in front, the layers on top."""
    total, start = SECONDS * RATE, 0
    while start < total:
        count = min(total - start, rng.randint(2 * RATE, 3 * RATE))
        wide = scenery.photo(rng, (size[0] * 5 // 4, size[1] * 5 // 4), SHOTS)
        colour = tuple(rng.randint(80, 220) for _ in range(3))
        for number in range(count):
            share, time = number / max(count - 1, 1), (start + number) / RATE
            left, top = int(share * size[0] / 4), int((1 - share) * size[1] / 4)
            frame = wide.crop((left, top, left + size[0], top + size[1]))
            x, y = (0.2 + 0.6 * share) * size[0], (0.62 + 0.1 * math.sin(time * 4)) * size[1]
            ImageDraw.Draw(frame).ellipse((x - 40, y - 40, x + 40, y + 40), fill=colour)
            for layer in layers:
                if layer.begin <= time < layer.end:
                    frame.paste(layer.picture, layer.at, layer.mask)
            yield np.asarray(frame, np.uint8)
        start += count
