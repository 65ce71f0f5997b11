"""How many visible faces are masked over all frames of moving clips, whether a mask ever has a hole, and how fast.

    python benchmarks/faces.py [--frames 30] [--seeds 1 2 3 4 5 6] [--only NAME …] [--json FILE]

The clips are composed from the pictures that scikit-image ships (an astronaut, a hundred faces of 25 × 25 pixels):
faces move, grow, turn, lie, are dark, small, noisy, close, masked or hidden for a while. Where a face is, is known from
the composition. It counts as masked when the mask covers at least 85 % of it, and as visible while at most 40 % of it
is hidden or outside.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from mingjian.core.accuracy import Share
from mingjian.perception.faces.mask import mask_face
from mingjian.perception.model import Limits
from mingjian.perception.redact import clip as clips
from mingjian.perception.redact.model import RedactOptions
from mingjian.perception.redact.video import searched

Array = NDArray[Any]
FPS = 25
COVERED, VISIBLE = 0.85, 0.6


@dataclass(frozen=True)
class Person:
    """Where a face is on one frame: middle, width, height, and the share of it that can be seen."""

    number: int
    x: float
    y: float
    width: float
    height: float
    seen: float = 1.0


Frame = tuple[Array, list[Person]]


def pictures() -> tuple[Array, list[Array], list[Array]]:
    """The astronaut's head with its surroundings, a hundred small faces, and backgrounds without people."""
    from skimage import data
    from skimage.io import imread

    folder = Path(data.__file__).parent
    head, *grounds = (np.asarray(imread(folder / name)) for name in ("astronaut.png", "coffee.png", "rocket.jpg"))
    head = head[0:235, 110:340]
    small = np.load(folder / "lfw_subset.npy")[:100]
    top = 255.0 if small.max() <= 1 else 1.0
    faces = [np.repeat((each * top).astype(np.uint8)[:, :, None], 3, axis=2) for each in small]
    return head, faces, grounds


# The face in the picture of the head: middle, width and height as shares of it; the small pictures hold a face each.
HEAD = (0.5, 0.48, 0.42, 0.56)
SMALL = (0.5, 0.5, 0.72, 0.86)


def sized(picture: Array, width: int, height: int) -> Array:
    from PIL import Image

    return np.array(Image.fromarray(picture).resize((width, height), Image.Resampling.BICUBIC))


def put(frame: Array, picture: Array, x: float, y: float, size: float, turn: float = 0.0) -> None:
    """Lay a picture, round and soft at the edge, over the frame: middle, height in pixels, degrees."""
    from PIL import Image, ImageDraw, ImageFilter

    high, wide = round(size), round(size * picture.shape[1] / picture.shape[0])
    laid = Image.fromarray(sized(picture, wide, high))
    shape = Image.new("L", (wide, high), 0)
    ImageDraw.Draw(shape).ellipse((1, 1, wide - 2, high - 2), fill=255)
    shape = shape.filter(ImageFilter.GaussianBlur(max(1.0, float(size) / 60)))
    if turn:
        laid, shape = (each.rotate(turn, Image.Resampling.BICUBIC, expand=True) for each in (laid, shape))
    whole = Image.fromarray(frame)
    whole.paste(laid, (round(x - laid.width / 2), round(y - laid.height / 2)), shape)
    frame[:] = np.asarray(whole)


def person(number: int, shape: tuple[float, ...], ratio: float, x: float, y: float, size: float, turn: float,
           frame: Array, seen: float = 1.0) -> Person:  # fmt: skip
    """The face of a picture laid with ``put``, as it lies on the frame."""
    a = np.deg2rad(turn)
    dx, dy = (shape[0] - 0.5) * size * ratio, (shape[1] - 0.5) * size
    w, h = shape[2] * size * ratio, shape[3] * size
    wide, high = abs(w * np.cos(a)) + abs(h * np.sin(a)) * 1.0, abs(h * np.cos(a)) + abs(w * np.sin(a))
    # A slanted ellipse fills its upright box less than the box of its box.
    wide, high = np.hypot(w * np.cos(a), h * np.sin(a)), np.hypot(h * np.cos(a), w * np.sin(a))
    x, y = x + dx * np.cos(a) + dy * np.sin(a), y - dx * np.sin(a) + dy * np.cos(a)
    inside = max(0.0, min(x + wide / 2, frame.shape[1]) - max(x - wide / 2, 0)) / wide
    inside *= max(0.0, min(y + high / 2, frame.shape[0]) - max(y - high / 2, 0)) / high
    return Person(number, x, y, wide, high, seen * inside)


