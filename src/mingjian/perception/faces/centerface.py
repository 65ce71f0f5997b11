"""CenterFace (MIT; see data/README.md) through ONNX Runtime."""

from __future__ import annotations

import os
from functools import lru_cache
from importlib import resources
from typing import Any

import numpy as np

from mingjian.perception.faces.boxes import COLUMNS, Array, kept
from mingjian.perception.model import PerceptionError

_STRIDE = 4
_MULTIPLE = 32  # the network halves its input five times
_OUTPUTS = ["537", "538", "539", "540"]  # heat map, size, offset, five points
# The file fixes its shapes to 10×3×32×32. A dimension of one byte becomes an unnamed one of the same length,
# so that any size goes in; no library is needed for that.
_ANY = b"\x0a\x02\x12\x00"
_INPUT = (b"\x0a\x02\x08\x0a", b"\x0a\x02\x08\x03", b"\x0a\x02\x08\x20", b"\x0a\x02\x08\x20")
_OUTPUT = b"\x0a\x02\x08\x08"
HINT = "pip install 'mingjian[media]'"


def detect(rgb: Array, longest: int, threshold: float) -> Array:
    """Faces as rows of ``boxes.COLUMNS`` numbers, in pixels of ``rgb`` (height × width × 3, uint8).

    The picture is shrunk (or enlarged, at most fourfold) so that its longer side is ``longest``.
    """
    height, width = rgb.shape[:2]
    scale = min(longest / max(height, width), 4.0)
    high, wide = (max(_MULTIPLE, round(side * scale / _MULTIPLE) * _MULTIPLE) for side in (height, width))
    blob = resized(rgb, wide, high).astype(np.float32).transpose(2, 0, 1)[None]
    heat, size, offset, points = _session().run(_OUTPUTS, {"input.1": blob})
    rows, columns = np.nonzero(heat[0, 0] > threshold)
    if not len(rows):
        return np.zeros((0, COLUMNS), np.float32)
    tall, broad = np.exp(size[0, :, rows, columns].T) * _STRIDE
    down, right = offset[0, :, rows, columns].T
    left = (columns + right + 0.5) * _STRIDE - broad / 2
    top = (rows + down + 0.5) * _STRIDE - tall / 2
    marks = points[0, :, rows, columns]  # y and x of each point, as shares of the box
    xs = np.stack([left, left + broad, *(marks[:, 1::2] * broad[:, None] + left[:, None]).T]) * (width / wide)
    ys = np.stack([top, top + tall, *(marks[:, 0::2] * tall[:, None] + top[:, None]).T]) * (height / high)
    out = np.zeros((len(rows), COLUMNS), np.float32)
    out[:, [0, 2, 5, 7, 9, 11, 13]] = xs.T
    out[:, [1, 3, 6, 8, 10, 12, 14]] = ys.T
    out[:, 4] = heat[0, 0, rows, columns]
    return kept(out, 0.3)


def resized(rgb: Array, width: int, height: int) -> Array:
    """The picture in another size; what is shrunk is averaged, so that small faces keep their look."""
    from PIL import Image

    if rgb.shape[:2] == (height, width):
        return rgb
    picture = Image.fromarray(rgb)
    return np.asarray(picture.resize((width, height), Image.Resampling.BILINEAR, reducing_gap=2.0))


@lru_cache(maxsize=1)
def _session() -> Any:
    """The network, loaded once."""
    try:
        import onnxruntime as ort  # type: ignore[import-untyped]
    except ImportError:
        raise PerceptionError("找人脸要用 onnxruntime,这台机器上没有装", HINT) from None
    options = ort.SessionOptions()
    options.intra_op_num_threads = int(os.environ.get("OMP_NUM_THREADS") or 0)
    options.log_severity_level = 3
    return ort.InferenceSession(_model(), options, providers=["CPUExecutionProvider"])


def _model() -> bytes:
    """The network's file with its sizes made free."""
    raw = (resources.files(__package__) / "data" / "centerface.onnx").read_bytes()
    shape = b"".join(_INPUT)
    heads = raw.split(_OUTPUT * 2)
    if raw.count(shape) != 1 or len(heads) != 5 or any(head[-8:-4] != _INPUT[0] for head in heads[:-1]):
        raise PerceptionError("centerface.onnx 不是随包的那一份", "重新安装 mingjian")
    free = [head[:-8] + _ANY + head[-4:] + _ANY * 2 for head in heads[:-1]]  # the batch stands two before
    return (b"".join(free) + heads[-1]).replace(shape, _ANY + _INPUT[1] + _ANY * 2)
