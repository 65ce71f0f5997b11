"""Pictures such as people publish of treatments, drawn or cut from free photographs, all different from one another:
portraits, before/after pairs, rooms, posters, skin and things seen near. Each is made from its number alone."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from random import Random

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from media.fonts import READING, TITLE, font

Pixels = NDArray[np.uint8]
KINDS = ("portrait", "pair", "room", "poster", "skin", "photo")
SIZES = ((720, 960), (800, 800), (960, 720), (750, 1000))
TILE = 224
"""Pixels of a photograph that one picture gets for itself."""
PHOTOS = (
    "astronaut.png", "chelsea.png", "coffee.png", "hubble_deep_field.jpg", "ihc.png", "rocket.jpg", "camera.png",
    "motorcycle_left.png", "moon.png", "grass.png", "gravel.png", "brick.png",
)  # fmt: skip
WORDS = (
    "术前", "术后", "对比", "日记", "恢复期", "第七天", "第三十天", "真实分享", "种植牙", "双眼皮", "水光", "祛斑",
    "科普", "预约", "门诊", "医师介绍", "环境展示", "注意事项", "术后护理", "常见问题", "面诊流程", "健康讲座",
    "公益活动", "新店开业",
)  # fmt: skip


def picture(number: int) -> tuple[Pixels, str]:
    """The picture of that number, HxWx3 RGB, and its kind."""
    rng = Random(f"picture {number}")
    kind = KINDS[number % len(KINDS)]
    size = rng.choice(SIZES)
    if kind == "photo" and number // len(KINDS) >= len(tiles()):
        kind = rng.choice(KINDS[:-1])
    if kind == "photo":
        return _photo(rng, number // len(KINDS), size), kind
    if kind == "pair":
        return _pair(rng, size), kind
    draw = {"portrait": _portrait, "room": _room, "poster": _poster, "skin": _skin}[kind]
    return draw(rng, size), kind


@cache
def tiles() -> tuple[tuple[str, int, int], ...]:
    """Pieces of photographs that do not overlap, in a mixed order."""
    found = []
    for name in PHOTOS:
        height, width = _whole(name).shape[:2]
        found += [(name, x, y) for y in range(0, height - TILE + 1, TILE) for x in range(0, width - TILE + 1, TILE)]
    Random(5).shuffle(found)
    return tuple(found)


@cache
def _whole(name: str) -> Pixels:
    import skimage.data

    read = cv2.imread(str(Path(skimage.data.__file__).parent / name), cv2.IMREAD_COLOR)
    assert read is not None
    return np.asarray(read[:, :, ::-1], np.uint8)


def texture(rng: Random, size: tuple[int, int], rough: float = 0.6) -> NDArray[np.float32]:
    """Clouds of every size, HxW, around 0 with a spread of 1: skin, walls, cloth."""
    dice = np.random.default_rng(rng.getrandbits(64))
    total = np.zeros((size[1], size[0]), np.float32)
    for octave in range(1, 8):
        grid = dice.standard_normal((2**octave + 1, 2**octave + 1)).astype(np.float32)
        total += rough**octave * cv2.resize(grid, size, interpolation=cv2.INTER_CUBIC)
    return np.asarray((total - total.mean()) / (total.std() + 1e-6), np.float32)


def _ground(rng: Random, size: tuple[int, int], low: int = 90, high: int = 235) -> Pixels:
    colour = np.asarray([rng.randint(low, high) for _ in range(3)], np.float32)
    other = np.asarray([rng.randint(low, high) for _ in range(3)], np.float32)
    share = np.clip(texture(rng, size, rng.uniform(0.45, 0.75)) * 0.25 + 0.5, 0, 1)[:, :, None]
    return np.asarray(colour * share + other * (1 - share), np.uint8)


def _noisy(rng: Random, pixels: Pixels, much: float = 8) -> Pixels:
    layer = texture(rng, (pixels.shape[1], pixels.shape[0]), 0.85)[:, :, None]
    return np.clip(pixels.astype(np.float32) + much * layer, 0, 255).astype(np.uint8)


def _colour(rng: Random, low: int = 20, high: int = 240) -> tuple[int, int, int]:
    return rng.randint(low, high), rng.randint(low, high), rng.randint(low, high)


def _face(rng: Random, size: tuple[int, int]) -> Pixels:
    """A face of nobody: shape, features, hair and marks all by chance."""
    width, height = size
    view = _ground(rng, size)
    middle = int(width * rng.uniform(0.42, 0.58)), int(height * rng.uniform(0.44, 0.58))
    wide, long = int(width * rng.uniform(0.22, 0.34)), int(height * rng.uniform(0.27, 0.4))
    hair = _colour(rng, 10, 110)
    for _ in range(rng.randint(40, 90)):
        x = middle[0] + int(rng.gauss(0, wide * 0.75))
        y = middle[1] - int(long * rng.uniform(0.2, 1.2))
        end = x + int(rng.gauss(0, wide * 0.4)), y + int(rng.uniform(0.1, 0.9) * long)
        cv2.line(view, (x, y), end, tuple(max(0, c + rng.randint(-25, 25)) for c in hair), rng.randint(4, 16))
    skin = (rng.randint(195, 240), rng.randint(150, 200), rng.randint(125, 180))
    cv2.ellipse(view, middle, (wide, long), rng.uniform(-12, 12), 0, 360, skin, -1, cv2.LINE_AA)
    for side in (-1, 1):
        eye = middle[0] + int(side * wide * rng.uniform(0.38, 0.5)), middle[1] - int(long * rng.uniform(0.1, 0.25))
        radius = int(wide * rng.uniform(0.13, 0.22))
        open_ = max(2, int(radius * rng.uniform(0.35, 0.65)))
        cv2.ellipse(view, eye, (radius, open_), rng.uniform(-10, 10), 0, 360, (245, 244, 240), -1, cv2.LINE_AA)
        cv2.circle(view, (eye[0] + rng.randint(-4, 4), eye[1]), open_, _colour(rng, 10, 90), -1, cv2.LINE_AA)
        brow = eye[0], eye[1] - radius
        cv2.ellipse(view, brow, (radius, radius // 2), rng.uniform(-15, 15), 190, 350, hair, rng.randint(3, 9))
    nose = middle[1] + int(long * rng.uniform(0.12, 0.28))
    bridge = middle[0] + rng.randint(-8, 8), middle[1] - rng.randint(0, 20)
    cv2.line(view, bridge, (middle[0] + rng.randint(-12, 12), nose), tuple(c - 35 for c in skin), rng.randint(3, 8))
    mouth = middle[0] + rng.randint(-8, 8), middle[1] + int(long * rng.uniform(0.42, 0.58))
    lips = int(wide * rng.uniform(0.25, 0.42)), int(long * rng.uniform(0.05, 0.12))
    cv2.ellipse(view, mouth, lips, rng.uniform(-8, 8), 0, 360, _colour(rng, 60, 190), -1, cv2.LINE_AA)
    for _ in range(rng.randint(5, 45)):
        x, y = int(rng.gauss(middle[0], wide * 0.5)), int(rng.gauss(middle[1], long * 0.5))
        cv2.circle(view, (x, y), rng.randint(2, 8), tuple(c - rng.randint(15, 70) for c in skin), -1, cv2.LINE_AA)
    return _noisy(rng, np.asarray(cv2.GaussianBlur(view, (0, 0), 1.1), np.uint8), rng.uniform(5, 11))


def _portrait(rng: Random, size: tuple[int, int]) -> Pixels:
    return _face(rng, size)


def _pair(rng: Random, size: tuple[int, int]) -> Pixels:
    """Before beside after: the same face, its marks paler, a little moved and lit otherwise; with labels."""
    half = size[0] // 2, size[1]
    before = _face(rng, half)
    turn = np.asarray(cv2.getRotationMatrix2D((half[0] / 2, half[1] / 2), rng.uniform(-4, 4), rng.uniform(0.94, 1.08)))
    after = cv2.warpAffine(cv2.medianBlur(before, 7), turn, half, borderMode=cv2.BORDER_REFLECT)
    after = np.clip(after.astype(np.float32) * rng.uniform(0.9, 1.1) + rng.uniform(-10, 15), 0, 255).astype(np.uint8)
    view = np.concatenate((before, _noisy(rng, after, 5)), axis=1)
    if rng.random() < 0.6:
        top = size[1] - rng.randint(60, 120)
        view = lettered(view, "术前", (30, top), 44, (255, 255, 255))
        view = lettered(view, "术后", (half[0] + 30, top), 44, (255, 255, 255))
    return view


def _room(rng: Random, size: tuple[int, int]) -> Pixels:
    """A room: wall, floor, furniture, lamps, pictures on the wall."""
    view = _ground(rng, size)
    floor = int(size[1] * rng.uniform(0.55, 0.8))
    view[floor:] = _ground(rng, size, 40, 190)[floor:]
    for _ in range(rng.randint(9, 22)):
        x, y = rng.randint(-50, size[0] - 40), rng.randint(-30, size[1] - 40)
        wide, high = rng.randint(40, 330), rng.randint(30, 330)
        if rng.random() < 0.6:
            cv2.rectangle(view, (x, y), (x + wide, y + high), _colour(rng), -1)
            cv2.rectangle(view, (x, y), (x + wide, y + high), _colour(rng, 10, 120), rng.randint(1, 5))
            for _ in range(rng.randint(0, 5)):
                line = y + rng.randint(0, high)
                cv2.line(view, (x, line), (x + wide, line + rng.randint(-20, 20)), _colour(rng), rng.randint(1, 4))
        else:
            axes = wide // 2, high // 2
            cv2.ellipse(view, (x, y), axes, rng.uniform(0, 180), 0, 360, _colour(rng), -1, cv2.LINE_AA)
    return _noisy(rng, view, rng.uniform(6, 14))


def _poster(rng: Random, size: tuple[int, int]) -> Pixels:
    """Words and shapes over a ground; the words are those that everybody uses."""
    view = _ground(rng, size, 120, 250)
    for _ in range(rng.randint(3, 9)):
        middle = rng.randint(0, size[0]), rng.randint(0, size[1])
        corners = np.asarray([(middle[0] + rng.gauss(0, 110), middle[1] + rng.gauss(0, 110)) for _ in range(5)])
        cv2.fillPoly(view, [cv2.convexHull(corners.astype(np.int32))], _colour(rng), cv2.LINE_AA)
    if rng.random() < 0.5:
        side = rng.randint(260, 420)
        x, y = rng.randint(0, size[0] - side), rng.randint(0, size[1] - side)
        view[y : y + side, x : x + side] = _face(rng, (side, side))
    y = rng.randint(20, 90)
    while y < size[1] - 90:
        tall = rng.randint(26, 84)
        text = "".join(rng.choice(WORDS) for _ in range(rng.randint(1, 4)))
        view = lettered(view, text, (rng.randint(10, 150), y), tall, _colour(rng, 0, 130), rng.choice(READING + TITLE))
        y += tall + rng.randint(14, 150)
    return view


def _skin(rng: Random, size: tuple[int, int]) -> Pixels:
    """Skin, teeth or cloth seen near: texture with marks."""
    base = np.asarray((rng.randint(150, 235), rng.randint(120, 200), rng.randint(100, 190)), np.float32)
    layers = [texture(rng, size, rng.uniform(0.55, 0.8))[:, :, None] * rng.uniform(8, 22) for _ in range(2)]
    view = np.clip(base + layers[0] + layers[1] * np.asarray((1, 0.4, -0.5)), 0, 255).astype(np.uint8)
    for _ in range(rng.randint(15, 70)):
        x, y, r = rng.randint(0, size[0]), rng.randint(0, size[1]), rng.randint(2, 26)
        axes = r, max(1, int(r * rng.uniform(0.3, 1)))
        shade = tuple(int(np.clip(c + rng.randint(-70, 30), 0, 255)) for c in base)
        cv2.ellipse(view, (x, y), axes, rng.uniform(0, 180), 0, 360, shade, -1, cv2.LINE_AA)
    return _noisy(rng, np.asarray(cv2.GaussianBlur(view, (0, 0), rng.uniform(0.8, 1.8)), np.uint8), 6)


def _photo(rng: Random, number: int, size: tuple[int, int]) -> Pixels:
    name, x, y = tiles()[number]
    tile = _whole(name)[y : y + TILE, x : x + TILE]
    side = max(size)
    large = np.asarray(cv2.resize(tile, (side, side), interpolation=cv2.INTER_CUBIC), np.uint8)
    left, top = (side - size[0]) // 2, (side - size[1]) // 2
    return _noisy(rng, large[top : top + size[1], left : left + size[0]], 3)


def lettered(
    view: Pixels, text: str, at: tuple[int, int], tall: int, colour: tuple[int, int, int], face: str = "bold"
) -> Pixels:
    """A copy with words on it, ``tall`` pixels high, with a dark rim where they are pale."""
    image = Image.fromarray(view)
    rim = (30, 30, 30) if sum(colour) > 500 else None
    ImageDraw.Draw(image).text(
        at, text, font=font(face, tall), fill=colour, stroke_width=2 if rim else 0, stroke_fill=rim
    )
    return np.array(image)
