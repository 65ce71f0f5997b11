"""Pages about the desk's data: settings, roles, queues, measures and ladders."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from docgen.common import anchor, filled, plain, table
from mingjian.core.report.labels import label
from mingjian.core.rulebook.load import Sources
from mingjian.desk.people.roles import packaged
from mingjian.desk.queues.load import read_book
from mingjian.desk.queues.model import Book, Due, Queue
from mingjian.doors.desk.settings import DeskSettings
from mingjian.doors.live.settings import LiveSettings
from mingjian.governance.actions.book import Measure
from mingjian.governance.actions.book import packaged as measures_book

_DATA = Path(__file__).resolve().parents[2] / "src" / "mingjian"
_PRIORITIES = ("urgent 紧急", "high 高", "normal 普通", "low 低")
MEASURE = ["", "处置 Measure", "撤销 Reverse", "对象 On", "重大 Serious", "须引法 Law", "可申诉 Appeal",
           "默认天数 Days", "最长 Most"]  # fmt: skip
_TARGETS = {"item": "内容 item", "publisher": "发布者 publisher"}


@cache
def words() -> Mapping[str, Any]:
    """The English and the descriptions that the code does not hold, by section."""
    loaded: dict[str, Any] = yaml.safe_load((Path(__file__).parent / "words.yaml").read_text("utf-8"))
    return loaded


def pages(sources: Sources) -> Iterator[tuple[str, str]]:
    """(path below docs/, text): the four pages."""
    yield "desk-settings.md", _settings()
    yield "roles.md", _roles()
    yield "queues.md", _queues()
    yield "measures.md", _measures()


def _settings() -> str:
    english = words()["settings"]
    rows = []
    for name, field in DeskSettings.model_fields.items():
        said = f"{plain(field.description)}<br>{plain(english.get(name, ''))}"
        rows.append([f"`MINGJIAN_DESK_{name.upper()}`", f"`{_kind(field.annotation)}`", _default(name, field), said])
    for name, field in LiveSettings.model_fields.items():
        said = f"{plain(field.description)}<br>{plain(words()['live_settings'][name])}"
        rows.append([f"`MINGJIAN_LIVE_{name.upper()}`", f"`{_kind(field.annotation)}`", _default(name, field), said])
    head = ["环境变量 Variable", "类型 Type", "默认 Default", "说明 What it is"]
    return filled("desk-settings", settings=table(head, rows))


def _kind(annotation: Any) -> str:
    plainly = isinstance(annotation, type) and not hasattr(annotation, "__args__")
    first = (annotation.__name__ if plainly else str(annotation)).split(" | ")[0].split("[")[0].rpartition(".")[2]
    return {"SecretStr": "secret"}.get(first, first).lower()


def _default(name: str, field: Any) -> str:
    if name == "data":
        return "用户数据文件夹 user data folder"
    value = field.get_default(call_default_factory=True)
    if value in (None, {}):
        return ""
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


def _roles() -> str:
    access, english = packaged(), words()["permissions"]
    roles = list(access.roles.values())
    rows = []
    for name, said in access.permissions.items():
        held = ["●" if name in role.permissions else "" for role in roles]
        scope = "●" if name in access.scopes else ""
        rows.append([f"`{name}`", f"{plain(said)}<br>{plain(english.get(name, ''))}", scope, *held])
    titles = ([f"`{role.name}`", plain(role.title), plain(role.title_en)] for role in roles)
    head = ["权限 Permission", "做什么 Allows", "密钥 Key", *(plain(role.title) for role in roles)]
    return filled("roles", roles=table(["角色 Role", "", ""], titles), permissions=table(head, rows))


def _queues() -> str:
    book = read_book()
    lines: list[str] = []
    for queue in book.queues.values():
        lines += _queue(queue)
    rows = []
    for route in book.routes:
        target = book.queues[route.queue]
        rows.append([_condition(route.when), f"[{target.title}](#{target.name})"])
    return filled(
        "queues",
        hours=f"{book.opens:%H:%M}–{book.closes:%H:%M}",
        routes=table(["条件 When", "队列 Queue"], rows),
        queues=lines,
        reasons=table(["代码 Name", "", ""], _reasons(book)),
    )


def _queue(queue: Queue) -> list[str]:
    rows = [
        ["收什么 Kinds", "、".join(f"`{kind}`" for kind in queue.kinds)],
        ["权限 Permission", f"`{queue.permission}`"],
        ["结论 Measures", "、".join(f"`{measure}`" for measure in queue.measures)],
        ["须写理由 Reason needed for", "、".join(f"`{measure}`" for measure in queue.reasons_for)],
        ["优先级与期限 Priority, due", f"{_PRIORITIES[queue.priority]},{_due(queue.due)}"],
        ["独占 Lease", f"{queue.lease_minutes} 分钟 minutes"],
        ["撤回 Undo", f"{queue.undo_minutes} 分钟 minutes"],
    ]
    for urgency in queue.urgency:
        priority = _PRIORITIES[queue.priority if urgency.priority is None else urgency.priority]
        rows.append(["加急 Urgent when", f"{_condition(urgency.when)} → {priority},{_due(urgency.due or queue.due)}"])
    second = [f"{queue.second.share:.0%}"] if queue.second.share else []
    second += [f"`{measure}`" for measure in queue.second.measures] + [_condition(one) for one in queue.second.when]
    if second:
        rows.append(["二审 Second review", "、".join(second)])
    if queue.sample_queue:
        rows.append(["抽检 Sampled", f"{queue.sample_share:.0%} → [{queue.sample_queue}](#{queue.sample_queue})"])
    if queue.golden_share:
        rows.append(["标准题 Golden items", f"{queue.golden_share:.0%}"])
    if queue.onward:
        sent = "、".join(f"`{measure}`" for measure in queue.onward_measures)
        rows.append(["转下一级 Onward", f"{sent} → [{queue.onward}](#{queue.onward})"])
    if queue.own_department:
        rows.append(["只看本科室 Own department only", "●"])
    if not queue.acts:
        rows.append(["只核对,不处置 Measures reviewing only", "●"])
    title = f"## {plain(queue.title)} {plain(queue.title_en)} `{queue.name}`"
    return ["", f'<a id="{queue.name}"></a>', "", title, "", *table(["", ""], rows)]


def _reasons(book: Book) -> Iterator[list[str]]:
    known = {reason.name: reason for queue in book.queues.values() for reason in queue.reasons}
    for reason in known.values():
        yield [f"`{reason.name}`", plain(reason.title), plain(reason.title_en)]


def _due(due: Due) -> str:
    unit = {"hours": "工作小时 working hours", "days": "工作日 working days"}[due.unit]
    return f"{due.amount:g} {unit}"


def _condition(condition: Any) -> str:
    from mingjian.desk.queues.conditions import WORDS

    said = [f"{field} = {' / '.join(sorted(values))}" for field, values in condition.words]
    for field, least, below in condition.ranges:
        order = WORDS.get(field)
        for sign, bound in (("≥", least), ("<", below)):
            if bound is not None:
                said.append(f"{field} {sign} {order[int(bound)] if order else f'{bound:g}'}")
    return plain(";".join(said)).replace("\\<", "&lt;") or "其余 otherwise"


def _measures() -> str:
    data, ladders = _governance("measures"), _governance("ladders")["ladders"]
    rights = ([f"`{name}`", right["title"], right["title_en"]] for name, right in data["rights"].items())
    return filled(
        "measures",
        measures=table(MEASURE, map(_measure, measures_book().measures.values())),
        undo=str(data["undo_minutes"]),
        appeal=str(data["appeal_days"]),
        answer=str(data["answer_days"]),
        rights=table(["", "", ""], rights),
        ladders=[line for name, ladder in ladders.items() for line in _ladder(name, ladder)],
        automatic=_automatic(_governance("automatic")),
    )


def _governance(name: str) -> Any:
    return yaml.safe_load((_DATA / "governance" / "data" / f"{name}.yaml").read_text("utf-8"))


def _measure(one: Measure) -> list[str]:
    titles = [f"{plain(one.title)}<br>{plain(one.title_en)}", f"{plain(one.reverse)}<br>{plain(one.reverse_en)}"]
    marks = ["●" if each else "" for each in (one.serious, one.law, one.appeal)]
    terms = ["" if days is None else str(days) for days in (one.days, one.most_days)]
    return [f"`{one.name}`", *titles, _TARGETS[one.target], *marks, *terms]


def _automatic(data: Mapping[str, Any]) -> list[str]:
    rows = [
        *([f"`{name}`", f"≤ {given['most_days']} 天 days"] for name, given in data["measures"].items()),
        ["检出至少 findings at least", f"confidence `{data['confidence']}`, severity `{data['severity']}`"],
        *([f"{label('family', family)} `{family}`", f"查准率下限 precision ≥ {share:.0%}"]
          for family, share in data["families"].items()),
    ]  # fmt: skip
    return table(["", ""], rows)


def _ladder(name: str, ladder: Mapping[str, Any]) -> list[str]:
    counted = ";".join(f"{field}: {' / '.join(values)}" for field, values in ladder["counts"].items())
    rows = [
        [step["strikes"], f"`{step['measure']}`", step.get("days", ""), "人" if step.get("confirm") else ""]
        for step in ladder["steps"]
    ]
    cites = "、".join(_cite(ref) for ref in ladder["cites"])
    return [
        "", f"### {ladder['title']} {ladder['title_en']} `{name}`", "",
        f"权限 right `{ladder['right']}`,{ladder['window_days']} 天内 days。计入 counts: {plain(counted)}。", "",
        f"依据 grounds: {cites}。", "",
        *table(["次数 Strikes", "处置 Measure", "天数 Days", "人确认 Confirmed"], rows, right=(0, 2)),
    ]  # fmt: skip


def _cite(ref: str) -> str:
    book, _, identifier = ref.partition("/")
    return f"[{book} {identifier}](law/{book}.md#{anchor(identifier)})"

