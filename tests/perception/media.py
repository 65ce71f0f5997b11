"""Generated media with known words, for tests: a few samples of the benchmark's generator, the same every time."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
if str(BENCHMARKS) not in sys.path:
    sys.path.insert(0, str(BENCHMARKS))

from media import fonts  # noqa: E402

if TYPE_CHECKING:
    from media.build import Sample

needs_fonts = pytest.mark.skipif(
    bool(fonts.missing()), reason=f"needs Debian's fonts: apt-get install {' '.join(fonts.PACKAGES)}"
)
"""Marks a test that draws with them."""


@cache
def sample(style: str, planted: bool = True) -> Sample:
    """The first sample of a style with a sentence planted in it, or the first clean one."""
    from media.build import samples

    return next(made for made in samples([style], 2) if made.planted is planted)