class Maker:
    """Makes the clips: each a stream of frames with the people on them."""

    def __init__(self, frames: int, seed: int) -> None:
        self.frames = frames
        self.random = np.random.default_rng(seed)
        self.head, self.small, self.grounds = pictures()
        self.masked = self.head.copy()  # a surgical mask from the nose down
        self.masked[128:185, 70:162] = (150, 190, 215)
        self.ratio = self.head.shape[1] / self.head.shape[0]

    def clips(self) -> dict[str, Callable[[], Iterator[Frame]]]:
        return {
            "walks through": lambda: self.one(lambda t: (-60 + 760 * t, 190, 200 + 40 * t, 0)),
            "comes near": lambda: self.one(lambda t: (320, 180 + 40 * t, 60 + 500 * t, 0)),
            "far away": lambda: self.one(lambda t: (500 + 300 * t, 200 + 60 * t, 58, 0), (1280, 720)),
            "nods and tilts": lambda: self.one(lambda t: (320, 180, 210, 35 * np.sin(9 * t))),
            "lies on the side": lambda: self.one(lambda t: (200 + 220 * t, 200, 200, 90 + 10 * np.sin(6 * t))),
            "lies the other way": lambda: self.one(lambda t: (400 - 120 * t, 180, 190, -90)),
            "turns over": lambda: self.one(lambda t: (320, 180, 220, 180 * t)),
            "close-up": lambda: self.one(lambda t: (320 + 40 * np.sin(7 * t), 190, 700, 4 * np.sin(5 * t))),
            "fast": lambda: self.one(lambda t: (320 + 230 * np.sin(8 * t), 180, 170, 0)),
            "hand-held, dark, noisy": lambda: self.one(self._shaking, light=0.3, noise=9.0),
            "something passes before": lambda: self.one(lambda t: (320, 180, 210, 0), bar=True),
            "wears a mask": lambda: self.one(lambda t: (200 + 200 * t, 180, 220, 8 * np.sin(6 * t)), cover=True),
            "out of focus": lambda: self.one(lambda t: (250 + 100 * t, 180, 180, 0), blur=4.0),
            "scenes cut": self.cut,
            "many small faces": lambda: self.many(40, 90),
            "tiny faces": lambda: self.many(22, 34),
            "nobody": self.nobody,
        }

    def _shaking(self, t: float) -> tuple[float, float, float, float]:
        return (300 + 60 * t + self.random.normal(0, 4), 190 + self.random.normal(0, 4), 180, self.random.normal(0, 3))

    def ground(self, size: tuple[int, int], which: int = 0) -> Array:
        return sized(self.grounds[which % len(self.grounds)], *size)

    def one(self, path: Callable[[float], tuple[float, float, float, float]], size: tuple[int, int] = (640, 360),
            light: float = 1.0, noise: float = 0.0, bar: bool = False, cover: bool = False,
            blur: float = 0.0) -> Iterator[Frame]:  # fmt: skip
        """The astronaut on a path: middle, size and turn by the time from 0 to 1."""
        ground = self.ground(size)
        for at in range(self.frames):
            frame = ground.copy()
            x, y, high, turn = path(at / self.frames)
            put(frame, self.masked if cover else self.head, x, y, high, turn)
            seen = 1.0
            who = person(0, HEAD, self.ratio, x, y, high, turn, frame)
            if bar:
                left = int(-100 + at / self.frames * (size[0] + 100))
                frame[:, max(0, left) : max(0, left + 70)] = (90, 60, 40)
                hidden = min(left + 70, who.x + who.width / 2) - max(left, who.x - who.width / 2)
                seen = 1 - max(0.0, hidden) / who.width
            people = [Person(0, who.x, who.y, who.width, who.height, who.seen * seen)]
            if blur:
                from PIL import Image, ImageFilter

                frame = np.array(Image.fromarray(frame).filter(ImageFilter.GaussianBlur(blur)))
            if light != 1.0 or noise:
                grainy = frame * light + self.random.normal(0, noise, frame.shape)
                frame = np.clip(grainy, 0, 255).astype(np.uint8)
            yield frame, people

    def cut(self) -> Iterator[Frame]:
        """Four scenes with another person at another place."""
        for at in range(self.frames):
            scene = at * 4 // self.frames
            frame = self.ground((640, 360), scene)
            x, y, high = 120 + 130 * scene, 150 + 20 * scene, 110 + 20 * scene
            picture, shape = (self.head, HEAD) if scene % 2 == 0 else (self.small[scene], SMALL)
            ratio = picture.shape[1] / picture.shape[0]
            put(frame, picture, x, y, high)
            yield frame, [person(scene, shape, ratio, x, y, high, 0, frame)]

    def nobody(self) -> Iterator[Frame]:
        """A table with a cup, seen by a moving camera."""
        ground = self.ground((900, 500))
        for at in range(self.frames):
            left = 200 * at // self.frames
            yield np.ascontiguousarray(ground[60:420, left : left + 640]), []

    def many(self, least: float, most: float) -> Iterator[Frame]:
        """Twelve of the small faces, each on its own way."""
        ground = self.ground((1280, 720), 1)
        chosen = self.random.choice(100, 12, replace=False)
        places = [(120 + 200 * (at % 6), 180 + 330 * (at // 6)) for at in range(12)]
        sizes, ways = self.random.uniform(least, most, 12), self.random.normal(0, 40, (12, 2))
        for at in range(self.frames):
            frame, people, t = ground.copy(), [], at / self.frames
            for number, ((x0, y0), size, way) in enumerate(zip(places, sizes.tolist(), ways.tolist(), strict=True)):
                x, y = x0 + way[0] * t, y0 + way[1] * t
                put(frame, self.small[chosen[number]], x, y, size)
                people.append(person(number, SMALL, 1.0, x, y, size, 0, frame))
            yield frame, people


def written(frames: Iterator[Frame], target: Path) -> list[list[Person]]:
    """Encode a clip and return who is where on each frame."""
    import av

    people: list[list[Person]] = []
    with av.open(str(target), "w") as out:
        stream: Any = None
        for rgb, here in frames:
            if stream is None:
                stream = out.add_stream("libx264", rate=FPS, options={"crf": "23", "preset": "veryfast"})
                stream.width, stream.height, stream.pix_fmt = rgb.shape[1], rgb.shape[0], "yuv420p"
            out.mux(stream.encode(av.VideoFrame.from_ndarray(np.ascontiguousarray(rgb), format="rgb24")))
            people.append(here)
        out.mux(stream.encode(None))
    return people


def covered(shape: tuple[int, int], boxes: list[tuple[float, float, float, float]], who: Person) -> float:
    """The share of a face's ellipse inside the frame that the masks cover."""
    mask = np.zeros(shape, np.uint8)
    for box in boxes:
        mask_face(mask, box, "box", 255)
    x0, x1 = max(0, int(who.x - who.width / 2)), min(shape[1], int(who.x + who.width / 2) + 1)
    y0, y1 = max(0, int(who.y - who.height / 2)), min(shape[0], int(who.y + who.height / 2) + 1)
    across = (np.arange(x0, x1) - who.x) / (who.width / 2)
    down = (np.arange(y0, y1) - who.y) / (who.height / 2)
    face = across[None, :] ** 2 + down[:, None] ** 2 <= 1
    return float((mask[y0:y1, x0:x1][face] > 0).mean()) if face.any() else 1.0


def measured(path: Path, people: list[list[Person]]) -> dict[str, Any]:
    """Masked and visible faces, holes, boxes where nobody is, and seconds of processor time."""
    began = time.process_time()
    with clips.opened(path, Limits()) as clip:
        size = (clip.stream.codec_context.height, clip.stream.codec_context.width)
        marks, _, times = searched(clip, RedactOptions(text=False))
    seconds = time.process_time() - began
    assert len(times) == len(people)
    hits: dict[int, list[tuple[int, bool]]] = defaultdict(list)
    stray = 0
    for at, here in enumerate(people):
        boxes = [mark.box for mark in marks.get(at, ())]
        for who in here:
            if who.seen >= VISIBLE:
                hits[who.number].append((at, covered(size, boxes, who) >= COVERED))
        stray += sum(not any(_on(box, who) for who in here) for box in boxes)
    holes = 0
    for found in hits.values():
        masked = [at for at, good in found if good]
        holes += sum(not good and bool(masked) and masked[0] < at < masked[-1] for at, good in found)
    total = sum(len(found) for found in hits.values())
    good = sum(good for found in hits.values() for _, good in found)
    return {"masked": good, "visible": total, "holes": holes, "stray": stray, "frames": len(people), "seconds": seconds}


def _on(box: tuple[float, float, float, float], who: Person) -> bool:
    left, top, width, height = box
    near_x = abs(left + width / 2 - who.x) < max(width, who.width)
    return near_x and abs(top + height / 2 - who.y) < max(height, who.height)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--frames", type=int, default=30)
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3, 4, 5, 6], help="each makes every clip anew")
    parser.add_argument("--only", nargs="*")
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    rows: dict[str, dict[str, Any]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for seed in asked.seeds:
            for name, make in Maker(asked.frames, seed).clips().items():
                if asked.only and name not in asked.only:
                    continue
                path = Path(folder) / "clip.mp4"
                row = measured(path, written(make(), path))
                before = rows.setdefault(name, dict.fromkeys(row, 0))
                rows[name] = {key: before[key] + value for key, value in row.items()}
            print(f"seed {seed} done", file=sys.stderr, flush=True)
    print("| clip | masked of visible | holes | masks on nothing, a frame | frames a core second |")
    print("|---|---|---|---|---|")
    for name, row in rows.items():
        print(_line(name, row))
    keys = ("masked", "visible", "holes", "stray", "frames", "seconds")
    whole = {key: sum(row[key] for row in rows.values()) for key in keys}
    print(_line("**all**", whole))
    if asked.json:
        asked.json.write_text(json.dumps({"seeds": asked.seeds, "clips": rows, "all": whole}, indent=2) + "\n", "utf-8")
    return 0 if whole["masked"] >= 0.98 * whole["visible"] and not whole["holes"] else 1


def _line(name: str, row: dict[str, Any]) -> str:
    share = Share(row["masked"], row["visible"])
    low, high = share.interval or (0.0, 1.0)
    value = f"{row['masked']}/{row['visible']} ({share.value or 0:.1%}, {low:.1%}–{high:.1%})"
    stray, fps = row["stray"] / max(1, row["frames"]), row["frames"] / max(1e-9, row["seconds"])
    return f"| {name} | {value} | {row['holes']} | {stray:.2f} | {fps:.1f} |"


if __name__ == "__main__":
    sys.exit(main())
