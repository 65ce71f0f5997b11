"""What a record changes in what is known: pure, so that a dry run says exactly what a run would do."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from mingjian.desk.registry.model import Parsed, Problem, Recorded
from mingjian.records.registry.documents import full, short
from mingjian.records.registry.model import LINK_KINDS
from mingjian.records.storage.registry_standing import Standing

Values = dict[str, Any]
EMPTY: tuple[Any, ...] = (None, "", [], {})
_DAYS = frozenset({"valid_from", "valid_to"})
_CHECKED = frozenset({"number", "kind", "scope", "valid_from", "valid_to"})
"""A change of one of these makes what an official source once confirmed say nothing any more."""


@dataclass(slots=True)
class Run:
    """What the records of a batch have in common. ``ids`` gives fresh ids by prefix; ``day`` is today in China;
    ``since``: the first event of the run in which a second, different word on one entity is a clash (imports), None:
    none. ``numbers`` collects by id, in all their versions, the credentials whose number nobody looked at yet."""

    standing: Standing
    ids: Callable[[str], str]
    day: str
    since: int | None = None
    numbers: dict[str, list[Values]] = field(default_factory=dict)
    said: set[str] = field(default_factory=set)
    freed: set[tuple[str, str]] = field(default_factory=set)
    """Keys that somebody has given up in this batch: free for others from the next one on."""


@dataclass(slots=True)
class Change:
    """What becomes of a record: what is new of it, with all fields, and what is answered."""

    entity: Values | None
    credentials: list[Values]
    links: list[Values]
    told: Recorded

    def counted(self) -> Recorded:
        """What is answered, once the numbers were looked at."""
        wrong = sum(one["check"] == "malformed" for one in self.credentials)
        return replace(self.told, malformed=wrong) if wrong else self.told

    def content(self) -> dict[str, Any] | None:
        """What is kept of it; None when nothing is new."""
        found: dict[str, Any] = {"of": self.told.entity}
        if self.entity is not None:
            found["entity"] = short("entity", self.entity, "id")
        if self.credentials:
            found["credentials"] = [short("credential", one, "entity") for one in self.credentials]
        if self.links:
            found["links"] = [short("link", one, "source") for one in self.links]
        return found if len(found) > 1 else None


def change(run: Run, parsed: Parsed) -> Change | list[Problem]:
    """Hold a record against what is known. Either all of it is taken or, with problems, nothing."""
    problems: list[Problem] = []
    before, fresh = _subject(run, parsed, problems)
    if before is None:
        return problems
    of = before["id"]
    words: list[str] = []
    entity = _entity(run, parsed, before, fresh, problems, words)
    credentials = list(_credentials(run, parsed, of, problems, words))
    links = list(_links(run, parsed, before, problems, words))
    if problems:
        return problems
    known = run.standing
    if entity is not None:
        if before["key"] != entity["key"]:
            del known.ids[before["kind"], before["key"]]
            run.freed.add((before["kind"], before["key"]))
        known.ids[entity["kind"], entity["key"]] = of
        known.kinds[of] = entity["kind"]
        known.entities[of] = entity
        run.said.add(of)
    there = known.entities[of]
    made = Change(
        entity, [values for values, new, _ in credentials if new], [values for values, new in links if new],
        Recorded(of, there["kind"], there["key"], there["version"], fresh, tuple(dict.fromkeys(words)),
                 tuple(values["id"] for values, *_ in credentials), tuple(values["id"] for values, _ in links),
                 sum(values["target"] is None for values, _ in links)),
    )  # fmt: skip
    known.credentials.setdefault(of, {}).update({values["id"]: values for values in made.credentials})
    known.links.setdefault(of, {}).update({values["id"]: values for values in made.links})
    for values, _, look in credentials:
        if look:
            run.numbers.setdefault(values["id"], []).append(values)
    return made


def _subject(run: Run, parsed: Parsed, problems: list[Problem]) -> tuple[Values | None, bool]:
    """The entity as it is, or as it would begin."""
    given = parsed.entity
    if given.get("id"):
        found = run.standing.entities.get(given["id"])
        if found is None:
            problems.append(Problem("entity.id", f"没有这个登记对象:{given['id']}", "核对编号", "missing"))
        elif given.get("kind", found["kind"]) != found["kind"]:
            problems.append(Problem("entity.kind", f"它登记为 {found['kind']},种类不能改", "另行登记"))
            found = None
        elif "key" in given and not given["key"]:
            problems.append(Problem("entity.key", "缺少这一项", "请填写", "missing"))
            found = None
        elif _taken(run, (found["kind"], given.get("key", found["key"])), found["id"]):
            problems.append(Problem("entity.key", "已有别的对象用这个编号", "核对编号", "duplicate"))
            found = None
        return found, False
    id = run.standing.ids.get((given["kind"], given["key"]))
    if id is not None:
        return run.standing.entities[id], False
    if (given["kind"], given["key"]) in run.freed:
        problems.append(Problem("entity.key", "这个编号在同一批里刚改给别的对象", "分两次登记", "duplicate"))
        return None, True
    if not given.get("name"):
        problems.append(Problem("entity.name", "登记里还没有它,新登记须有名称", "填写名称,或先导入它", "unresolved"))
        return None, True
    return full(
        "entity", {"id": run.ids("ent"), "kind": given["kind"], "key": given["key"], "name": given["name"]}
    ), True


def _taken(run: Run, key: tuple[str, str], by: str) -> bool:
    return run.standing.ids.get(key, by) != by or key in run.freed


def _entity(
    run: Run, parsed: Parsed, before: Values, fresh: bool, problems: list[Problem], words: list[str]
) -> Values | None:
    given = parsed.entity
    _still("entity", given, before, fresh, problems)
    after = {**before, **{name: given[name] for name in ("key", "name", "state") if given.get(name)}}
    after["attributes"] = _merged(before["attributes"], given.get("attributes"))
    if fresh:
        words.append("entity.new")
        return after
    changed = [name for name in ("key", "name", "state") if after[name] != before[name]]
    changed += [f"attributes.{name}" for name in _differ(before["attributes"], after["attributes"])]
    if not changed:
        return None
    again = before["id"] in run.said or (run.since is not None and run.standing.seqs.get(before["id"], 0) >= run.since)
    if run.since is not None and again:
        other = [name for name in changed if _value(before, name) not in EMPTY]
        if other:
            problems.append(Problem(
                f"entity.{other[0]}", f"本次导入里这个编号已出现过,{'、'.join(other)}不同",
                "核对是哪一行对,只留一行", "clash",
            ))  # fmt: skip
            return None
    words += [f"entity.{name}" for name in changed]
    filled = all(_value(before, name) in EMPTY for name in changed)
    after["version"] = before["version"] + 1
    after["effective"] = effective_from(parsed, before, after, changed, filled, run.day)
    return after


def _value(values: Mapping[str, Any], name: str) -> Any:
    first, _, rest = name.partition(".")
    return values[first].get(rest) if rest else values[first]


def effective_from(
    parsed: Parsed, before: Mapping[str, Any], after: Mapping[str, Any], changed: list[str], filled: bool, day: str
) -> str | None:
    """The day from which a new version speaks: the one given; of a renewal (a later first day) that day; of what was
    only completed or whose days were put right, that of the version before; else today."""
    if parsed.effective is not None:
        return parsed.effective
    first, last = before.get("valid_from"), after.get("valid_from")
    if "valid_from" in changed and first is not None and last is not None and last > first:
        return str(last)
    if filled or set(changed) <= _DAYS:
        kept: str | None = before["effective"]
        return kept
    return day


def _credentials(
    run: Run, parsed: Parsed, of: str, problems: list[Problem], words: list[str]
) -> Iterator[tuple[Values, bool, bool]]:
    """Each that was given, whether it is new or changed, and whether its number is to be looked at."""
    own = dict(run.standing.credentials.get(of, {}))
    for place, given in enumerate(parsed.credentials):
        where = f"credentials.{place}"
        before = _known(own, given, where, problems, _same_credential)
        if before is None and given.get("id"):
            continue
        if before is None:
            values = full("credential", {**_given(given), "id": run.ids("crd"), "entity": of})
            values["attributes"] = _merged({}, given.get("attributes"))
            words.append("credential.new")
            own[values["id"]] = values
            yield values, True, True
            continue
        _still(where, given, before, False, problems)
        after = {**before, **_given(given)}
        after["attributes"] = _merged(before["attributes"], given.get("attributes"))
        changed = _differ(before, after)
        if not changed:
            yield before, False, False
            continue
        _days(after, where, problems)
        words += [f"credential.{name}" for name in changed]
        _next(parsed, before, after, changed, run.day)
        look = bool(_CHECKED.intersection(changed)) or after["id"] in run.numbers
        if look:
            after |= {"check": "unverified", "checked_at": None, "why": ""}
        own[after["id"]] = after
        yield after, True, look


def _links(
    run: Run, parsed: Parsed, subject: Values, problems: list[Problem], words: list[str]
) -> Iterator[tuple[Values, bool]]:
    """Each that was given, and whether it is new or changed."""
    kind, of = subject["kind"], subject["id"]
    own = dict(run.standing.links.get(of, {}))
    for place, given in enumerate(parsed.links):
        where = f"links.{place}"
        end = _end(run, given, where, problems) if "target" in given else {}
        if end is None:
            continue
        if end.get("target") == of:
            problems.append(Problem(f"{where}.target", "不能与自己建立关系"))
            continue
        given = {**given, **end}
        before = _known(own, given, where, problems, _same_link)
        if before is None and given.get("id"):
            continue
        word = given.get("kind") or (before or {}).get("kind", "")
        if kind not in LINK_KINDS[word][0]:
            problems.append(Problem(f"{where}.kind", f"{kind} 不能有 {word} 关系"))
            continue
        if before is None:
            values = full("link", {**_given(given), **end, "id": run.ids("lnk"), "source": of})
            values["attributes"] = _merged({}, given.get("attributes"))
            words.append("link.new")
            own[values["id"]] = values
            yield values, True
            continue
        _still(where, given, before, False, problems)
        after = {**before, **_given(given), **end}
        after["attributes"] = _merged(before["attributes"], given.get("attributes"))
        changed = [name for name in _differ(before, after) if name != "awaits"]
        if not changed:
            yield before, False
            continue
        _days(after, where, problems)
        words += [f"link.{name}" for name in changed]
        _next(parsed, before, after, changed, run.day)
        own[after["id"]] = after
        yield after, True


def _end(run: Run, given: Mapping[str, Any], where: str, problems: list[Problem]) -> Values | None:
    """Where a link leads: an entity, or the key of one that is not known yet."""
    target = given["target"]
    id = target.get("id")
    allowed = LINK_KINDS[given["kind"]][1] if given.get("kind") else ()
    if id:
        kind = run.standing.kinds.get(id)
        if kind is None:
            problems.append(Problem(f"{where}.target.id", f"没有这个登记对象:{id}", "核对编号", "missing"))
            return None
        if allowed and kind not in allowed:
            problems.append(Problem(f"{where}.target", f"{given['kind']} 关系不能指向 {kind}"))
            return None
        return {"target": id, "awaits": None}
    found = run.standing.ids.get((target["kind"], target["key"]))
    return {"target": found, "awaits": None if found else f"{target['kind']}:{target['key']}"}


def _known(
    own: dict[str, Values],
    given: Mapping[str, Any],
    where: str,
    problems: list[Problem],
    same: Callable[[Mapping[str, Any], Mapping[str, Any]], bool],
) -> Values | None:
    """Which of the entity's own is meant, None for a new one."""
    if given.get("id"):
        found = own.get(given["id"])
        if found is None:
            problems.append(Problem(f"{where}.id", f"这个对象没有编号为 {given['id']} 的一项", "核对编号", "missing"))
        elif given.get("kind", found["kind"]) != found["kind"]:
            problems.append(Problem(f"{where}.kind", f"它登记为 {found['kind']},种类不能改", "另行登记"))
        return found
    return next((values for values in reversed(own.values()) if same(values, given)), None)


