"""``mingjian``: the list of commands, and the one place where anything that goes wrong becomes a message."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from mingjian.doors import i18n
from mingjian.doors.cli.failures import (
    BROKEN_PIPE,
    INTERRUPTED,
    UNUSABLE,
    Failure,
    ReaderGone,
    tell,
    usage_message,
)

# name → (module, one line of help). A module is imported only when its command is used or explained.
COMMANDS = {
    "check": ("check", "检查文件、文件夹或标准输入。 Check files, folders or standard input."),
    "rewrite": ("rewrite", "按规则给出的改法改写文本。 Mend a text with the safest replacements."),
    "redact": ("redact", "遮挡图片、视频和 PDF 里的患者。 Take patients out of pictures, clips and PDF files."),
    "explain": ("explain", "解释一条规则或法条。 Explain a rule or an article of law."),
    "rules": ("rules", "列出规则。 List the rules."),
    "law": ("law", "列出法律文件或其条款。 List instruments of law or their provisions."),
    "lexicon": ("lexicon", "列出词库或其词条。 List lexicons or their terms."),
    "numbers": ("numbers", "离线核验证照编号。 Verify numbers of licences and approvals offline."),
    "scope": ("scope", "范围问答:能否实施、能否宣传。 May they perform it, may they advertise it?"),
    "eval": ("evaluation", "用标注样本衡量准确率。 Measure accuracy on labelled cases."),
    "schema": ("schema", "输出 JSON Schema。 Print the JSON Schemas."),
    "evidence": ("evidence", "存证:校验日志、导出和核对证据包。 Evidence: verify the journal, export packages."),
    "figures": ("figures", "治理数字,从日志核对。 Governance figures, checked against the journal."),
    "seed": ("seed", "造一年的模拟数据。 A simulated year of data."),
    "simulate": ("simulate", "造一份模拟的内容档案,连同真相。 A simulated archive, with its truth."),
    "reuse": ("reuse", "复用:查找相同的图片和文字。 Reuse: find the same pictures and texts."),
    "accreditation": ("accreditation", "质量认证:核验证书、列出、导出。 Accreditation: verify, list, export."),
    "ranking": ("ranking", "医师榜单:参评、数据、计算、核对。 Doctor rankings: enter, values, compute, verify."),
    "certification": ("certification", "专业认证:测算、批次、公告;处罚公示。 Certification, batches, announcements."),
    "campaign": ("campaign", "专项治理:数字、公告、抽样与违规率。 Campaigns: figures, announcements, prevalence."),
    "registry": ("registry", "登记:导入、导出、查询对象与资质。 The registry: import, export, look up."),
    "score": ("score", "评分:查看、计算、测算、报告。 Scores: show, count, compare, report."),
    "patrol": ("patrol", "巡查:列出、现在巡查、进行到哪里。 Patrols: list, run now, status."),
    "lookup": ("lookup", "官方核验:提出、列出、登记结果。 Official look-ups: ask, list, answer."),
    "sweep": ("sweep", "回查:按策略重判档案,分阶段处置。 Look-back sweeps over an archive."),
    "rings": ("rings", "团伙:在档案或审核台里找,列出,查看。 Rings: find, list, show."),
    "engagement": ("engagement", "异常互动:同步操作、突增、套话、刷单。 Bought engagement."),
    "live": ("live", "直播:边播边看、提醒、留证、演练。 Live rooms as they run."),
    "store": ("store", "数据:升级、备份、恢复。 The store: migrate, back up, restore."),
    "serve": ("serve", "启动审核台:网页与接口。 Run the review desk: console and API."),
    "mcp": ("mcp", "供写作智能体调用的 MCP 服务。 MCP tools for writing agents."),
    "version": ("version", "输出版本。 Print the versions."),
}


class Commands(TyperGroup):
    """The commands, each imported when it is needed."""

    def list_commands(self, ctx: Any) -> list[str]:
        """All names, in the order of use."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of a name, or None."""
        if cmd_name not in COMMANDS:
            return None
        if cmd_name not in self.commands:
            module, _ = COMMANDS[cmd_name]
            self.commands[cmd_name] = command(module, cmd_name)
        return self.commands[cmd_name]

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """As the library does, but an unknown name is answered in our words."""
        if args and not args[0].startswith("-") and args[0] not in COMMANDS:
            raise Failure.unknown("命令", args[0], COMMANDS)
        return super().resolve_command(ctx, args)


