"""How the perception benchmark counts."""

from __future__ import annotations

from media.measure import Outcome, distance, plain

import perception


def outcome(style: str, planted: bool, found: bool) -> Outcome:
    return Outcome(f"{style}-x", style, planted, "x", 100, 4, 10, found, planted, "", (), (), 0.5, None)


def test_distance_is_of_a_part_of_the_text() -> None:
    assert distance("永不反弹", "周一门诊永不反弹请排队") == 0
    assert distance("永不反弹", "周一门诊永不友弹请排队") == 1
    assert distance("永不反弹", "周一门诊永不请排队") == 2
    assert distance("永不反弹", "永不||反弹") == 2
    assert distance("永不反弹", "") == 4


def test_plain_forgives_width_blanks_and_emoji() -> None:
    assert plain("打一针💉瘦脸, 100%!\n") == "打一针瘦脸,100%!"


def test_tables_count_what_happened() -> None:
    outcomes = [outcome("clean", True, n > 0) for n in range(20)] + [outcome("clean", False, False)] * 20
    bars, met = perception.bars_table(outcomes)
    assert met and "19/20 (95.0 %" in bars[2] and "20/20" in bars[2] and "0/20" in bars[4]
    row = perception.styles_table(outcomes)[2]
    assert row.startswith("| `clean` |") and "| 4.0 % | 10.0 % | 19/20" in row and "| 0/20 |" in row


def test_bars_are_missed_by_lost_sentences_and_by_false_alarms() -> None:
    lost = [outcome("busy", True, n < 84) for n in range(100)]
    alarmed = [outcome("busy", False, n < 3) for n in range(100)]
    fine = [outcome("busy", True, True)] * 10
    for outcomes in (lost, [*fine, *alarmed]):
        bars, met = perception.bars_table(outcomes)
        assert not met and "**no**" in "".join(bars)
