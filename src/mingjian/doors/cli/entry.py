"""The entry point of the package.

Starting creates a hundred thousand objects that stay: without the collector looking at them again and again while
modules load, a cold start is some hundredths of a second shorter. It is switched on again before the work begins
(doors/cache.py), or the process ends first.
"""

from __future__ import annotations

import gc


def run() -> None:
    """Run the command line."""
    gc.disable()
    from mingjian.doors.cli.main import run as go

    go()
