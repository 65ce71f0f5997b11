"""存证:校验日志,签检查点和时间戳,导出和核对证据包,重放结论。

Evidence: verify the journal, sign checkpoints, export and check packages, replay verdicts.

[bold]例 Examples[/bold]

  mingjian evidence verify --all

  mingjian evidence package itm_06fhzd0000c6bva4d4g0 --out 证据.zip

  mingjian evidence check-package 证据.zip --key 公钥.pem
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mingjian.doors.cli.common import Format, Lang, format_of, lang_of
from mingjian.doors.cli.failures import FINDINGS, Failure
from mingjian.doors.cli.replaying import replay
from mingjian.doors.cli.stores import Address, Bar, Data, opened, read, settings_of
from mingjian.doors.i18n import say

if TYPE_CHECKING:
    from mingjian.desk.people.model import Principal
    from mingjian.doors.desk.settings import DeskSettings
    from mingjian.records.evidence.examine import Examined
    from mingjian.records.evidence.model import Checkpoint
    from mingjian.records.storage.database import Tx

KeyFile = Annotated[
    Path | None, typer.Option("--key", metavar="FILE", help="应当是的公钥(PEM 或十六进制)。 The public key expected.")
]
Authority = Annotated[
    Path | None, typer.Option("--ca", metavar="FILE", help="时间戳机构的证书(PEM)。 The authority's certificate.")
]


def verify(
    against: Annotated[
        list[Path] | None,
        typer.Option("--against", metavar="FILE", help="另存的检查点副本,可多次给出。 Checkpoints kept elsewhere."),
    ] = None,
    key: KeyFile = None,
    ca: Authority = None,
    everything: Annotated[
        bool, typer.Option("--all", help="核对全部原文和媒体文件,不只抽查。 All contents and files, no sample.")
    ] = False,
    format: Format = "text",
    data: Data = None,
    database: Address = None,
    lang: Lang = None,
) -> None:
    """校验整条日志:任何改动、缺失、换序、截断或重写历史都会被指出。 Verify the whole journal.

    退出码 Exit codes: 0 完好 whole · 1 有问题 something is wrong · 2 读不了 unreadable
    """
    lang_of(lang)
    format_of(format)
    settings = settings_of(data, database)
    from mingjian.records.blobs import Blobs
    from mingjian.records.evidence.examine import SAMPLE, examine
    from mingjian.records.storage.events import head

    with opened(settings) as store:
        with store.read() as tx:
            total = head(tx).seq
        with Bar("校验中", total) as bar:
            found = examine(
                store,
                pinned=_public(key) if key else _own(settings),
                copies=_copies(settings, against or []),
                roots=[read(ca)] if ca else [],
                sample=None if everything else SAMPLE,
                blobs=Blobs(settings.blobs) if everything else None,
                progress=bar.at,
            )
    typer.echo(_as_json(found) if format == "json" else _as_text(found))
    raise typer.Exit(0 if found.whole else FINDINGS)


def _as_text(found: Examined) -> str:
    lines = [
        say(f"事件 {found.chain.events} 条,检查点 {found.checkpoints} 个,时间戳 {found.timestamps} 个,"
            f"核对原文 {found.contents} 份、文件 {found.files} 个")
    ]  # fmt: skip
    lines += [f"  · {say(note)}" for note in found.notes]
    lines += [f"  ✗ {say(str(problem))}" for problem in found.problems]
    if found.wrong > len(found.problems):
        lines.append(say(f"  ……共 {found.wrong} 处"))
    lines.append(say("完好:日志与它的链和签名一致") if found.whole else say(f"有 {found.wrong} 处问题"))
    return "\n".join(lines)


def _as_json(found: Examined) -> str:
    value = {
        "whole": found.whole, "events": found.chain.events, "hash": found.chain.hash.hex(),
        "checkpoints": found.checkpoints, "timestamps": found.timestamps, "contents": found.contents,
        "files": found.files, "wrong": found.wrong, "notes": [say(note) for note in found.notes],
        "problems": [{"seq": one.seq, "word": one.word, "message": say(str(one))} for one in found.problems],
    }  # fmt: skip
    return json.dumps(value, ensure_ascii=False, indent=2)


def _public(path: Path) -> bytes:
    from mingjian.records.evidence.standalone import public_key

    try:
        return public_key(read(path).decode("ascii"))
    except ValueError as error:
        raise Failure(f"{path} 不是 Ed25519 公钥") from error


def _own(settings: DeskSettings) -> bytes | None:
    from mingjian.records.evidence.keys import find_signer

    found = find_signer(settings.secrets)
    return found.public if found else None


def _copies(settings: DeskSettings, paths: list[Path]) -> list[Checkpoint]:
    from mingjian.records.evidence.checkpoints import read_copies

    own = [settings.checkpoints] if settings.checkpoints.is_file() else []
    for path in paths:
        read(path)
    return [one for path in [*own, *paths] for one in read_copies(path)]


def checkpoint(
    public: Annotated[bool, typer.Option("--public", help="只输出公钥。 Print the public key only.")] = False,
    new_key: Annotated[
        bool, typer.Option("--new-key", help="先换一把新密钥,由旧密钥作证。 Begin a new key, signed by the old.")
    ] = False,
    lost: Annotated[bool, typer.Option("--lost", help="旧密钥已遗失,与 --new-key 同用。 The old key is lost.")] = False,
    data: Data = None,
    database: Address = None,
    lang: Lang = None,
) -> None:
    """为日志现在的链尾签名。 Sign the journal's head as it is now."""
    lang_of(lang)
    settings = settings_of(data, database)
    from mingjian.records.evidence.checkpoints import checkpoint as sign
    from mingjian.records.evidence.checkpoints import copy_checkpoint, current_signer, rotate
    from mingjian.records.evidence.keys import pem

    if lost and not new_key:
        raise Failure("--lost 要与 --new-key 同用")
    with opened(settings) as store:
        signer = rotate(store, settings.secrets, lost=lost) if new_key else current_signer(store, settings.secrets)
        if public:
            typer.echo(pem(signer.public).decode().strip())
            return
        with store.write() as tx:
            made = sign(tx, signer)
        if made is None:
            typer.echo(say("上次检查点之后没有新事件"))
            return
        copy_checkpoint(settings.checkpoints, made)
    typer.echo(say(f"检查点 {made.number}:到第 {made.seq} 条事件,密钥 {made.key}"))
    typer.echo(say(f"副本在 {settings.checkpoints},请另存一份到别处"))


