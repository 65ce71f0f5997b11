"""Twelve ways in which a picture is changed before it is shown again, each in three strengths."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from media.fonts import emoji
from media.reuse_pictures import WORDS, Pixels, lettered, texture

Edit = Callable[[Random, Pixels, int, Pixels], Pixels]
"""The picture, the strength 0..2, another picture that may stand beside it."""
STICKERS = "😀😍🌟💖👍🎉🔥✨🌸🦷💋👑"


def reencode(rng: Random, picture: Pixels, strength: int, other: Pixels) -> Pixels:
    """JPEG at quality 60, 30, 12."""
    done, data = cv2.imencode(".jpg", picture[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, (60, 30, 12)[strength]])
    assert done
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)[:, :, ::-1]


def resize(rng: Random, picture: Pixels, strength: int, other: Pixels) -> Pixels:
    """To 60, 35, 20 % of each side."""
    return _scaled(picture, (0.6, 0.35, 0.2)[strength])


def colour_filter(rng: Random, picture: Pixels, strength: int, other: Pixels) -> Pixels:
    """Brightness, contrast, warmth and saturation, softening; the strongest also fades to grey by half."""
    much = (0.1, 0.22, 0.35)[strength]
    view = picture.astype(np.float32)
    view = (view - 128) * (1 + rng.choice((-1, 1)) * much) + 128 + rng.choice((-1, 1)) * 110 * much
    view *= np.asarray((1 + much * 0.5, 1.0, 1 - much * 0.5) if rng.random() < 0.5 else (1 - much * 0.4, 1, 1.2))
    grey = view.mean(axis=2, keepdims=True)
    share = (0.15, 0.35, 0.6)[strength]
    view = view * (1 - share) + grey * share
    return np.asarray(cv2.GaussianBlur(_bytes(view), (0, 0), (0.5, 0.9, 1.4)[strength]), np.uint8)


def mirror(rng: Random, picture: Pixels, strength: int, other: Pixels) -> Pixels:
    """Mirrored; then also filtered; then also a tenth of each side cut away."""
    view = picture[:, ::-1]
    if strength:
        view = colour_filter(rng, view, 0, other)
    return _cut(rng, view, 0.1) if strength == 2 else np.ascontiguousarray(view)


def text_overlay(rng: Random, picture: Pixels, strength: int, other: Pixels) -> Pixels:
    """Two, four, seven lines of common words over it, on a bar at the strongest."""
    view = picture.copy()
    height, width = view.shape[:2]
    if strength == 2:
        top = rng.randint(0, int(height * 0.75))
        view[top : top + int(height * 0.22)] = _colour(rng)
    for _ in range((2, 4, 7)[strength]):
        tall = int(width * rng.uniform(0.05, 0.1))
        text = "".join(rng.choice(WORDS) for _ in range(rng.randint(1, 3)))
        at = rng.randint(0, width // 3), rng.randint(0, height - tall - 1)
        view = lettered(view, text, at, tall, _colour(rng))
    return view


def stickers(rng: Random, picture: Pixels, strength: int, other: Pixels) -> Pixels:
    """Three, six, ten stickers, each a tenth to a quarter of the width."""
    image = Image.fromarray(picture)
    for _ in range((3, 6, 10)[strength]):
        side = int(image.width * rng.uniform(0.1, 0.25))
        sticker = Image.new("RGBA", (136, 136))
        ImageDraw.Draw(sticker).text((0, 0), rng.choice(STICKERS), font=emoji(), embedded_color=True)
        sticker = sticker.resize((side, side)).rotate(rng.uniform(-25, 25))
        image.paste(sticker, (rng.randint(0, image.width - side), rng.randint(0, image.height - side)), sticker)
    return np.array(image)


def borders(rng: Random, picture: Pixels, strength: int, other: Pixels) -> Pixels:
    """A frame of 5, 12, 25 % of each side: of one colour, or the picture itself, large and blurred."""
    height, width = picture.shape[:2]
    edge = (0.05, 0.12, 0.25)[strength]
    x, y = int(width * edge), int(height * edge)
    size = width + 2 * x, height + 2 * y
    if rng.random() < 0.35:
        frame = np.asarray(cv2.GaussianBlur(cv2.resize(picture, size), (0, 0), width * 0.04), np.uint8)
    else:
        frame = np.full((size[1], size[0], 3), _colour(rng), np.uint8)
    frame[y : y + height, x : x + width] = picture
    return frame


def crop(rng: Random, picture: Pixels, strength: int, other: Pixels) -> Pixels:
    """10, 20, 30 % of the width and of the height cut away, anywhere: the last leaves half of the picture."""
    return _cut(rng, picture, (0.1, 0.2, 0.3)[strength])


def collage(rng: Random, picture: Pixels, strength: int, other: Pixels) -> Pixels:
    """One half of a collage; the same with a gap, a caption below and slightly cut; one of four fields."""
    height, width = picture.shape[:2]
    beside = rng.random() < 0.6
    part = _cut(rng, picture, 0.06) if strength else picture
    fields = [part, other]
    if strength == 2:
        fields += [np.ascontiguousarray(other[:, ::-1]), np.full_like(other, _colour(rng))]
    rng.shuffle(fields)
    fields = [np.asarray(cv2.resize(each, (width, height), interpolation=cv2.INTER_AREA), np.uint8) for each in fields]
    gap = 0 if strength == 0 else rng.randint(6, 24)
    if strength == 2:
        rows = [_joined(fields[:2], 1, gap), _joined(fields[2:], 1, gap)]
        return _scaled(_joined(rows, 0, gap), 0.6)
    view = _joined(fields, 1 if beside else 0, gap)
    if strength:
        caption = np.full((height // 5, view.shape[1], 3), 255, np.uint8)
        words = rng.choice(WORDS) + rng.choice(WORDS)
        view = np.concatenate((view, lettered(caption, words, (30, 20), height // 12, (20, 20, 20))))
    return _scaled(view, 0.75)


def rotate(rng: Random, picture: Pixels, strength: int, other: Pixels) -> Pixels:
    """Turned by 2, 5, 10 degrees either way, and enlarged until no corner is empty."""
    height, width = picture.shape[:2]
    angle = (2, 5, 10)[strength] * rng.choice((-1, 1))
    turn = np.radians(abs(angle))
    scale = np.cos(turn) + np.sin(turn) * max(width / height, height / width)
    way = cv2.getRotationMatrix2D((width / 2, height / 2), angle, scale)
    return np.asarray(cv2.warpAffine(picture, way, (width, height), flags=cv2.INTER_CUBIC), np.uint8)


def screenshot(rng: Random, picture: Pixels, strength: int, other: Pixels) -> Pixels:
    """On a telephone's screen with bars and words; the picture takes 100, 80, 55 % of the width."""
    ground, ink = ((250, 250, 250), (20, 20, 20)) if rng.random() < 0.6 else ((18, 18, 20), (235, 235, 235))
    screen = np.full((1600, 740, 3), ground, np.uint8)
    width = int(740 * (1.0, 0.8, 0.55)[strength])
    view = np.asarray(cv2.resize(picture, (width, width * picture.shape[0] // picture.shape[1])), np.uint8)[:1100]
    left, top = (740 - width) // 2, rng.randint(150, 330)
    screen[top : top + len(view), left : left + width] = view
    screen = lettered(screen, f"{rng.randint(6, 23)}:{rng.randint(10, 59)}", (36, 22), 30, ink)
    screen = lettered(screen, "返回    笔记详情    分享", (36, 80), 36, ink)
    for line in range(3):
        words = "".join(rng.choice(WORDS) for _ in range(4))
        screen = lettered(screen, words, (36, 1440 + 48 * line), 30, ink)
    return _scaled(screen, 0.8)


def halves_swapped(rng: Random, picture: Pixels, strength: int, other: Pixels) -> Pixels:
    """Left and right change places; then with a bar between them; then each is mirrored as well."""
    middle = picture.shape[1] // 2
    halves = [picture[:, middle:], picture[:, :middle]]
    if strength == 2:
        halves = [each[:, ::-1] for each in halves]
    bar = np.full((picture.shape[0], (0, 14, 14)[strength], 3), 255, np.uint8)
    return np.concatenate((halves[0], bar, halves[1]), axis=1)


EDITS: dict[str, Edit] = {
    "re-encode": reencode, "resize": resize, "filter": colour_filter, "mirror": mirror, "text overlay": text_overlay,
    "stickers": stickers, "borders": borders, "crop": crop, "collage": collage, "rotate": rotate,
    "screenshot": screenshot, "halves swapped": halves_swapped,
}  # fmt: skip


def film_grain(rng: Random, picture: Pixels, much: float = 3.0) -> Pixels:
    """The noise of another save: so that no two copies are the same bytes."""
    layer = texture(rng, (picture.shape[1], picture.shape[0]), 0.9)[:, :, None]
    return _bytes(picture.astype(np.float32) + much * layer)


def _colour(rng: Random) -> tuple[int, int, int]:
    return rng.randint(0, 255), rng.randint(0, 255), rng.randint(0, 255)


def _bytes(view: NDArray[np.floating]) -> Pixels:
    return np.asarray(np.clip(view, 0, 255), np.uint8)


def _scaled(picture: Pixels, share: float) -> Pixels:
    size = max(8, int(picture.shape[1] * share)), max(8, int(picture.shape[0] * share))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)


def _cut(rng: Random, picture: Pixels, share: float) -> Pixels:
    height, width = picture.shape[:2]
    wide, high = int(width * (1 - share)), int(height * (1 - share))
    left, top = rng.randint(0, width - wide), rng.randint(0, height - high)
    return np.ascontiguousarray(picture[top : top + high, left : left + wide])


def _joined(views: list[Pixels], axis: int, gap: int) -> Pixels:
    first = views[0]
    bar = np.full((gap, first.shape[1], 3) if axis == 0 else (first.shape[0], gap, 3), 255, np.uint8)
    return np.concatenate((views[0], bar, views[1]), axis=axis)
