"""``mingjian live stage``: rooms made up for a rehearsal, with their truth beside them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mingjian.doors.cli.common import Lang, choose, lang_of
from mingjian.doors.cli.failures import Failure
from mingjian.doors.cli.stores import Bar
from mingjian.doors.i18n import say

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="写到哪个文件夹,应为空。 An empty folder to write to.")]
PARTS = ("tune", "test", "held")
YESNO = ("yes", "no")


def run(
    folder: Folder,
    rooms: Annotated[int, typer.Option("--rooms", metavar="N", help="多少个直播间。 How many rooms.")] = 2,
    minutes: Annotated[
        float, typer.Option("--minutes", metavar="M", help="每间多少分钟,至少 5。 Minutes of each.")
    ] = 5.0,
    seed: Annotated[
        int, typer.Option("--seed", metavar="S", help="同一个数得同样的直播间。 Same seed, same rooms.")
    ] = 1,
    violating: Annotated[
        int | None,
        typer.Option("--violating", metavar="N", help="其中多少间有违规;默认一半。 How many of them violate."),
    ] = None,
    comments: Annotated[
        float, typer.Option("--comments", metavar="R", help="每秒多少条评论。 Comments a second.")
    ] = 1.0,
    part: Annotated[
        str, typer.Option("--part", metavar="tune|test|held", help="用哪一部分句子。 Which part of the phrases.")
    ] = "test",
    video: Annotated[
        str, typer.Option("--video", metavar="yes|no", help="是否画视频(每分钟约 3 秒)。 Draw videos too.")
    ] = "yes",
    lang: Lang = None,
) -> None:
    """搭几间演练用的直播间:视频、评论、字幕,连同真相(哪些片刻违规)。

    Staged live rooms to rehearse with: video, comments and transcript, and the truth of what was planted.

    [bold]例 Examples[/bold]

      mingjian live stage 演练 --rooms 2 --minutes 5

      mingjian live stage 演练 --rooms 8 --minutes 10 --violating 4 --comments 20 --seed 7

      mingjian live watch 演练/*/video.mp4
    """
    from mingjian.doors.demo.stage.rehearsal import Rehearsal, rehearse
    from mingjian.perception.lettering import NoFont, font

    lang_of(lang)
    chosen = choose("--part", part, PARTS)
    asked = Rehearsal(rooms, minutes, seed, chosen, violating, comments)  # type: ignore[arg-type]
    drawn = choose("--video", video, YESNO) == "yes"
    if problems := asked.problems():
        raise Failure(";".join(problems))
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Failure(f"{folder}: 不是空文件夹", "换一个文件夹,免得盖掉里面的东西")
    try:
        if drawn:
            font(40)
        with Bar("搭直播间中", int(rooms * minutes * 60)) as bar:
            made = rehearse(asked, folder, drawn, lambda seconds: bar.at(int(seconds)))
    except ImportError as error:
        raise Failure(f"画视频要用 {error.name}", 'pip install "mingjian[media]",或用 --video no') from error
    except NoFont as error:
        raise Failure(str(error), "或用 --video no") from error
    except OSError as error:
        raise Failure(f"写不了 {folder}:{error.strerror or error}") from error
    for room in made:
        kinds = "、".join(one.kind for one in room.planted) or say("诚实")
        typer.echo(f"{folder / room.id}  {room.title}  {kinds}")
    if drawn:
        first = folder / made[0].id
        typer.echo(say("演练:") + f"mingjian live watch {first / 'video.mp4'} --comments {first / 'comments.jsonl'} "
                   f"--transcript {first / 'transcript.jsonl'}")  # fmt: skip
