"""模拟数据:按新氧公布的规模造一年的治理工作。

Simulated data: a year of governance at the size that 新氧 reports.

[bold]例 Examples[/bold]

  mingjian seed year --data 一年 --scale 0.01

  mingjian figures --data 一年 --from 2025-01-01 --to 2025-12-31 --reconcile
"""

from __future__ import annotations

from typing import Annotated

import typer

from mingjian.doors.cli.common import Lang, lang_of
from mingjian.doors.cli.failures import Failure
from mingjian.doors.cli.stores import Address, Bar, Data, settings_of, told
from mingjian.doors.i18n import say


def year(
    scale: Annotated[
        float, typer.Option("--scale", metavar="N", help="规模:1 为公布的全部规模。 1 is the reported size.")
    ] = 0.01,
    of: Annotated[int, typer.Option("--year", metavar="YEAR", help="哪一年。 Which year.")] = 2025,
    data: Data = None,
    database: Address = None,
    lang: Lang = None,
) -> None:
    """模拟一年:10,902 家机构被封停、34,905 名医师、1,141,157 件商品(乘以规模);中断后重新运行即接着做。

    A simulated year: institutions, physicians and products, judged and dealt with through the desk's own services.
    Interrupted, it goes on when run again.
    """
    from mingjian.doors.demo.seed import play_year
    from mingjian.doors.demo.year import WEEKS
    from mingjian.doors.desk.opening import open_desk
    from mingjian.records.clock import SystemClock, day
    from mingjian.records.storage.migrate import migrate

    lang_of(lang)
    last = day(SystemClock().now()).year - 1
    if not 0 < scale <= 10:
        raise Failure(f"--scale 应大于 0、不超过 10:{scale}")
    if not 2022 <= of <= last:
        raise Failure(f"--year 应为 2022 至 {last}:{of}", "规则书里的法律多自 2022 年起施行")
    settings = settings_of(data, database)
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    with told():
        desk = open_desk(settings)
        try:
            migrate(desk.database)
            with Bar("模拟中", WEEKS) as bar:
                play_year(desk, scale, of, lambda week, _what: bar.at(week))
        finally:
            desk.close()
    typer.echo(say(f"已造好 {of} 年的数据。核对:mingjian figures --from {of}-01-01 --to {of}-12-31 --reconcile"))


ACTIONS = {"year": year}
