"""Makes clips with known words: subtitles, a board that sways, a product card, cuts, a picture that moves."""

from __future__ import annotations

import math
import wave
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

Pixels = NDArray[np.uint8]
FONT = Path("/usr/share/fonts/opentype/noto/NotoSansCJK-Bold.ttc")
SAID = (
    "大家好今天给大家介绍", "热玛吉的真实效果", "很多姐妹都在问我", "做完之后能维持多久", "我们医院采用的设备",
    "都是原装进口正品", "术后效果永不", "反弹大家放心", "恢复期只需要三天", "全程没有任何疼痛", "现在预约还有优惠",
    "到店就送面膜一盒",
    "想了解的姐妹", "可以在评论区留言", "每个人的情况不同", "具体方案以面诊为准", "我们下期再见", "记得点赞关注",
)  # fmt: skip


@dataclass(frozen=True)
class Words:
    """Words on the picture from ``start`` to ``end`` seconds; ``kind`` is subtitle, background, card or ocr."""

    text: str
    start: float
    end: float
    kind: str = "subtitle"
    row: int = 0


@dataclass(frozen=True)
class Script:
    """What a clip shows. ``ground``: plain, person (something large moves), texture (every pixel moves), slides."""

    seconds: float = 60.0
    size: tuple[int, int] = (1280, 720)
    rate: int = 25
    ground: str = "person"
    words: Sequence[Words] = ()
    cuts: Sequence[float] = ()
    shapes: int = 6
    seed: int = 1
    options: dict[str, str] = field(default_factory=lambda: {"preset": "veryfast", "crf": "23"})


def subtitles(seconds: float, each: float = 2.5, gap: float = 0.0) -> list[Words]:
    """Subtitles one after the other to the end of the clip."""
    count = int(seconds / (each + gap))
    start = [index * (each + gap) for index in range(count)]
    return [Words(SAID[index % len(SAID)], at, at + each) for index, at in enumerate(start)]


def full(seconds: float, ground: str = "person", size: tuple[int, int] = (1280, 720), seed: int = 1) -> Script:
    """Subtitles, a board throughout, a card for the middle third, a cut every 15 seconds."""
    written = ("星光医疗美容", "祛斑专家 全国第一")
    board = [Words(text, 0, seconds, "background", row) for row, text in enumerate(written)]
    third = seconds / 3
    sold = ("水光精华液 30ml", "到手价 ¥199", "立即购买")
    card = [Words(text, third, 2 * third, "card", row) for row, text in enumerate(sold)]
    cuts = [15.0 * index for index in range(1, math.ceil(seconds / 15))]
    return Script(seconds, size, ground=ground, words=[*subtitles(seconds), *board, *card], cuts=cuts, seed=seed)


def make(path: Path, script: Script, sound: Path | None = None) -> Path:
    """Writes the clip; ``sound`` is a WAV file of mono 16-bit that goes with it."""
    scene = _ground(script)
    overlays = _Overlays(script)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=script.rate, options=dict(script.options))
        stream.width, stream.height = script.size
        stream.pix_fmt = "yuv420p"
        voice = None
        if sound is not None:
            with wave.open(str(sound)) as file:
                rate = file.getframerate()
                samples = np.frombuffer(file.readframes(file.getnframes()), np.int16)
            voice = container.add_stream("aac", rate=rate, layout="mono")
        for index in range(round(script.seconds * script.rate)):
            now = index / script.rate
            picture = overlays.on(scene(now), now)
            for packet in stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")):
                container.mux(packet)
        for packet in stream.encode():
            container.mux(packet)
        if voice is not None:
            for at in range(0, len(samples), 1024):
                frame = av.AudioFrame.from_ndarray(samples[None, at : at + 1024], format="s16", layout="mono")
                frame.sample_rate, frame.pts = rate, at
                for packet in voice.encode(frame):
                    container.mux(packet)
            for packet in voice.encode():
                container.mux(packet)
    return path


