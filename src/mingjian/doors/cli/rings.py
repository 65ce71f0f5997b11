"""团伙:在档案或审核台里找,列出,查看。

Rings: find them in an archive or in the desk's store, list them, show one.

[bold]例 Examples[/bold]

  mingjian rings find 档案

  mingjian rings find 档案 --likenesses 相似.parquet --out 团伙.jsonl

  mingjian rings find --store

  mingjian rings list --state live
"""

from __future__ import annotations

import contextlib
import json
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mingjian.doors.cli.common import Format, Lang, choose, lang_of
from mingjian.doors.cli.failures import Failure, warn
from mingjian.doors.cli.layout import table
from mingjian.doors.cli.stores import Address, Bar, Data, opened, settings_of, told
from mingjian.doors.i18n import say

if TYPE_CHECKING:
    from mingjian.governance.rings.gather_archive import Pair
    from mingjian.governance.rings.model import Ring
    from mingjian.governance.rings.settings import Settings

STATES = ("live", "open", "acted", "dismissed", "merged", "all")


def find(
    archive: Annotated[
        Path | None, typer.Argument(metavar="ARCHIVE", help="内容档案(文件夹或文件)。 A folder or file of items.")
    ] = None,
    store: Annotated[bool, typer.Option("--store", help="在审核台的数据里找,并记下来。 In the desk's store.")] = False,
    likenesses: Annotated[
        Path | None,
        typer.Option(
            "--likenesses", metavar="FILE",
            help="reuse find 的结果;不给则现在比对文字。 What reuse find wrote; else texts are compared now.",
        ),
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="FILE", help="每行一个团伙的 JSON。 One ring a line, as JSON.")
    ] = None,
    least: Annotated[
        float | None, typer.Option("--least", metavar="0-1", help="至少这么有把握;默认按团伙文件。 Confidence.")
    ] = None,
    contacts: Annotated[
        bool, typer.Option("--contacts/--no-contacts", help="是否读正文里的联系方式。 Read contact handles.")
    ] = True,
    rules: Annotated[
        Path | None, typer.Option("--rings", metavar="FILE", help="自己的团伙文件(YAML)。 One's own weights.")
    ] = None,
    workers: Annotated[int, typer.Option("--workers", min=1, max=64, help="比对用几个进程。 Processes.")] = 1,
    data: Data = None, database: Address = None, format: Format = "text", lang: Lang = None,
) -> None:  # fmt: skip
    """找出团伙:谁、从何时起、用哪些素材、替哪家机构、有多大把握、为什么。 Find rings.

    [bold]例 Examples[/bold]

      mingjian rings find 档案 --out 团伙.jsonl

      mingjian rings find --store
    """
    from mingjian.governance.rings.settings import RINGS

    spoken = lang_of(lang)
    choose("--format", format, ("text", "json"))
    if (archive is None) == (not store):
        raise Failure("请给出档案,或者写 --store", "如 mingjian rings find 档案")
    with told():
        RINGS.use(rules)
    if store:
        _in_store(data, database)
        return
    assert archive is not None
    settings = RINGS.current()
    if least is not None:
        from dataclasses import replace

        if not 0 <= least <= 1:
            raise Failure(f"--least 应为 0 至 1:{least}")
        settings = replace(settings, confidence=least)
    found = _in_archive(archive, likenesses, settings, contacts, workers)
    if out is not None:
        _write(out, found)
    if format == "json":
        typer.echo(json.dumps([_plain(ring) for ring in found], ensure_ascii=False, indent=2))
        return
    _tell(found, spoken)


def _in_archive(path: Path, likenesses: Path | None, settings: Settings, contacts: bool, workers: int) -> list[Ring]:
    from mingjian.governance.rings.find import find_rings
    from mingjian.governance.rings.gather_archive import gather_archive
    from mingjian.intake.archive.archive import open_archive
    from mingjian.intake.errors import UnreadableError

    try:
        archive = open_archive(path)
        with told(), _pairs(archive, likenesses, workers) as pairs, Bar("读取档案") as bar:
            known = gather_archive(archive, pairs, settings, contacts=contacts, progress=bar.more)
    except UnreadableError as error:
        raise Failure(str(error)) from error
    if archive.bad:
        first = archive.problems[0] if archive.problems else None
        warn(f"有 {archive.bad} 行读不了,没有计入" + (f";第一处:{first}" if first else ""))
    with Bar("归并团伙") as bar:
        return find_rings(known, settings, progress=lambda done, _all: bar.at(done))


@contextlib.contextmanager
def _pairs(archive: Any, likenesses: Path | None, workers: int) -> Iterator[Iterable[Pair]]:
    from mingjian.governance.rings.archive_texts import text_pairs
    from mingjian.governance.rings.likeness_files import read_pairs

    if likenesses is not None:
        if not likenesses.exists():
            raise Failure(f"{likenesses}: 没有这个文件或文件夹")
        yield read_pairs(likenesses)
        return
    with tempfile.TemporaryDirectory(prefix="mingjian-rings-") as scratch, Bar("比对文字") as bar:
        yield list(text_pairs(archive, Path(scratch), workers=workers, progress=lambda _what, done, _all: bar.at(done)))


