"""Items in, verdicts out, a batch at a time, so that a long input streams through in little memory."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from glob import escape
from pathlib import Path
from typing import TYPE_CHECKING

from mingjian.core.engine.check import BATCH_CHARACTERS, Engine
from mingjian.core.engine.options import Options
from mingjian.core.model import Item, Verdict
from mingjian.doors.cli.common import codes, platform_of, today
from mingjian.doors.cli.failures import CLEAN, FINDINGS, UNUSABLE
from mingjian.doors.cli.output import unfinished
from mingjian.doors.cli.progress import Progress
from mingjian.doors.i18n import SOURCE, current, say
from mingjian.doors.settings import Settings
from mingjian.intake import UNREAD_FACT, Context, IntakeError, ReadOptions
from mingjian.intake.formats import by_suffix

if TYPE_CHECKING:
    from mingjian.doors.media import Media

PICTURED = ("docx", "pptx", "pdf")  # documents that may hold pictures
BATCH_ITEMS = 512
# Verdicts that count as findings for the exit code. Advice does not: nothing there is against the law.
COUNTED = ("violation", "needs_evidence")


@dataclass(slots=True)
class Tally:
    """What decides the exit code."""

    items: int = 0
    counted: int = 0
    unread: int = 0
    errors: list[IntakeError] = field(default_factory=list)
    notes: list[IntakeError] = field(default_factory=list)

    def add(self, item: Item, verdict: Verdict) -> None:
        """Count one item."""
        self.items += 1
        self.counted += any(finding.status in COUNTED for finding in verdict.findings)
        self.unread += bool(item.facts.get(UNREAD_FACT))

    def exit_code(self, exit_zero: bool) -> int:
        """2 when something asked for was not read, else 1 when something was found."""
        if self.errors or self.unread:
            return UNUSABLE
        return FINDINGS if self.counted and not exit_zero else CLEAN


def options_of(settings: Settings, engine: Engine) -> Options:
    """What the engine is asked."""
    rules = engine.compiled.rules
    return Options(
        as_of=settings.as_of or today(),
        select=codes("--select", settings.select, rules, strict=True),
        ignore=codes("--ignore", settings.ignore, rules, strict=False),
        min_severity=settings.min_severity,
        preview=settings.preview,
        classifier=settings.classifier,
        force_as_of=settings.as_of is not None,
    )


def reading_of(settings: Settings, input_format: str, paths: Sequence[str]) -> ReadOptions:
    """How the input is read. A report lying in a folder that is checked is not part of it."""
    exclude = settings.exclude
    if settings.output and settings.output != "-":
        output = Path(settings.output).resolve()
        for path in paths:
            root = Path(path).resolve()
            if path != "-" and output != root and output.is_relative_to(root):
                own = (output, unfinished(output))
                exclude = (*exclude, *(escape(each.relative_to(root).as_posix()) for each in own))
    return ReadOptions(input_format, settings.column, exclude, context=context_of(settings))


def media_of(
    settings: Settings, input_format: str, paths: Sequence[str]
) -> contextlib.AbstractContextManager[Media | None]:
    """Who reads pictures and sound, for inputs that may hold any: a check of plain text loads nothing of it."""
    if not settings.media or input_format not in ("auto", *PICTURED):
        return contextlib.nullcontext(None)
    if all(path != "-" and by_suffix(path) not in (None, *PICTURED) and Path(path).is_file() for path in paths):
        return contextlib.nullcontext(None)
    from mingjian.doors import media

    return media.of(settings)


def context_of(settings: Settings) -> Context:
    """What the caller says of items that do not say it themselves."""
    from mingjian.doors import cache

    return Context(
        platform=platform_of(settings.platform, cache.platforms()) if settings.platform else None,
        publisher=settings.publisher,
        channel=settings.channel,
        nature=None if settings.nature == "auto" else settings.nature,
        domain=None if settings.domain == "auto" else settings.domain,
    )


def judged(
    found: Iterable[Item | IntakeError], engine: Engine, options: Options, tally: Tally, progress: Progress
) -> Iterator[tuple[Item, Verdict]]:
    """Every item with its verdict, in order; problems go to the tally."""
    batch: list[Item] = []
    size = 0
    for each in found:
        if isinstance(each, IntakeError):
            progress.saw(each.path)
            each = said_error(each)
            (tally.errors if each.level == "error" else tally.notes).append(each)
            continue
        progress.saw(each.source)
        batch.append(said_item(each))
        size += sum(len(part.text) + 1 for part in each.parts)
        if size >= BATCH_CHARACTERS or len(batch) >= BATCH_ITEMS:
            yield from _verdicts(batch, engine, options, tally)
            batch, size = [], 0
    yield from _verdicts(batch, engine, options, tally)


def said_error(error: IntakeError) -> IntakeError:
    """The problem in the language that is spoken."""
    field, hint = (text and say(text) for text in (error.field, error.hint))
    return replace(error, field=field, message=say(error.message), hint=hint)


def said_item(item: Item) -> Item:
    """The item with what was not read of it in the language that is spoken."""
    unread = item.facts.get(UNREAD_FACT)
    if current() == SOURCE or not isinstance(unread, tuple):
        return item
    return replace(item, facts={**item.facts, UNREAD_FACT: tuple(say(str(each)) for each in unread)})


def _verdicts(batch: Sequence[Item], engine: Engine, options: Options, tally: Tally) -> Iterator[tuple[Item, Verdict]]:
    for item, verdict in zip(batch, engine.check(batch, options), strict=True):
        tally.add(item, verdict)
        yield item, verdict
