"""质量认证:核验证书、查看标准、列出申请与证书、导出证书。

Accreditation: verify certificates, read the standard, list applications and certificates, export a certificate.

[bold]例 Examples[/bold]

  mingjian accreditation verify MJ-ZLRZ-2026-00001

  mingjian accreditation verify https://…/verify/WzEs… --key 公钥.pem

  mingjian accreditation certificate MJ-ZLRZ-2026-00001 --out 证书.pdf
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from mingjian.doors.cli.common import Format, Lang, format_of, lang_of
from mingjian.doors.cli.failures import FINDINGS, Failure
from mingjian.doors.cli.stores import Address, Data, opened, read, settings_of, told
from mingjian.doors.i18n import say

if TYPE_CHECKING:
    from mingjian.governance.accreditation.certifying import Said
    from mingjian.governance.accreditation.looking import Proven
    from mingjian.records.accreditation.model import Certificate

Keys = Annotated[
    list[Path] | None,
    typer.Option("--key", metavar="FILE", help="发证机构的公钥(PEM 或十六进制),可多次;给出即离线核验。 Offline."),
]
_WORDS = {
    "valid": "有效", "suspended": "暂停", "withdrawn": "撤销", "annulled": "作废", "replaced": "已换发",
    "expired": "过期", "not_yet": "未生效", "forged": "不是这把密钥签发的,或者被改动", "foreign": "签名密钥不认识",
    "unknown": "没有这个编号", "genuine": "签名正确,在有效期内(暂停、撤销须联网或查登记)",
}  # fmt: skip


def verify(
    code: Annotated[
        str, typer.Argument(metavar="CODE", help="二维码里的地址或核验码、编号,或装有它的文件。 Or a file.")
    ],
    key: Keys = None,
    as_of: Annotated[str | None, typer.Option("--as-of", metavar="DATE", help="按哪一天。 As of a day.")] = None,
    format: Format = "text",
    data: Data = None,
    database: Address = None,
    lang: Lang = None,
) -> None:
    """核验证书。给出 --key 时只看签名和日期,不需要数据库;否则查本机的登记。 Verify a certificate.

    退出码 Exit codes: 0 有效 valid · 1 无效 not valid · 2 不是核验码 no code
    """
    lang_of(lang)
    format_of(format)
    given = _given(code)
    if key:
        verdict, said = _offline(given, key, _day(as_of))
        _tell(verdict, said, None, format)
        raise typer.Exit(0 if verdict == "genuine" else FINDINGS)
    from mingjian.governance.accreditation.looking import prove

    with opened(settings_of(data, database)) as store, told(), store.read() as tx:
        proven: Proven = prove(tx, given)
    _tell(proven.verdict, proven.said, proven.certificate, format)
    raise typer.Exit(0 if proven.verdict == "valid" else FINDINGS)


def _given(code: str) -> str:
    """The argument, or what is in the file it names."""
    try:
        named = Path(code).is_file()
    except (OSError, ValueError):  # too long to be a name, or no name at all
        named = False
    return read(Path(code))[:10_000].decode("utf-8", "replace") if named else code


def _day(given: str | None) -> date:
    if given is None:
        from mingjian.records.clock import SystemClock, day

        return day(SystemClock().now())
    try:
        return date.fromisoformat(given)
    except ValueError as error:
        raise Failure(f"不是日期:{given}", "写作 2026-03-02") from error


def _offline(given: str, keys: list[Path], today: date) -> tuple[str, Said]:
    from mingjian.governance.accreditation import certifying
    from mingjian.records.evidence.standalone import public_key

    code = certifying.find_code(given)
    if code is None:
        raise Failure("这里没有核验码", "扫证书上的二维码,把整个地址给出;编号要联网或在发证机构查")
    publics = []
    for path in keys:
        try:
            publics.append(public_key(read(path).decode("ascii")))
        except (ValueError, UnicodeDecodeError) as error:
            raise Failure(f"{path} 不是 Ed25519 公钥") from error
    with told():
        checked = certifying.check(code, publics)
    if not checked.signed:
        return ("foreign" if checked.unknown_key else "forged"), checked.said
    if today < checked.said.valid_from:
        return "not_yet", checked.said
    return ("genuine" if today <= checked.said.valid_to else "expired"), checked.said


def _tell(verdict: str, said: Said | None, certificate: Certificate | None, format: str) -> None:
    shown: Any = certificate or said
    if format == "json":
        value = {"verdict": verdict, "signed": said is not None and verdict not in ("forged", "foreign")}
        if shown is not None:
            value |= {"number": shown.number, "holder": shown.holder, "scope": list(shown.scope),
                      "valid_from": shown.valid_from.isoformat(), "valid_to": shown.valid_to.isoformat()}  # fmt: skip
        typer.echo(json.dumps(value, ensure_ascii=False, indent=2))
        return
    lines = [say(_WORDS[verdict])]
    if shown is not None:
        lines.append(f"  {shown.number} · {shown.holder} · {'、'.join(shown.scope)}")
        lines.append(f"  {shown.valid_from} – {shown.valid_to}")
    if certificate is not None and certificate.reason and verdict in ("suspended", "withdrawn"):
        lines.append(f"  {certificate.reason}")
    typer.echo("\n".join(lines))


def certificates(
    standing: Annotated[str | None, typer.Option("--standing", help="只列这种状态。 Of one standing.")] = None,
    format: Format = "text",
    data: Data = None,
    database: Address = None,
    lang: Lang = None,
) -> None:
    """列出证书。 List the certificates."""
    lang_of(lang)
    format_of(format)
    from mingjian.records.clock import day
    from mingjian.records.storage import accreditation_certificates as store

    rows = []
    with opened(settings_of(data, database)) as database_, database_.read() as tx:
        today, before = day(tx.now), None
        while found := store.certificate_page(tx, today, standing=standing, before=before, limit=500):
            rows += [(one.number, one.standing(today), one.holder, one.valid_from, one.valid_to) for one in found]
            before = found[-1].seq
    if format == "json":
        names = ("number", "standing", "holder", "valid_from", "valid_to")
        typer.echo(
            json.dumps([dict(zip(names, map(str, row), strict=True)) for row in rows], ensure_ascii=False, indent=2)
        )
        return
    for number, state, holder, first, last in rows:
        typer.echo(f"{number}  {say(_WORDS[state])}  {first} – {last}  {holder}")
    if not rows:
        typer.echo(say("没有证书"))


def certificate(
    number: Annotated[str, typer.Argument(metavar="NUMBER", help="证书编号。 A certificate's number.")],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="FILE", help="写到哪里。 Where to write it.")],
    base: Annotated[
        str | None, typer.Option("--base-url", metavar="URL", help="核验页的地址;默认用设置。 Of the verify page.")
    ] = None,
    data: Data = None,
    database: Address = None,
    lang: Lang = None,
) -> None:
    """把证书导出为 PDF,带签名的二维码。 Export a certificate as PDF with its signed QR code."""
    tongue = lang_of(lang)
    settings = settings_of(data, database)
    address = base or settings.base_url
    if address is None:
        raise Failure("不知道核验页的地址", "用 --base-url 或 MINGJIAN_DESK_BASE_URL 指明,它会写进二维码")
    if out.exists():
        raise Failure(f"文件已存在:{out}", "换一个名字")
    from mingjian.doors.pdf.certificate import certificate_pdf
    from mingjian.governance.accreditation.load import standard_kept
    from mingjian.records.clock import day
    from mingjian.records.storage import registry
    from mingjian.records.storage.accreditation_certificates import certificate_by_number
    from mingjian.records.storage.accreditations import accreditations_by_id

    with opened(settings) as store, told(), store.read() as tx:
        found = certificate_by_number(tx, number.strip().upper())
        if found is None:
            raise Failure(f"没有证书 {number}")
        application = accreditations_by_id(tx, [found.accreditation])[found.accreditation]
        entity = registry.entities_by_id(tx, [found.institution]).get(found.institution)
        standard = standard_kept(tx, application.text)
        made = certificate_pdf(found, standard, entity.key if entity else "", address, tongue, day(tx.now))
    try:
        out.write_bytes(made)
    except OSError as error:
        raise Failure(f"没有写成 {out}:{error.strerror or type(error).__name__}") from error
    typer.echo(say(f"证书 {found.number} 已写到 {out}"))


def standard(
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="标准名。 A standard's name.")] = None,
    lang: Lang = None,
) -> None:
    """列出标准的条款和出处。 Print a standard with its clauses."""
    lang_of(lang)
    from mingjian.governance.accreditation.load import standards

    known = standards()
    found = known.get(name or next(iter(known)))
    if found is None:
        raise Failure.unknown("标准", name or "", known)
    typer.echo(f"{found.title} ({found.id}) · {found.mark}\n{found.notice}")
    for chapter in found.chapters:
        typer.echo(f"\n{chapter.code} {chapter.title}")
        for clause in chapter.clauses:
            told_of = [*clause.law, *(found.sources[one].name for one in clause.source)]
            mark = " *" if clause.critical else ""
            typer.echo(f"  {clause.code}{mark} {clause.title}:{clause.text} [{';'.join(told_of)}]")


ACTIONS: dict[str, Any] = {
    "verify": verify,
    "certificates": certificates,
    "certificate": certificate,
    "standard": standard,
}
