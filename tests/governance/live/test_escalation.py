"""Escalation as data: what a file may say, and every mistake in it told with its line."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import pytest

from mingjian.governance.live.escalation_load import escalation, parse_escalation, read_escalation, use_escalation
from mingjian.records.errors import Invalid

TEXT = (resources.files("mingjian.governance") / "data" / "live_escalation.yaml").read_text("utf-8")


def test_the_shipped_file_lets_the_house_never_interrupt_by_itself() -> None:
    policy = parse_escalation(TEXT)
    assert "interrupt" not in policy.automatic
    assert all(step.confirm for step in policy.steps if step.measure == "interrupt")
    assert policy.steps[0].measure == "interrupt" and policy.steps[-1].measure == "warn"
    assert policy.named("defied") is not None and policy.named("nothing") is None


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("grace_seconds: 20", "grace_seconds: soon", "grace_seconds"),
        ("automatic: [warn]", "automatic: [shout]", "automatic"),
        ("  interrupt: 2", "  silence: 2", "limits.silence"),
        ("    measure: mask", "    measure: blur", "steps[2].measure"),
        ("severity: {at_least: critical}", "severity: {at_least: huge}", "steps[0].when.severity.at_least"),
        ("status: needs_evidence", "status: guessed", "steps[4].when.status"),
        ("automatic: [warn]", "automatic: [mask]", "steps[3].confirm"),
        ("  - name: first", "  - name: repeated", "steps[3].name"),
        ("risk: {half_life_minutes: 20", "risk: {half_life_minutes: 0", "risk.half_life_minutes"),
    ],
)
def test_a_mistake_is_told_with_its_line_and_field(old: str, new: str, field: str) -> None:
    with pytest.raises(Invalid) as told:
        parse_escalation(TEXT.replace(old, new, 1), "mine.yaml")
    line = next((line for line in told.value.message.splitlines() if f" {field}:" in line), "")
    assert line.strip().startswith("第 "), told.value.message
    number = int(line.strip().split()[1])
    if field.rsplit(".", 1)[-1] in new:
        assert new.splitlines()[0].strip().split(":")[0] in TEXT.replace(old, new, 1).splitlines()[number - 1]


def test_all_mistakes_are_told_at_once_and_order_counts() -> None:
    broken = TEXT.replace("grace_seconds: 20", "grace_seconds: -1").replace("measure: mask", "measure: warn", 1)
    broken = broken.replace("unanswered: lapse", "unanswered: forget")
    with pytest.raises(Invalid) as told:
        parse_escalation(broken)
    assert "3 处错误" in told.value.message
    swapped = TEXT.replace("    measure: warn", "    measure: interrupt\n    confirm: true", 1)
    with pytest.raises(Invalid, match="从硬到软"):
        parse_escalation(swapped)
    with pytest.raises(Invalid, match="YAML"):
        parse_escalation("a: [")


def test_a_deployers_file_replaces_ours_and_gives_way_again(tmp_path: Path) -> None:
    mine = tmp_path / "mine.yaml"
    mine.write_text(TEXT.replace("grace_seconds: 20", "grace_seconds: 45"), "utf-8")
    before = escalation()
    use_escalation(mine)
    try:
        assert escalation().grace_seconds == 45 and escalation().version != before.version
    finally:
        use_escalation(None)
    assert escalation() == before
    with pytest.raises(Invalid, match="读不了"):
        read_escalation(tmp_path / "none.yaml")
