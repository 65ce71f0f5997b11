"""The doors of redacting: files in, masked files and what was done to them out. One bad file does not stop the rest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from mingjian.perception.model import PerceptionError
from mingjian.perception.redact.model import Hidden, Outcome, RedactOptions
from mingjian.perception.redact.paths import Job, kind_of, target_of, whole

_OURS = {
    "encoder", "major_brand", "minor_version", "compatible_brands", "duration", "handler_name", "vendor_id", "language",
}  # fmt: skip


def redact(jobs: Sequence[Job], out: Path, options: RedactOptions, overwrite: bool = False) -> Iterator[Outcome]:
    """Redact files into a folder, one outcome each, in order."""
    out.mkdir(parents=True, exist_ok=True)
    sources = [job.source for job in jobs]
    for job in jobs:
        try:
            yield _redacted(job, out, sources, options, overwrite)
        except PerceptionError as error:
            yield Outcome(str(job.source), "unknown", error=error.message, hint=error.hint)
        except MemoryError:
            yield Outcome(str(job.source), "unknown", error="内存不足", hint="把文件缩小或剪短后再试")
        except OSError as error:
            yield Outcome(str(job.source), "unknown", error=f"读写出错:{error.strerror or error}")


def check(jobs: Sequence[Job], options: RedactOptions) -> Iterator[Outcome]:
    """What files still show, one outcome each, in order; nothing is written."""
    for job in jobs:
        try:
            yield replace(_checked(job.source, options), source=str(job.source))
        except PerceptionError as error:
            yield Outcome(str(job.source), "unknown", error=error.message, hint=error.hint)
        except MemoryError:
            yield Outcome(str(job.source), "unknown", error="内存不足", hint="把文件缩小或剪短后再试")
        except OSError as error:
            yield Outcome(str(job.source), "unknown", error=f"读写出错:{error.strerror or error}")


def exposed(outcome: Outcome) -> tuple[Hidden, ...]:
    """What a check is sure of: a face, a secret or a place."""
    return tuple(each for each in outcome.hidden if each.sure or each.kind not in ("face", "name"))


def _redacted(job: Job, out: Path, sources: Sequence[Path], options: RedactOptions, overwrite: bool) -> Outcome:
    kind = _sized(job.source, options)
    if kind == "picture":
        from mingjian.perception.redact.pictures import redact_picture as work
        from mingjian.perception.redact.pictures import suffix_of as picture_suffix

        suffix = picture_suffix(job.source, options)
    elif kind == "video":
        from mingjian.perception.redact.video import redact_video as work
        from mingjian.perception.redact.video import suffix_of as video_suffix

        suffix = video_suffix(job.source)
    else:
        from mingjian.perception.redact.documents import redact_document as work

        suffix = ".pdf"
    name = Path(job.name).with_suffix(suffix).as_posix()
    target = target_of(out, name, sources, overwrite)
    with whole(target) as part:
        outcome = work(job.source, part, options)
        if left := _left(part, kind):
            raise PerceptionError(f"结果里还留着 {'、'.join(left)},没有写出", "这是明鉴的缺陷,请报告")
    return replace(outcome, source=str(job.source), output=name)


def _checked(source: Path, options: RedactOptions) -> Outcome:
    kind = _sized(source, options)
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
