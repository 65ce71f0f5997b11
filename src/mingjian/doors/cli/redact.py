"""``mingjian redact``: the patient taken out of pictures, clips and PDF files; or a check that nobody is left in."""

from __future__ import annotations

import json
import re
import signal
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from mingjian.doors.cli.common import Format, Lang, choose, format_of, lang_of
from mingjian.doors.cli.failures import CLEAN, FINDINGS, UNUSABLE, Failure, tell, warn
from mingjian.doors.cli.output import Output
from mingjian.doors.cli.progress import Progress
from mingjian.doors.i18n import say
from mingjian.perception.model import PerceptionError

if TYPE_CHECKING:
    from mingjian.perception.redact.model import KeepBox, Outcome, RedactOptions
    from mingjian.perception.redact.paths import Job

_STYLES = ("pixelate", "blur", "box")
_BOX = re.compile(r"(\d+),(\d+),(\d+),(\d+)(?:@(\d+(?:\.\d+)?))?")


def run(
    inputs: Annotated[list[Path], typer.Argument(metavar="IN…", help="图片、视频、PDF 或文件夹。 Files or folders.")],
    out: Annotated[
        Path | None, typer.Option("--out", metavar="DIR", help="结果写到这个文件夹。 Folder for the results.")
    ] = None,
    style: Annotated[
        str, typer.Option(metavar="pixelate|blur|box", help="怎样遮住人脸;文字总是盖住。 How faces are hidden.")
    ] = "pixelate",
    keep: Annotated[
        list[Path] | None,
        typer.Option("--except", metavar="FACE.png", help="照片上的人已同意,不遮(要 --face-model)。 Keep them."),
    ] = None,
    keep_box: Annotated[
        list[str] | None,
        typer.Option("--except-box", metavar="X,Y,W,H[@T]", help="此处的脸不遮;@T 为视频的秒。 Keep the face there."),
    ] = None,
    face_model: Annotated[
        Path | None,
        typer.Option(envvar="MINGJIAN_FACE_MODEL", metavar="FILE", help="认人的模型(SFace ONNX)。 Model for --except."),
    ] = None,
    check: Annotated[bool, typer.Option("--check", help="只检查还露着什么,不写文件。 Only check.")] = False,
    text: Annotated[bool, typer.Option("--text/--no-text", help="是否也找文字里的隐私。 Private words too.")] = True,
    sound: Annotated[bool, typer.Option("--sound/--no-sound", help="视频是否保留声音。 Keep the sound.")] = True,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="覆盖以前的结果,不覆盖输入。 Replace.")] = False,
    form: Format = "text",
    lang: Lang = None,
) -> None:
    """把患者从图片、视频和 PDF 里遮掉:人脸、姓名、病案号、身份证号、电话、出生日期、住址;去掉 EXIF、定位等附带信息。

    Mask faces and private words in pictures, clips and PDF files, and leave their metadata behind. A report of what
    was masked, and what it was unsure of, is written beside the results (report.html, report.json).

    [bold]例 Examples[/bold]

      mingjian redact 术前.jpg 回访.mp4 --out 可公开/

      mingjian redact 照片/ --out 可公开/ --style box --except-box 320,80,200,240

      mingjian redact --check 可公开/

    自动遮挡会有遗漏,公开之前请人再看一遍。 A detector can miss a face: let a person look before you publish.

    退出码 Exit codes: 0 完成,或检查未见露出 done, nothing visible · 1 检查:还露着 still visible · 2 处理不了 unusable
    """
    language, form = lang_of(lang), format_of(form)
    choose("--style", style, _STYLES)
    if check and out is not None:
        raise Failure("--check 只看不写,不能与 --out 同用")
    if not check and out is None:
        raise Failure("缺少参数:--out", "给出结果的文件夹,或用 --check 只检查")
    if out is not None and out.exists() and not out.is_dir():
        raise Failure(f"--out 不是文件夹:{out}")
    try:
        options = _options(style, keep or [], keep_box or [], face_model, text, sound)
        from mingjian.perception.redact.paths import jobs

        todo, notes = jobs(inputs, out)
        for note in notes:
            warn(note)
        if not todo:
            raise Failure("没有可以处理的文件", "给出图片、视频或 PDF")
        done = _work(todo, out, options, overwrite)
        if out is not None:
            from mingjian.perception.redact.report import write

            _, page = write(done, out, style, language)
            sys.stderr.write(f"{'报告' if language == 'zh' else 'Report'}:{page}\n")
    except PerceptionError as error:
        raise Failure(error.message, error.hint) from None
    _show(done, style, form, language, check)
    if any(outcome.error for outcome in done):
        raise typer.Exit(UNUSABLE)
    raise typer.Exit(FINDINGS if check and any(_exposed(outcome) for outcome in done) else CLEAN)


