"""``mingjian simulate``: an archive made up, with its truth beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from mingjian.doors.cli.common import Lang, choose, lang_of
from mingjian.doors.cli.failures import Failure
from mingjian.doors.cli.stores import Bar
from mingjian.doors.i18n import say

Folder = Annotated[Path, typer.Argument(metavar="DIR", help="写到哪个文件夹,应为空。 An empty folder to write to.")]
YESNO = ("yes", "no")


def run(
    folder: Folder,
    items: Annotated[int, typer.Option("--items", metavar="N", help="多少条内容。 How many items.")] = 10_000,
    agencies: Annotated[
        int, typer.Option("--agencies", metavar="K", help="多少家代运营。 How many agencies run rings.")
    ] = 5,
    skill: Annotated[
        float,
        typer.Option("--skill", metavar="S", help="代运营的本事,0 至 1。 How well agencies hide what they reuse."),
    ] = 0.5,
    pictures: Annotated[
        str, typer.Option("--pictures", metavar="yes|no", help="是否画图片(每张约 30 毫秒)。 Draw pictures too.")
    ] = "no",
    engagement: Annotated[
        str, typer.Option("--engagement", metavar="yes|no", help="是否有互动。 Likes, comments, orders.")
    ] = "yes",
    campaigns: Annotated[
        int | None,
        typer.Option("--campaigns", metavar="N", help="多少次刷量;默认每家代运营两次。 How many bought campaigns."),
    ] = None,
    bought: Annotated[
        float | None,
        typer.Option("--bought", metavar="S", help="刷量的本事;默认同 --skill。 How well bought engagement hides."),
    ] = None,
    days: Annotated[int, typer.Option("--days", metavar="N", help="跨多少天。 How many days.")] = 180,
    seed: Annotated[int, typer.Option("--seed", metavar="N", help="同一个数得同样的档案。 Same seed, same bytes.")] = 1,
    workers: Annotated[int, typer.Option("--workers", metavar="N", help="用几个进程。 How many processes.")] = 1,
    lang: Lang = None,
) -> None:
    """造一份模拟的内容档案,连同真相:谁复用、哪些互动是买的。

    A simulated archive: honest users, clinics and look-alikes, agencies that reuse, engagement that was bought,
    and the truth of it all under truth/.

    [bold]例 Examples[/bold]

      mingjian simulate 档案 --items 10000 --agencies 5

      mingjian simulate 档案 --items 2000 --agencies 3 --skill 0.8 --pictures yes

      mingjian simulate 档案 --items 1000000 --agencies 200 --engagement no --workers 2
    """
    from mingjian.doors import cache
    from mingjian.doors.demo.simulate.params import Params
    from mingjian.doors.demo.simulate.planted import breaches
    from mingjian.doors.demo.simulate.world import simulate
    from mingjian.intake.errors import UnreadableError

    lang_of(lang)
    params = Params(
        items=items, agencies=agencies, skill=skill, pictures=choose("--pictures", pictures, YESNO) == "yes",
        engagement=choose("--engagement", engagement, YESNO) == "yes", seed=seed, days=days, campaigns=campaigns,
        bought=bought,
    )  # fmt: skip
    if problems := params.problems():
        raise Failure(";".join(problems))
    if not 1 <= workers <= 64:
        raise Failure(f"--workers 应为 1 至 64:{workers}")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Failure(f"{folder}: 不是空文件夹", "换一个文件夹,免得盖掉里面的东西")
    try:
        with Bar("造档案中", items) as bar:
            counts = simulate(folder, params, breaches(cache.engine().compiled.rules), bar.at, workers)
    except UnreadableError as error:
        raise Failure(error.message, error.hint) from error
    except OSError as error:
        raise Failure(f"写不了 {folder}:{error.strerror or error}") from error
    acts = counts.get("engagement", 0)
    typer.echo(say(f"已写到 {folder}:内容 {counts['items']},账号 {counts['accounts']},互动 {acts}"))
    typer.echo(say(f"真相在 {folder / 'truth'}:团伙 {counts['truth/rings']},刷量 {counts['truth/campaigns']}"))
