"""Pictures and clips with a face on them, made from the one that scikit-image ships."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
FACE = (172.0, 62.0, 108.0, 132.0)
"""Where the astronaut's face is on ``astronaut()``: left, top, width, height."""


@cache
def _astronaut() -> Array:
    import skimage.data
    from skimage.io import imread

    return np.asarray(imread(Path(skimage.data.__file__).with_name("astronaut.png")))[:288]


def astronaut() -> Array:
    """288 × 512 × 3, one face."""
    return _astronaut().copy()


def ground(width: int = 320, height: int = 180) -> Array:
    """A soft slope of colours: nobody there."""
    x, y = np.linspace(60, 180, width), np.linspace(90, 200, height)
    whole = np.stack([np.tile(x, (height, 1)), np.tile(y[:, None], (1, width)), np.full((height, width), 110.0)], 2)
    return whole.astype(np.uint8)


def with_head(x: int, y: int, size: int, width: int = 320, height: int = 180) -> Array:
    """The head, ``size`` pixels high, laid with its upper left corner on a ground."""
    from PIL import Image

    head = Image.fromarray(astronaut()[0:235, 110:340])
    whole = Image.fromarray(ground(width, height))
    whole.paste(head.resize((round(size * 230 / 235), size)), (x, y))
    return np.array(whole)


def write_clip(
    path: Path, frames: Iterator[Array] | list[Array], codec: str = "libx264", sound: str | None = None, fps: int = 25,
    metadata: dict[str, str] | None = None, container: Callable[[Any], None] | None = None,
) -> None:  # fmt: skip
    """Encode a clip, with a tone as long as it when ``sound`` names an encoder."""
    import av

    with av.open(str(path), "w") as out:
        out.metadata.update(metadata or {})
        video: Any = out.add_stream(codec, rate=fps)
        video.pix_fmt = "yuv420p"
        tone: Any = out.add_stream(sound, rate=44100) if sound else None
        if tone is not None:
            tone.layout = "mono"
        if container is not None:
            container(out)
        count = 0
        for rgb in frames:
            if not count:
                video.width, video.height = rgb.shape[1], rgb.shape[0]
            out.mux(video.encode(av.VideoFrame.from_ndarray(np.ascontiguousarray(rgb), format="rgb24")))
            count += 1
        out.mux(video.encode(None))
        for at in range(0, round(44100 * count / fps) if tone is not None else 0, 1024):
            wave = (np.sin(np.arange(at, at + 1024) / 20) * 0.3).astype(np.float32)[None]
            frame = av.AudioFrame.from_ndarray(wave, format="fltp", layout="mono")
            frame.sample_rate, frame.pts = 44100, at
            out.mux(tone.encode(frame))
        if tone is not None:
            out.mux(tone.encode(None))


def decoded(path: Path) -> tuple[list[Array], list[float]]:
    """The frames of a clip and their seconds."""
    import av

    with av.open(str(path)) as container:
        frames = list(container.decode(video=0))
        return [frame.to_ndarray(format="rgb24") for frame in frames], [float(frame.time or 0.0) for frame in frames]