def _options(
    style: str, keep: list[Path], boxes: list[str], model: Path | None, text: bool, sound: bool
) -> RedactOptions:
    from mingjian.perception.redact.model import RedactOptions

    keeps = None
    if keep:
        if model is None:
            raise Failure(
                "--except 要有认人的模型,没有给出",
                "用 --face-model(或 MINGJIAN_FACE_MODEL)指定 SFace 的 ONNX 文件,或改用 --except-box",
            )
        from mingjian.perception.faces.identity import Identity
        from mingjian.perception.picture import open_picture

        keeps = Identity(model, [open_picture(path).rgb for path in keep], [str(path) for path in keep])
    return RedactOptions(style, tuple(_box(each) for each in boxes), keeps, text, sound)


def _box(text: str) -> KeepBox:
    from mingjian.perception.redact.model import KeepBox

    match = _BOX.fullmatch(text.replace(" ", ""))
    if match is None:
        raise Failure(f"--except-box: {text!r} 不是位置", "写作 左,上,宽,高(像素),视频可加 @秒,如 320,80,200,240@12")
    left, top, width, height = (float(each) for each in match.groups()[:4])
    return KeepBox((left, top, width, height), float(match[5]) if match[5] else None)


def _work(todo: list[Job], out: Path | None, options: RedactOptions, overwrite: bool) -> list[Outcome]:
    from mingjian.perception.redact.service import by, check, redact, work
    from mingjian.perception.worker import Worker

    done: list[Outcome] = []
    # Told to end, as by Ctrl-C: what is half done goes first.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    with closing(Worker(work, options.limits)) as worker, Progress(lambda: len(todo)) as progress:
        run = by(worker)
        for outcome in check(todo, options, run) if out is None else redact(todo, out, options, overwrite, run):
            progress.saw(outcome.source)
            done.append(outcome)
    return done


def _exposed(outcome: Outcome) -> bool:
    from mingjian.perception.redact.service import exposed

    return bool(exposed(outcome))


def _show(done: list[Outcome], style: str, form: str, lang: str, check: bool) -> None:
    for outcome in done:
        if outcome.error:
            tell(f"{outcome.source}: {outcome.error}", outcome.hint)
    with Output(None, machine=form == "json") as output:
        if form == "json":
            from mingjian.perception.redact.report import as_json

            output.write(json.dumps(as_json(done, style, visible=check), ensure_ascii=False, indent=2) + "\n")
            return
        for outcome in done:
            if not outcome.error:
                output.write(_line(outcome, lang, check))


def _line(outcome: Outcome, lang: str, check: bool) -> str:
    from mingjian.perception.redact.preview import kind_label

    counts: dict[str, int] = {}
    unsure = 0
    for each in outcome.hidden:
        label = kind_label(each.kind, lang)
        counts[label] = counts.get(label, 0) + 1
        unsure += not each.sure
    chinese = lang == "zh"
    what = ("、" if chinese else ", ").join(f"{label} {count}" for label, count in counts.items())
    if check:
        verb = ("还露着:" if chinese else "still visible: ") if what else ("未见露出" if chinese else "nothing visible")
    else:
        verb = ("已遮挡:" if chinese else "masked: ") if what else ("没有要遮挡的" if chinese else "nothing to mask")
    doubt = ("(其中 {} 处把握不大)" if chinese else " ({} of them unsure)").format(unsure) if unsure else ""
    arrow = f" → {outcome.output}" if outcome.output else ""
    kept = (f";按要求保留 {outcome.kept} 张脸" if chinese else f"; {outcome.kept} kept") if outcome.kept else ""
    notes = "".join(f"\n  {say(note)}" for note in outcome.notes)
    return f"{outcome.source}{arrow}  {verb}{what}{doubt}{kept}{notes}\n"