def timestamp(
    url: Annotated[str | None, typer.Option(help="RFC 3161 服务地址;默认用设置。 The authority.")] = None,
    ca: Authority = None,
    data: Data = None,
    database: Address = None,
    lang: Lang = None,
) -> None:
    """请第三方机构为最近的检查点加盖时间戳。 Have the last checkpoint stamped (RFC 3161)."""
    lang_of(lang)
    settings = settings_of(data, database)
    from mingjian.doors.desk.timestamping import fetch_from
    from mingjian.records.clock import moment
    from mingjian.records.evidence.timestamps import stamp

    address = url or settings.timestamp_url
    if address is None:
        raise Failure("没有设置时间戳服务", "用 --url 或 MINGJIAN_DESK_TIMESTAMP_URL 指明")
    with opened(settings) as store:
        made = stamp(store, address, fetch_from(address), roots=[read(ca)] if ca else [])
    if made is None:
        typer.echo(say("没有要盖的:还没有检查点,或最近的已盖过"))
    else:
        typer.echo(say(f"检查点 {made.checkpoint} 的时间戳:{moment(made.at):%Y-%m-%d %H:%M:%S}"))


def package(
    subject: Annotated[str, typer.Argument(metavar="ID", help="内容、案件、质量认证或榜单的编号。 Its id.")],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="FILE", help="写到哪里。 Where to write it.")],
    unmasked: Annotated[
        bool, typer.Option("--unmasked", help="不遮盖个人信息;要 --as。 Personal data uncovered; needs --as.")
    ] = False,
    with_media: Annotated[
        bool, typer.Option("--with-media", help="连同图片视频;要 --as。 Media files too; needs --as.")
    ] = False,
    login: Annotated[
        str | None, typer.Option("--as", metavar="LOGIN", help="以哪个账号导出,记入访问日志。 On whose account.")
    ] = None,
    data: Data = None,
    database: Address = None,
    lang: Lang = None,
) -> None:
    """导出证据包:第三方不用明鉴也能离线核对。 Export a package that others can verify offline."""
    lang_of(lang)
    settings = settings_of(data, database)
    from mingjian.desk.evidence.service import export
    from mingjian.governance.statements.service import statement
    from mingjian.records.blobs import Blobs
    from mingjian.records.evidence.checkpoints import copy_checkpoint, current_signer
    from mingjian.records.evidence.package import write_package
    from mingjian.records.storage.checkpoints import last_checkpoint

    if (unmasked or with_media) and login is None:
        raise Failure("不遮盖或带媒体的证据包要用 --as 指明账号", "如 --as admin;这次导出会记入访问日志")
    if out.exists():
        raise Failure(f"文件已存在:{out}", "换一个名字")
    with opened(settings) as store:
        signer = current_signer(store, settings.secrets)
        with store.write() as tx:
            who = _somebody(tx, login)
            before = last_checkpoint(tx)
            made = export(
                tx, who, subject, signer,
                tell=lambda decision, tongue: statement(tx, who, decision, tongue).text,
                unmasked=unmasked, blobs=Blobs(settings.blobs) if with_media else None,
            )  # fmt: skip
            after = last_checkpoint(tx)
    if after is not None and after != before:
        copy_checkpoint(settings.checkpoints, after)
    try:
        with out.open("xb") as file:
            write_package(made, signer, file)
    except OSError as error:
        out.unlink(missing_ok=True)
        raise Failure(f"证据包没有写成 {out}:{error.strerror or type(error).__name__}") from error
    typer.echo(say(f"证据包 {out}:{len(made.events)} 条事件,签名密钥 {signer.id}"))


def _somebody(tx: Tx, login: str | None) -> Principal:
    from mingjian.desk.people.model import house
    from mingjian.records.storage.people import user_by_login

    if login is None:
        return house("cli")
    user = user_by_login(tx, login)
    if user is None or user.state != "active":
        raise Failure(f"没有这个账号:{login}")
    return user.principal()


def check_package(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="证据包。 The package.")],
    key: KeyFile = None,
    ca: Authority = None,
    lang: Lang = None,
) -> None:
    """核对证据包,与包内 verify.py 相同。 Check a package, just as its own verify.py does.

    退出码 Exit codes: 0 完好 whole · 1 有不符 something is wrong · 2 不是证据包 no package
    """
    tongue = lang_of(lang)
    from mingjian.records.evidence.standalone import NoPackage, check, lines

    try:
        report = check(file, key=_public(key) if key else None, ca=ca)
    except NoPackage as error:
        raise Failure(error.said.en if tongue == "en" else error.said.zh) from error
    typer.echo("\n".join(lines(report, tongue)))
    raise typer.Exit(FINDINGS if report.problems else 0)


ACTIONS: dict[str, Any] = {
    "verify": verify,
    "package": package,
    "check-package": check_package,
    "checkpoint": checkpoint,
    "timestamp": timestamp,
    "replay": replay,
}
