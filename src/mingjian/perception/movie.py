"""A film that was made, not found: pictures and sound as MP4 (H.264 and AAC)."""

from __future__ import annotations

from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from numpy.typing import NDArray

KEY_S = 2
"""Seconds from one picture that needs no other to the next, as live streams have them."""


class Movie:
    """Writes one film as it is shown: ``fps`` pictures a second of ``width`` by ``height``, sound of ``rate`` samples a
    second, mono. ImportError without PyAV, OSError when the file cannot be written."""

    def __init__(self, path: Path, width: int, height: int, fps: int, rate: int) -> None:
        import av

        self._av, self._fps, self._rate = av, fps, rate
        self._out = av.open(str(path), "w")
        self._video: Any = self._out.add_stream("libx264", rate=fps)
        self._video.width, self._video.height, self._video.pix_fmt = width, height, "yuv420p"
        self._video.options = {"preset": "ultrafast", "crf": "26", "g": str(KEY_S * fps), "threads": "1"}
        self._audio: Any = self._out.add_stream("aac", rate=rate, layout="mono")
        self._shown = self._heard = 0

    def __enter__(self) -> Movie:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        try:
            if error is None:
                for stream in (self._video, self._audio):
                    self._out.mux(stream.encode(None))
        finally:
            self._out.close()

    def ready(self, rgb: NDArray[np.uint8]) -> Any:
        """A picture (height, width, 3) made ready, to be shown as often as one likes."""
        return self._av.VideoFrame.from_ndarray(rgb, format="rgb24").reformat(format="yuv420p")

    def show(self, ready: Any) -> None:
        """The next picture."""
        ready.pts = self._shown
        self._shown += 1
        self._out.mux(self._video.encode(ready))

    def sound(self, block: NDArray[np.int16]) -> None:
        """The next samples."""
        heard: Any = self._av.AudioFrame.from_ndarray(block[None, :], format="s16", layout="mono")
        heard.sample_rate, heard.pts = self._rate, self._heard
        self._heard += len(block)
        self._out.mux(self._audio.encode(heard))
