"""What a worker is asked to do in the tests: behave, fail, crash, hang, swell."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

from mingjian.perception.model import Perceived, PerceptionError, Reading


def behave(path: Path, options: Any) -> Perceived:
    """Does what the file's name says."""
    word = path.name
    if word.startswith("error"):
        raise PerceptionError("不是图片", "换一个")
    if word.startswith("odd"):
        raise RuntimeError("decoder said no")
    if word.startswith("crash"):
        os._exit(11)
    if word.startswith("hang"):
        time.sleep(600)
    if word.startswith("swell"):
        hoard = [b"x" * 50_000_000 for _ in range(40)]
        time.sleep(600)
        return Perceived(str(len(hoard)))
    return Perceived("picture", (Reading(f"{word} {os.getpid()}", "ocr"),))