def _in_store(data: Path | None, database: str | None) -> None:
    from mingjian.doors.desk.opening import secret_of
    from mingjian.governance.rings.marking import mark_items
    from mingjian.governance.rings.service import recount
    from mingjian.records.storage.rings import count_rings

    settings = settings_of(data, database)
    with opened(settings) as store:
        salt = secret_of(settings.secrets / "session.key")
        with Bar("读取标记") as bar:
            while done := mark_items(store, salt):
                bar.more(done)
        changed = recount(store)
        with store.read() as tx:
            counts = count_rings(tx)
    live = counts.get("open", 0) + counts.get("acted", 0)
    typer.echo(say(f"团伙 {live} 个(已排除 {counts.get('dismissed', 0)} 个),本次记录 {changed} 处变化"))


def listed(
    state: Annotated[str, typer.Option("--state", metavar="WORD", help=f"哪一类:{'、'.join(STATES)}。")] = "live",
    account: Annotated[str | None, typer.Option("--account", help="含这个账号的。 With this account.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=1000, help="最多几个。 At most.")] = 50,
    data: Data = None, database: Address = None, format: Format = "text", lang: Lang = None,
) -> None:  # fmt: skip
    """列出审核台里的团伙,最有把握的在前。 The desk's rings, the surest first."""
    from mingjian.records.storage.rings import RingFilter, list_rings

    lang_of(lang)
    choose("--format", format, ("text", "json"))
    choose("--state", state, STATES)
    with opened(settings_of(data, database)) as store, store.read() as tx:
        found, more = list_rings(tx, RingFilter(None if state == "all" else state, account), None, limit)
    if format == "json":
        from dataclasses import asdict

        typer.echo(json.dumps([asdict(one) for one in found], ensure_ascii=False, indent=2))
        return
    if not found:
        typer.echo(say("没有这样的团伙"))
        return
    rows = [
        [one.id, one.state, f"{one.confidence / 10:.1f}%", str(one.accounts), str(one.items), one.institution or "-"]
        for one in found
    ]
    typer.echo(table(["ID", "状态", "把握", "账号", "内容", "机构"], rows), nl=False)
    if more is not None:
        typer.echo(say("还有更多,用 --limit 多看一些"))


def show(
    id: Annotated[str, typer.Argument(metavar="ID", help="团伙编号,见 rings list。 See rings list.")],
    data: Data = None, database: Address = None, lang: Lang = None,
) -> None:  # fmt: skip
    """一个团伙的全部:JSON。 All of one ring, as JSON."""
    from mingjian.desk.people.model import house
    from mingjian.governance.rings.service import get_ring
    from mingjian.governance.rings.stories import story_of

    lang_of(lang)
    with told(), opened(settings_of(data, database)) as store, store.read() as tx:
        kept, ring = get_ring(tx, house("command-line"), id)
    story = None if ring is None else story_of(ring)
    typer.echo(json.dumps({"id": kept.id, "state": kept.state, "story": story}, ensure_ascii=False, indent=2))


def _plain(ring: Ring) -> dict[str, Any]:
    from mingjian.governance.rings.stories import story_of

    return story_of(ring)


def _write(path: Path, found: Iterable[Ring]) -> None:
    try:
        with path.open("w", encoding="utf-8") as file:
            for ring in found:
                file.write(json.dumps(_plain(ring), ensure_ascii=False, separators=(",", ":")) + "\n")
    except OSError as error:
        raise Failure(f"写不了 {path}:{error.strerror}") from error


def _tell(found: list[Ring], lang: str) -> None:
    from mingjian.doors.i18n import translations
    from mingjian.governance.rings.words import reason_words
    from mingjian.records.clock import moment

    if not found:
        typer.echo(say("没有找到团伙"))
        return
    typer.echo(say(f"团伙 {len(found)} 个"))
    for number, ring in enumerate(found, 1):
        profit = ring.profit[0].institution if ring.profit else "-"
        head = (f"{number}. 把握 {ring.confidence:.1%} · 账号 {len(ring.accounts)} · 内容 {len(ring.posts)} · "
                f"机构 {profit}")  # fmt: skip
        typer.echo(f"\n{say(head)}")
        if ring.posts:
            typer.echo("   " + say(f"{moment(ring.since):%Y-%m-%d} 至 {moment(ring.until):%Y-%m-%d}"))
        for reason in ring.reasons:
            words, figures = reason_words(reason)
            typer.echo(f"   {reason.points:+.1f}  {translations(lang).gettext(words).format(**figures)}")
        shown = "、".join(ring.accounts[:8])
        typer.echo("   " + say(f"账号:{shown}") + (" …" if len(ring.accounts) > 8 else ""))


ACTIONS = {"find": find, "list": listed, "show": show}
"""``mingjian rings``."""
