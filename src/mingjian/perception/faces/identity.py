"""Knowing a person who consented: face vectors by a model that the user brings (no wheel ships one that may be used).

Nothing is guessed: a face that is small, uncertain or not clearly alike counts as somebody else and is masked.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from mingjian.perception.faces.boxes import Array
from mingjian.perception.faces.detect import Face, faces
from mingjian.perception.model import PerceptionError

ALIKE = 0.45
"""Least cosine of two vectors of one person; SFace's own threshold for equal error is 0.363."""
_SIDE = 112
_SMALLEST = 36.0  # pixels: below, a vector says little
_CERTAIN = 0.6
# Where the eyes, the nose and the corners of the mouth lie on the pictures the models were trained with.
_PLACES = np.array([(38.2946, 51.6963), (73.5318, 51.5014), (56.0252, 71.7366), (41.5493, 92.3655), (70.7299, 92.2041)])


class Identity:
    """Says whether a face is one of the people on the pictures given. Usable as ``follow.Keeps``."""

    def __init__(self, model: Path, pictures: Sequence[Array], names: Sequence[str] = ()) -> None:
        """``pictures``: one face each (height × width × 3, uint8). Raises PerceptionError when that is not so."""
        self._model = model
        self._open()
        self._known = [
            self._vector(picture, _only(picture, names[at] if at < len(names) else f"第 {at + 1} 张"))
            for at, picture in enumerate(pictures)
        ]

    def _open(self) -> None:
        self._session = _session(self._model)
        self._input = self._session.get_inputs()[0].name

    def __getstate__(self) -> tuple[Path, list[Array]]:
        """What a worker needs: it opens the model itself."""
        return self._model, self._known

    def __setstate__(self, state: tuple[Path, list[Array]]) -> None:
        self._model, self._known = state
        self._open()

    def __call__(self, rgb: Array, face: Face) -> bool:
        """Whether this is, clearly, a face of one of them."""
        if face.score < _CERTAIN or face.turn or min(face.box[2:]) < _SMALLEST or len(face.points) != len(_PLACES):
            return False
        vector = self._vector(rgb, face)
        return any(float(vector @ known) >= ALIKE for known in self._known)

    def _vector(self, rgb: Array, face: Face) -> Array:
        picture = aligned(rgb, face.points).astype(np.float32)
        blob = picture.transpose(2, 0, 1)[None]
        vector = np.asarray(self._session.run(None, {self._input: blob})[0]).reshape(-1)
        return np.asarray(vector / max(float(np.linalg.norm(vector)), 1e-9))


def aligned(rgb: Array, points: Sequence[tuple[float, float]]) -> Array:
    """The face turned, scaled and moved so that its five points lie where the models expect them: 112 × 112 × 3."""
    from PIL import Image

    source, target = np.asarray(points, float), _PLACES
    a, b = source - source.mean(axis=0), target - target.mean(axis=0)
    # The likeness that brings the target's points to the source's: least squares over scale and turn.
    size = float((b**2).sum()) or 1.0
    along, across = float((a * b).sum()) / size, float((a[:, 1] * b[:, 0] - a[:, 0] * b[:, 1]).sum()) / size
    matrix = np.array([[along, -across], [across, along]])
    x, y = source.mean(axis=0) - matrix @ target.mean(axis=0)
    values = (matrix[0, 0], matrix[0, 1], x, matrix[1, 0], matrix[1, 1], y)
    picture = Image.fromarray(np.ascontiguousarray(rgb))
    return np.asarray(
        picture.transform((_SIDE, _SIDE), Image.Transform.AFFINE, values, Image.Resampling.BILINEAR)
    )  # fmt: skip


def _only(rgb: Array, name: str) -> Face:
    found = [face for face in faces(rgb) if face.sure and not face.turn]
    if not found:
        raise PerceptionError(f"{name}:照片里没有找到正面的人脸,认不出要保留谁", "换一张清楚的正面照")
    found.sort(key=lambda face: -face.box[2] * face.box[3])
    if len(found) > 1 and found[1].box[2] > 0.5 * found[0].box[2]:
        raise PerceptionError(f"{name}:照片里不止一张脸,不知道要保留谁", "只留那一个人,裁剪后再试")
    return found[0]


def _session(model: Path) -> Any:
    hint = "用 --face-model 指定 SFace 的 ONNX 文件(opencv_zoo,Apache-2.0),或改用 --except-box"
    if not model.is_file():
        raise PerceptionError(f"没有认人的模型:{model}", hint)
    try:
        import onnxruntime as ort  # type: ignore[import-untyped]
    except ImportError:
        raise PerceptionError("认人要用 onnxruntime,没有装", "pip install 'mingjian[media]'") from None
    options = ort.SessionOptions()
    options.log_severity_level = 3
    try:
        session = ort.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime raises many kinds
        raise PerceptionError(f"认人的模型读不了:{model}", f"{hint};{str(error)[:100]}") from None
    wanted = session.get_inputs()[0].shape
    if len(session.get_inputs()) != 1 or list(wanted[1:]) != [3, _SIDE, _SIDE]:
        raise PerceptionError(f"认人的模型要吃 1×3×112×112 的图,这个不是:{model}", hint)
    return session