def _ground(script: Script) -> Callable[[float], Pixels]:
    width, height = script.size
    scenes = []
    for number in range(len(script.cuts) + 1):
        chance = np.random.default_rng(script.seed * 100 + number)
        coarse = chance.integers(40, 215, (5, 8, 3)).astype(np.uint8)
        soft = np.asarray(Image.fromarray(coarse).resize((width + 160, height + 160), Image.Resampling.BICUBIC))
        if script.ground == "texture":
            fine = chance.integers(-70, 70, ((height + 160) // 6, (width + 160) // 6))
            grain = Image.fromarray((fine + 128).astype(np.uint8)).resize(
                (width + 160, height + 160), Image.Resampling.BICUBIC
            )
            both = soft.astype(np.int16) + np.asarray(grain).astype(np.int16)[..., None] - 128
            soft = np.clip(both, 0, 255).astype(np.uint8)
        colours = chance.integers(30, 225, (script.shapes, 3))
        phases = chance.uniform(0, 6.3, (script.shapes, 4))
        scenes.append((soft, colours, phases))

    def at(now: float) -> Pixels:
        soft, colours, phases = scenes[sum(now >= cut for cut in script.cuts)]
        if script.ground in ("plain", "slides"):
            return np.array(soft[80 : 80 + height, 80 : 80 + width])
        x, y = int(80 + 70 * math.sin(now * 0.7)), int(80 + 70 * math.cos(now * 0.5))
        picture = Image.fromarray(np.ascontiguousarray(soft[y : y + height, x : x + width]))
        if script.ground == "person":
            draw = ImageDraw.Draw(picture)
            for colour, phase in zip(colours.tolist(), phases.tolist(), strict=True):
                cx = width * (0.5 + 0.3 * math.sin(now * 0.6 + phase[0]))
                cy = height * (0.55 + 0.25 * math.sin(now * 0.8 + phase[1]))
                rx, ry = width * (0.04 + 0.02 * phase[2]), height * (0.05 + 0.03 * phase[3])
                draw.ellipse((cx - rx, cy - ry, cx + rx, cy + ry), fill=tuple(colour))
        return np.array(picture)

    return at


class _Overlays:
    """The words of a script, drawn once each."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self._unit = min(script.size) / 720
        self._drawn: dict[Words, tuple[Pixels, NDArray[np.float32], tuple[int, int]]] = {}

    def on(self, picture: Pixels, now: float) -> Pixels:
        card = [words for words in self._script.words if words.kind == "card" and words.start <= now < words.end]
        if card:
            left, top = self._card_corner()
            picture[top : top + self._px(150), left : left + self._px(330)] = 248
        for words in self._script.words:
            if words.start <= now < words.end:
                if words not in self._drawn:
                    self._drawn[words] = self._draw(words)
                patch, alpha, (x, y) = self._drawn[words]
                if words.kind == "background":
                    x += round(self._px(8) * math.sin(now * 0.4))
                area = picture[y : y + patch.shape[0], x : x + patch.shape[1]]
                shown = alpha[: area.shape[0], : area.shape[1], None]
                area[:] = (area * (1 - shown) + patch[: area.shape[0], : area.shape[1]] * shown).astype(np.uint8)
        return picture

    def _draw(self, words: Words) -> tuple[Pixels, NDArray[np.float32], tuple[int, int]]:
        size = self._px({"subtitle": 44, "background": 40, "card": 28, "ocr": 36}[words.kind])
        fill = {"subtitle": "#ffffff", "background": "#8a1020", "card": "#202020", "ocr": "#ffe060"}[words.kind]
        edge = {"subtitle": self._px(3), "ocr": self._px(2)}.get(words.kind, 0)
        font = ImageFont.truetype(str(FONT), size, index=2)
        wide = math.ceil(font.getlength(words.text)) + 2 * edge
        high = size * 3 // 2
        width, height = self._script.size
        ground = (240, 232, 214) if words.kind == "background" else (0, 0, 0)
        patch = Image.new("RGB", (wide + 20, high), ground)
        alpha = Image.new("L", patch.size, 255 if words.kind == "background" else 0)
        for picture, colour, rim in ((patch, fill, "#000000"), (alpha, 255, 255)):
            pen = ImageDraw.Draw(picture)
            pen.text((10, 0), words.text, font=font, fill=colour, stroke_width=edge, stroke_fill=rim)
        left, top = self._card_corner()
        place = {
            "subtitle": ((width - wide) // 2, height - self._px(86) - words.row * high),
            "background": (self._px(60), self._px(50) + words.row * high),
            "card": (left + self._px(10), top + self._px(8) + words.row * self._px(46)),
            "ocr": (self._px(700), self._px(200) + words.row * high),
        }[words.kind]
        shares = np.asarray(alpha, np.float32) / np.float32(255)
        return np.array(patch, np.uint8), shares, (max(0, place[0]), max(0, place[1]))

    def _card_corner(self) -> tuple[int, int]:
        return self._px(40), self._script.size[1] - self._px(280)

    def _px(self, pixels: float) -> int:
        return max(1, round(pixels * self._unit))
