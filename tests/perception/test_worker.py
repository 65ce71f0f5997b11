"""Decoding happens in a process that can be killed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from mingjian.perception.model import Limits, Perceived, PerceptionError
from mingjian.perception.worker import Worker, Workers
from tests.perception.tasks import behave

TIGHT = Limits(max_wall_seconds=3.0, max_memory_bytes=500_000_000)


def said(found: object) -> str:
    assert isinstance(found, Perceived)
    return found.readings[0].text


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("error", "不是图片"),
        ("odd", "文件无法解析:RuntimeError: decoder said no"),
        ("crash", "崩溃"),
        ("hang", "超过 3 秒"),
        ("swell", "内存超过 0.5 GB"),
    ],
)
def test_one_bad_file_is_an_error_and_the_next_is_read(name: str, message: str) -> None:
    with Workers(behave, TIGHT) as workers:
        with pytest.raises(PerceptionError) as error:
            workers.run(Path(name), None)
        assert message in error.value.message
        assert said(workers.run(Path("good"), None)).startswith("good")


def test_a_worker_is_kept_for_the_next_file() -> None:
    worker = Worker(behave, Limits())
    try:
        first, second = (said(worker.run(Path("same"), None)) for _ in range(2))
        assert first == second
    finally:
        worker.close()


def test_threads_share_the_workers_and_each_gets_its_own_answer() -> None:
    names = ["a", "error", "b", "crash", "c", "d"]

    def one(workers: Workers, name: str) -> str:
        try:
            return said(workers.run(Path(name), None)).split()[0]
        except PerceptionError:
            return "failed"

    with Workers(behave, Limits(), count=2) as workers, ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(lambda name: one(workers, name), names))
    assert answers == ["a", "failed", "b", "failed", "c", "d"]
