"""A bell within one process: whoever brings work rings, and the duties that sleep wake at once.

Nothing depends on it: a duty that hears no bell looks by itself, and what another process brought is found then.
"""

from __future__ import annotations

import threading
import weakref


class Bell:
    """Rings for all who listen. Threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._listeners: weakref.WeakSet[threading.Event] = weakref.WeakSet()

    def listen(self, event: threading.Event) -> None:
        """Set this event at each ring, for as long as somebody holds it."""
        with self._lock:
            self._listeners.add(event)

    def ring(self) -> None:
        """There is something to do."""
        with self._lock:
            for event in self._listeners:
                event.set()


WORK = Bell()
"""Rung when something was put into the store that a duty waits for."""
