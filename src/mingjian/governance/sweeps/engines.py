"""Who runs the workers: Daft on this machine or on a Ray cluster, or this process alone. The code path of a worker is
the same (``judging.judge_piece``); only who calls it differs.

Each piece is one row of a data frame, its results come back as bytes: a cluster's machines need to read the source
(a shared folder, or a database), nothing else, and write nothing.
"""

from __future__ import annotations

import json
import os
import pickle
from collections.abc import Generator, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from mingjian.governance.sweeps.judging import Job, Result, judge_piece
from mingjian.records.errors import Conflict, DeskError, Invalid, Unavailable
from mingjian.records.sweeps.model import Piece

ENGINES = ("native", "ray", "inline")
AT_ONCE = 4096  # pieces of one query: what a planner holds at a time
_ATTEMPTS = 3  # queries in a row that may bring nothing before it is given up


@dataclass(frozen=True, slots=True)
class Engine:
    """``native``: Daft with a process a core (``workers``; None: all cores). ``ray``: Daft on the cluster at
    ``address`` (None: the one RAY_ADDRESS names, or a local one). ``inline``: in this process, without Daft."""

    name: str = "native"
    address: str | None = None
    workers: int | None = None

    def results(self, job: Job, pieces: Sequence[Piece]) -> Generator[Result, None, None]:
        """Results as they are ready, in any order; each piece once. A query that fails (a machine died, and others
        could not take over) is made anew for the pieces that are missing."""
        if self.name == "inline":
            for piece in pieces:
                yield judge_piece(job, piece)
            return
        waiting = {piece.place: piece for piece in pieces}
        failures = 0
        while waiting:
            try:
                for result in _query(self, job, list(waiting.values())[:AT_ONCE]):
                    if waiting.pop(result.place, None) is not None:
                        failures = 0
                        yield result
            except DeskError:
                raise
            except Exception as error:
                failures += 1
                if failures >= _ATTEMPTS:
                    raise Unavailable(f"批处理引擎连续 {failures} 次失败:{str(error).splitlines()[0][:300]}") from error


def engine_of(name: str, address: str | None = None, workers: int | None = None) -> Engine:
    """An engine by name. Invalid when it is none or is not installed."""
    if name not in ENGINES:
        raise Invalid(f"批处理引擎只能是:{'、'.join(ENGINES)}", field="engine")
    if name != "inline":
        _daft()
    if name == "ray":
        _ray()
    if workers is not None and not 0 < workers <= 1024:
        raise Invalid("工作进程数应为 1 到 1024", field="workers")
    return Engine(name, address, workers)


def _daft() -> Any:
    try:
        os.environ.setdefault("DAFT_PROGRESS_BAR", "0")
        import daft
    except ImportError as error:
        raise Invalid("回查需要 daft。安装:pip install 'mingjian[sweep]'", field="engine") from error
    return daft


def _ray() -> None:
    try:
        import ray  # noqa: F401
    except ImportError as error:
        raise Invalid("集群回查还需要 ray。安装:pip install 'mingjian[sweep,cluster]'", field="engine") from error


_USED: list[tuple[str, str | None]] = []


def _use(name: str, address: str | None) -> None:
    """A process may choose Daft's runner once."""
    if _USED and [(name, address)] != _USED:
        raise Conflict("一个进程里只能用一种批处理引擎,请重新启动后再换。")
    if not _USED:
        if name == "ray":
            _daft().set_runner_ray(address)
        else:
            _daft().set_runner_native()
        _USED.append((name, address))


def _query(engine: Engine, job: Job, pieces: Sequence[Piece]) -> Iterator[Result]:
    daft = _daft()
    on_ray = engine.name == "ray"
    _use(engine.name, engine.address)
    frame = daft.from_pydict({
        "place": [one.place for one in pieces],
        "piece": [json.dumps([one.place, one.file, one.first, one.rows, one.mark]) for one in pieces],
    })  # fmt: skip
    frame = frame.into_partitions(len(pieces)) if on_ray else frame.into_batches(1)
    worker = _worker(engine, pickle.dumps(job))
    answered = frame.select(worker(frame["piece"]).alias("answer"))
    for row in answered.iter_rows(results_buffer_size=None if on_ray else 1):
        answer = row["answer"]
        if answer["fault"]:
            raise Conflict(answer["fault"])
        told = json.loads(answer["told"])
        yield Result(body=answer["body"], **told)


def _worker(engine: Engine, job: bytes) -> Any:
    """The data frame's function. On this machine a process a core; on a cluster one task a piece, which others take
    over when a machine dies."""
    daft = _daft()
    types = daft.DataType
    shape = types.struct({"told": types.string(), "body": types.binary(), "fault": types.string()})
    workers = None if engine.name == "ray" else engine.workers or os.cpu_count() or 1

    class Worker:
        def __init__(self, packed: bytes) -> None:
            self.job: Job = pickle.loads(packed)  # made by _query

        def __call__(self, piece: str) -> dict[str, Any]:
            return answer(self.job, piece)

    Worker.__call__ = daft.method(return_dtype=shape)(Worker.__call__)  # type: ignore[method-assign]
    made = daft.cls(Worker, max_concurrency=workers, use_process=engine.name == "native")
    return made(job)


def answer(job: Job, piece: str) -> dict[str, Any]:
    """What a worker sends back. What would fail again elsewhere is told, not raised: others need not try."""
    try:
        found = judge_piece(job, Piece(*json.loads(piece)))
    except DeskError as error:
        return {"told": "", "body": b"", "fault": error.message}
    told = {name: getattr(found, name) for name in ("place", "judged", "bad", "empty", "acting", "counts")}
    return {"told": json.dumps(told, ensure_ascii=False), "body": found.body, "fault": ""}