def _same_credential(known: Mapping[str, Any], given: Mapping[str, Any]) -> bool:
    if known["kind"] != given["kind"] or known["number"] != given.get("number", ""):
        return False
    first = given.get("valid_from")  # without a number another first day makes another certificate
    return bool(known["number"]) or first is None or known["valid_from"] in (None, first)


def _same_link(known: Mapping[str, Any], given: Mapping[str, Any]) -> bool:
    """One that has ended and one that begins later are two: somebody came back."""
    if (known["kind"], known["target"], known["awaits"]) != (given["kind"], given["target"], given["awaits"]):
        return False
    first, last = given.get("valid_from"), known["valid_to"]
    return not (first and last and last < first)


def _given(given: Mapping[str, Any]) -> Values:
    return {name: value for name, value in given.items() if name not in ("id", "version", "attributes", "target")}


def _next(parsed: Parsed, before: Values, after: Values, changed: list[str], day: str) -> None:
    filled = all(before[name] in EMPTY for name in changed)
    after["version"] = before["version"] + 1
    after["effective"] = effective_from(parsed, before, after, changed, filled, day)


def _days(after: Mapping[str, Any], where: str, problems: list[Problem]) -> None:
    first, last = after["valid_from"], after["valid_to"]
    if first and last and last < first:
        problems.append(Problem(f"{where}.valid_to", f"止日 {last} 早于起日 {first}", "核对起止日期"))


def _differ(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """Names whose values are not the same, in order."""
    return sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))


def _merged(before: Mapping[str, Any], given: Mapping[str, Any] | None) -> Values:
    """Attributes one by one; None and "" take one away."""
    if not given:
        return dict(before)
    merged = {**before, **given}
    return {name: value for name, value in merged.items() if value is not None and value != ""}


def _still(
    where: str, given: Mapping[str, Any], before: Mapping[str, Any], fresh: bool, problems: list[Problem]
) -> None:
    """Whoever names a version means that one."""
    wanted = given.get("version")
    there = 0 if fresh else before["version"]
    if wanted is not None and wanted != there:
        problems.append(Problem(f"{where}.version", f"已是第 {there} 版,不是第 {wanted} 版", "重新打开后再改", "stale"))