class Actions(TyperGroup):
    """The commands below one command."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        """As the library does, but an unknown name is answered in our words."""
        if args and not args[0].startswith("-") and args[0] not in self.commands:
            known = [f"{ctx.info_name} {name}" for name in self.commands]
            raise Failure.unknown("命令", f"{ctx.info_name} {args[0]}", known)
        return super().resolve_command(ctx, args)


def command(module: str, name: str) -> Any:
    """One command made from the function ``run`` of its module, or from all of its ``ACTIONS`` (name → function)."""
    found = import_module(f"mingjian.doors.cli.{module}")
    settings: dict[str, Any] = {"help_option_names": ["-h", "--help"]}
    made = typer.Typer(add_completion=False, pretty_exceptions_enable=False, rich_markup_mode="rich")
    if not hasattr(found, "ACTIONS"):
        function = found.run
        made.command(name, help=function.__doc__, short_help=COMMANDS[name][1], context_settings=settings)(function)
        return typer.main.get_command(made)
    made.callback(cls=Actions, help=found.__doc__, short_help=COMMANDS[name][1], context_settings=settings,
                  invoke_without_command=True)(_help_alone)  # fmt: skip
    for word, function in found.ACTIONS.items():
        made.command(word, help=function.__doc__, context_settings=settings)(function)
    group = typer.main.get_command(made)
    group.name = name
    return group


def _help_alone(ctx: typer.Context) -> None:
    if ctx.invoked_subcommand is None:
        typer.echo(ctx.get_help())
        raise typer.Exit


app = typer.Typer(
    name="mingjian",
    cls=Commands,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(wanted: bool) -> None:
    if wanted:
        from mingjian import __version__

        typer.echo(f"mingjian {__version__}")
        raise typer.Exit


@app.callback(invoke_without_command=True)
def _root(
    ctx: typer.Context,
    version: Annotated[
        bool,
        typer.Option("--version", "-V", callback=_show_version, is_eager=True, help="输出版本号。 Print the version."),
    ] = False,
) -> None:
    """明鉴:医疗与医美内容合规检查,逐处引法条。

    Mingjian: a linter for Chinese medical and medical-aesthetic content that cites the law.

    [bold]例 Examples[/bold]

      mingjian check 文案.docx 笔记/

      echo "术后永不反弹" | mingjian check -

      mingjian explain 广告法16.1.1

    退出码 Exit codes: 0 未见问题 clean · 1 有发现 findings · 2 用法有误或读不了 usage or unreadable
    """
    if ctx.invoked_subcommand is None:
        typer.echo(ctx.get_help())
        raise typer.Exit


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command line and return its exit code. Never raises, never prints a traceback."""
    from mingjian.core.rulebook.errors import RulebookError
    from mingjian.doors.settings import SettingsError

    i18n.use(i18n.wanted(sys.argv[1:] if arguments is None else arguments, os.environ))
    try:
        code = app(args=arguments, prog_name="mingjian", standalone_mode=False)
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except Failure as failure:
        tell(failure.message, failure.hint)
        return failure.code
    except SettingsError as error:
        for problem in error.problems:
            tell(problem)
        return UNUSABLE
    except RulebookError as error:
        tell(
            f"规则库有 {len(error.problems)} 处错误,无法使用",
            "重新安装 mingjian;自己改过规则的,先改好下列各处",
        )
        for broken in error.problems[:10]:
            sys.stderr.write(f"  {broken}\n")
        return UNUSABLE
    except (KeyboardInterrupt, typer.Abort):
        sys.stderr.write(i18n.say("\n已中断。\n"))
        return INTERRUPTED
    except (ReaderGone, BrokenPipeError):  # nothing is wrong
        _close_stdout()
        return BROKEN_PIPE
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else UNUSABLE
    except MemoryError:
        tell("内存不足", "把输入拆成几份再检查")
        return UNUSABLE
    except Exception as error:
        message = usage_message(error)
        if message is None:
            if os.environ.get("MINGJIAN_DEBUG"):
                raise
            what = f"{type(error).__name__}: {str(error)[:300]}"
            tell(f"程序内部出错:{what}", "这是明鉴的缺陷;设 MINGJIAN_DEBUG=1 重跑可得到详情,请连同输入一起报告")
        else:
            tell(*message)
        return UNUSABLE


def _close_stdout() -> None:
    # Python flushes stdout once more on its way out; give it a place to flush to.
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError):
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115
