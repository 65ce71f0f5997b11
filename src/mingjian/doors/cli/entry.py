"""The entry point of the package.

Starting creates a hundred thousand objects that stay: without the collector looking at them again and again while
modules load, a cold start is some hundredths of a second shorter. It is switched on again before the work begins
(doors/cache.py), or the process ends first. Taking those objects apart at the end is as idle, and numpy's pool of
threads for linear algebra, of which we have none, as well.
"""

from __future__ import annotations

import atexit
import gc
import os
import sys
from typing import NoReturn


def run() -> None:
    """Run the command line."""
    gc.disable()
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    from mingjian.doors.cli.main import main

    leave(main())


def leave(code: int) -> NoReturn:
    """End the process: at once where nothing but memory is left to tidy up, in the usual way otherwise."""
    threads = sys.modules.get("threading")
    if "multiprocessing" in sys.modules or (threads is not None and threads.active_count() > 1):
        sys.exit(code)
    atexit._run_exitfuncs()
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (OSError, ValueError):
        sys.exit(code)
    os._exit(code)
