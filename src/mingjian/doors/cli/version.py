"""``mingjian version``."""

from __future__ import annotations

import platform
from typing import Any

from mingjian import __version__
from mingjian.doors import cache
from mingjian.doors.cli.common import Format, format_of
from mingjian.doors.cli.output import put, put_json


def run(format: Format = "text") -> None:
    """输出程序、规则库和 Python 的版本,规则、条款、词条的数目。

    Print the versions of program, rulebook and Python, and how many rules, provisions and terms there are.

    [bold]例 Example[/bold]

      mingjian version --format json
    """
    as_json = format_of(format) == "json"
    compiled, sources = cache.compiled(), cache.sources()
    values: dict[str, Any] = {
        "mingjian": __version__,
        "rulebook": compiled.version,
        "rules": len(compiled.rules),
        "instruments": len(sources.instruments),
        "provisions": sum(len(instrument.provisions) for instrument in sources.instruments),
        "lexicons": len(sources.lexicons),
        "terms": sum(len(lexicon.terms) for lexicon in sources.lexicons),
        "python": platform.python_version(),
    }
    if as_json:
        put_json(values)
        return
    chinese = {
        "rulebook": "规则库", "rules": "规则", "instruments": "法律文件", "provisions": "条款",
        "lexicons": "词库", "terms": "词条",
    }  # fmt: skip
    names = {"mingjian": "mingjian", "python": "Python"}
    put("\n".join(f"{chinese.get(key) or names[key]} {value}" for key, value in values.items()))
