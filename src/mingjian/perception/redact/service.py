"""The doors of redacting: files in, masked files and what was done to them out. One bad file does not stop the rest."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any, Literal

from mingjian.perception.model import PerceptionError
from mingjian.perception.redact.model import Hidden, Outcome, RedactOptions
from mingjian.perception.redact.paths import Job, kind_of, sweep, target_of, whole
from mingjian.perception.worker import Worker

CLIP_SECONDS = 6 * 3600.0
"""How long one clip may take: it is decoded twice, read and encoded anew."""

_OURS = {
    "encoder", "major_brand", "minor_version", "compatible_brands", "duration", "handler_name", "vendor_id", "language",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ask:
    """One step on one file: the suffix of its result, the result itself (into ``part``), or what it still shows."""

    what: Literal["suffix", "redact", "check"]
    options: RedactOptions
    part: Path | None = None


Run = Callable[[Path, Ask], Any]


def work(source: Path, ask: Ask) -> Any:
    """All that decodes. A suffix, or an Outcome; PerceptionError. Can be a worker's task."""
    kind = _sized(source, ask.options)
    if ask.what == "suffix":
        return _suffix(source, kind, ask.options)
    if ask.what == "check":
        return _checked(source, kind, ask.options)
    assert ask.part is not None
    return _redacted(source, kind, ask.part, ask.options)


def by(worker: Worker) -> Run:
    """``work`` done by a worker that was started for it."""

    def run(source: Path, ask: Ask) -> Any:
        limits = ask.options.limits
        if _sized(source, ask.options) == "video":
            limits = replace(limits, max_wall_seconds=CLIP_SECONDS)
        return worker.run(source, ask, limits)

    return run


def redact(
    jobs: Sequence[Job], out: Path, options: RedactOptions, overwrite: bool = False, run: Run = work
) -> Iterator[Outcome]:
    """Redact files into a folder, one outcome each, in order."""
    out.mkdir(parents=True, exist_ok=True)
    sweep(out, CLIP_SECONDS)
    sources = [job.source for job in jobs]
    for job in jobs:
        yield _told(job, partial(_placed, job, out, sources, options, overwrite, run))


def check(jobs: Sequence[Job], options: RedactOptions, run: Run = work) -> Iterator[Outcome]:
    """What files still show, one outcome each, in order; nothing is written."""
    for job in jobs:
        yield _told(job, partial(_shows, job, options, run))


def _shows(job: Job, options: RedactOptions, run: Run) -> Outcome:
    outcome: Outcome = run(job.source, Ask("check", options))
    return replace(outcome, source=str(job.source))


def _told(job: Job, do: Callable[[], Outcome]) -> Outcome:
    """What was done, or what went wrong in words: one bad file never stops the rest."""
    try:
        return do()
    except PerceptionError as error:
        return Outcome(str(job.source), "unknown", error=error.message, hint=error.hint)
    except MemoryError:
        return Outcome(str(job.source), "unknown", error="内存不足", hint="把文件缩小或剪短后再试")
    except OSError as error:
        return Outcome(str(job.source), "unknown", error=f"读写出错:{error.strerror or error}")


def exposed(outcome: Outcome) -> tuple[Hidden, ...]:
    """What a check is sure of: a face, a secret or a place."""
    return tuple(each for each in outcome.hidden if each.sure or each.kind not in ("face", "name"))


def _placed(
    job: Job, out: Path, sources: Sequence[Path], options: RedactOptions, overwrite: bool, run: Run
) -> Outcome:
    suffix = run(job.source, Ask("suffix", replace(options, keeps=None)))
    name = Path(job.name).with_suffix(suffix).as_posix()
    with whole(target_of(out, name, sources, overwrite)) as part:  # here, since a worker may be killed
        outcome: Outcome = run(job.source, Ask("redact", options, part))
    return replace(outcome, source=str(job.source), output=name)


def _suffix(source: Path, kind: str, options: RedactOptions) -> str:
    if kind == "picture":
        from mingjian.perception.redact.pictures import suffix_of as picture_suffix

        return picture_suffix(source, options)
    if kind == "video":
        from mingjian.perception.redact.video import suffix_of as video_suffix

        return video_suffix(source)
    return ".pdf"


def _redacted(source: Path, kind: str, part: Path, options: RedactOptions) -> Outcome:
    if kind == "picture":
        from mingjian.perception.redact.pictures import redact_picture as mask
    elif kind == "video":
        from mingjian.perception.redact.video import redact_video as mask
    else:
        from mingjian.perception.redact.documents import redact_document as mask
    outcome = mask(source, part, options)
    if left := _left(part, kind):
        raise PerceptionError(f"结果里还留着 {'、'.join(left)},没有写出", "这是明鉴的缺陷,请报告")
    return outcome


def _checked(source: Path, kind: str, options: RedactOptions) -> Outcome:
    if kind == "picture":
        from mingjian.perception.redact.pictures import check_picture

        return check_picture(source, options)
    if kind == "video":
        from mingjian.perception.redact.video import check_video

        return check_video(source, options)
    from mingjian.perception.redact.documents import check_document

    return check_document(source, options)


def _sized(source: Path, options: RedactOptions) -> str:
    if not source.exists():
        raise PerceptionError("没有这个文件")
    if not source.is_file():
        raise PerceptionError("不是普通文件")
    if source.stat().st_size > options.limits.max_bytes:
        raise PerceptionError(f"文件超过 {options.limits.max_bytes // 1_000_000} MB 的上限")
    return kind_of(source)


def _left(target: Path, kind: str) -> tuple[str, ...]:
    """Metadata that the result carries in spite of all: the last look before it is put in place."""
    if kind == "picture":
        from mingjian.perception.redact.pictures import metadata

        return metadata(target)
    if kind == "video":
        import av

        with av.open(f"file:{target.absolute()}") as container:
            keys = set(container.metadata) | {key for each in container.streams for key in each.metadata}
        return tuple(sorted(key for key in keys if key.lower() not in _OURS))
    return ()
