"""The whole desk as one ASGI application: the API at /api/v1, the console at /, the duties beside them."""

from __future__ import annotations

import contextlib
import sys
from collections.abc import AsyncIterator

from starlette.applications import Starlette
from starlette.routing import Mount

from mingjian.doors.api.app import create_api
from mingjian.doors.console.app import create_console
from mingjian.doors.desk.logs import configure_logs
from mingjian.doors.desk.opening import Desk, open_desk
from mingjian.doors.desk.settings import DeskSettings
from mingjian.doors.worker.runner import Runner


def create_app(desk: Desk, *, duties: bool = True) -> Starlette:
    """The application over an open desk, which it closes when it ends. ``duties``: also do what waits (screening,
    webhooks, deadlines) in threads of this process."""
    api, console = create_api(desk), create_console(desk)

    @contextlib.asynccontextmanager
    async def lifespan(_app: Starlette) -> AsyncIterator[None]:
        runner = Runner(desk) if duties else None
        if runner is not None:
            runner.start()
        try:
            yield
        finally:
            if runner is not None:
                runner.stop()
            desk.close()

    app = Starlette(routes=[Mount("/api/v1", api), Mount("/", console)], lifespan=lifespan)
    app.state.desk = desk
    return app


def from_environment() -> Starlette:
    """The application of a process that was started with its settings in the environment."""
    # Ten times as often as Python would: the loop that answers must not wait for threads that judge and index.
    sys.setswitchinterval(0.0005)
    configure_logs()
    return create_app(open_desk(DeskSettings()))
