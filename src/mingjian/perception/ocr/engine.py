"""The three networks of RapidOCR, loaded from the wheel: where text is, which way up it stands, what it says.

RapidOCR's own pipeline reads a whole picture in one go; we need its stages apart (a clip recognises only new
crops, an unsure line is tried again), so the stages are called one by one. They are given sessions that are open
already, which leaves RapidOCR no way to reach for its download.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from mingjian.perception.model import PerceptionError

if TYPE_CHECKING:
    from collections.abc import Sequence

Pixels = NDArray[np.uint8]
Corners = NDArray[np.float32]
"""Shape (4, 2): x and y of top left, top right, bottom right, bottom left."""

MODELS = {
    "Det": "PP-OCRv6_det_small.onnx",
    "Cls": "ch_ppocr_mobile_v2.0_cls_mobile.onnx",
    "Rec": "PP-OCRv6_rec_small.onnx",
}
# Lower than RapidOCR's 0.3 and 0.5: faint watermarks are found too, and the recogniser's score sorts out what is
# no text at all.
MASK_THRESHOLD = 0.2
BOX_THRESHOLD = 0.35
HALF = 127.5
"""Brightness that the detector takes for nought; black is -1 to it and white 1."""
REC_BATCH = 4
"""Crops of similar width in one call: larger batches pad more than they save on a CPU."""


class Engine:
    """The networks. Pictures are BGR here, as the networks were trained; the rest of the room speaks RGB."""

    def __init__(self, threads: int = 0) -> None:
        """``threads`` for one network call; 0 takes the cores this process may use, four at most.

        PerceptionError when the library or its models are missing.
        """
        try:
            import onnxruntime  # type: ignore[import-untyped,unused-ignore]
            import rapidocr
            from omegaconf import OmegaConf
            from rapidocr.ch_ppocr_cls import TextClassifier
            from rapidocr.ch_ppocr_det import TextDetector
            from rapidocr.ch_ppocr_rec import TextRecognizer
            from rapidocr.utils.log import logger
            from rapidocr.utils.parse_parameters import ParseParams
        except ImportError as error:
            raise PerceptionError(
                f"没有安装识别图片文字的组件({error.name})", "运行 pip install 'mingjian[media]'"
            ) from error
        logger.setLevel("ERROR")
        home = Path(rapidocr.__file__).parent
        config: Any = ParseParams.load(home / "config.yaml")
        config.Det.thresh, config.Det.box_thresh = MASK_THRESHOLD, BOX_THRESHOLD
        config.Rec.rec_batch_num, config.Rec.font_path = REC_BATCH, None
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads or min(_cores(), 4)
        options.log_severity_level = 4
        # Idle threads sleep: on a machine that does other things too, spinning slows everybody, us included.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        stages: dict[str, Any] = {}
        for stage, name in MODELS.items():
            path = home / "models" / name
            if not path.is_file():
                raise PerceptionError(f"识别模型缺失:{name}", "重新安装 pip install --force-reinstall rapidocr")
            session = onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])
            stages[stage] = OmegaConf.create({**config[stage], "session": session}, flags={"allow_objects": True})
        self._detector = TextDetector(stages["Det"])
        self._classifier = TextClassifier(stages["Cls"])
        self._recogniser = TextRecognizer(stages["Rec"])

    def detect(self, bgr: Pixels) -> list[tuple[Corners, float]]:
        """Quads of text lines in pixels of ``bgr``, with the detector's score; ``bgr`` has sides of 32's multiples."""
        import cv2

        # What RapidOCR's own preparation comes to (it reckons in doubles, a tenth of the whole time).
        shown = cv2.dnn.blobFromImage(np.ascontiguousarray(bgr), 1 / HALF, mean=(HALF, HALF, HALF))
        boxes, scores = self._detector.postprocess_op(self._detector.session(shown), bgr.shape[:2])
        return [(np.asarray(box, np.float32), float(score)) for box, score in zip(boxes, scores, strict=True)]

    def upside_down(self, crops: Sequence[Pixels]) -> list[float]:
        """How sure the classifier is, 0..1, that each crop stands on its head."""
        if not crops:
            return []
        found: Any = self._classifier(list(crops))
        return [float(score) if "180" in label else 1.0 - float(score) for label, score in found.cls_res]

    def recognise(self, crops: Sequence[Pixels]) -> list[tuple[str, float]]:
        """Text and mean character score of each crop, which must lie level."""
        from rapidocr.ch_ppocr_rec import TextRecInput

        if not crops:
            return []
        found: Any = self._recogniser(TextRecInput(img=list(crops), return_word_box=False))
        return [(str(text), float(score)) for text, score in zip(found.txts, found.scores, strict=True)]


def _cores() -> int:
    """Cores this process may use; macOS and Windows only know those there are."""
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity is not None else os.cpu_count() or 1
