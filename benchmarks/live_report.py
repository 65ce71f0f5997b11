"""The figures of live_rooms.py as tables of Markdown, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_WORDS = {
    "en": {
        "found": "Staged violations, held-out phrases: **{found} of {planted} found ({share:.1%})**, the item named "
                 "right in {named}. Honest rooms: **{alarms} false alarms in {hours:,g} hours, "
                 "{false_per_100_hours} per 100 hours**; in rooms with violations {beside} alarms that hold none.",
        "after": "A violation is raised {median_after_s} s (median) and {p95_after_s} s (p95) after its last line, in "
                 "room time, waiting for transcripts (0.2–0.9 s) included; negative: before the last of it.",
        "kind": "| how it is sold | found | how the name is written | found | honest trade | false alarms (hours) |",
        "latency": "End to end, {rooms} rooms for {minutes:g} minutes with {comments:g} comments a second each, {how}: "
                   "{warnings} warnings, **median {median_s} s, p95 {p95_s} s**, longest {max_s} s "
                   "({processor_s} processor seconds).",
        "watch": "videos played by `mingjian live watch`, letters read from the picture",
        "push": "all pushed by the API",
    },
    "zh": {
        "found": "演练中的违规(未用于调参的句子):**{planted} 处找到 {found} 处({share:.1%})**,"
                 "其中 {named} 处项目名也对。"
                 "诚实直播间:**{hours:,g} 小时误报 {alarms} 次,每 100 小时 {false_per_100_hours} 次**;"
                 "有违规的直播间里另有 {beside} 次与违规无关。",
        "after": "线索在最后一句之后 {median_after_s} 秒(中位数)、{p95_after_s} 秒(95 分位)提出,按直播间时间计,"
                 "含等字幕的 0.2–0.9 秒;负数表示没说完就已提出。",
        "kind": "| 怎么卖 | 找到 | 名称怎么写 | 找到 | 诚实的行当 | 误报(小时) |",
        "latency": "从头到尾({how}):{rooms} 间、{minutes:g} 分钟、每间每秒 {comments:g} 条评论,发出 {warnings} 次提醒,"
                   "**中位数 {median_s} 秒,95 分位 {p95_s} 秒**,最长 {max_s} 秒(处理器 {processor_s} 秒)。",
        "watch": "`mingjian live watch` 播放视频,画面里的字是认出来的", "push": "全部由接口推送",
    },
}  # fmt: skip
_KINDS = {
    "speech_variant": ("said outright or disguised", "直说或用变形词说"),
    "speech_split": ("one word over two pieces of speech", "一个词分两句说"),
    "hint_house": ("hint in speech, name by the house", "口播暗示,官方号写名"),
    "steer_viewers": ("viewers made to write the name", "引导观众打出名称"),
    "pinned": ("name in the pinned comment", "置顶评论里写名"),
    "board": ("board or sign, gesture to it", "背景板、手举牌"),
    "board_standing": ("a board that has long stood there", "早就立着的背景板"),
    "subtitle": ("subtitle or sticker", "字幕、贴片"),
    "card": ("product card", "商品卡"),
    "title": ("title of the room", "直播间标题"),
    "link": ("house comment with a contact", "官方号留联系方式"),
    "code_word": ("code word with the name beside", "暗语,旁边有名称"),
    "code_again": ("that code word later, alone", "之后只说那个暗语"),
}  # fmt: skip
_WAYS = {
    "plain": ("plain", "原样"), "homophone": ("homophones", "谐音"), "pinyin": ("pinyin", "拼音"),
    "letters": ("letters", "字母"), "split": ("split characters", "拆字"), "emoji": ("emoji", "表情"),
    "apart": ("signs between", "隔开"), "old": ("traditional, Taiwan words", "繁体、港台词"),
    "hint": ("not at all", "不写"),
}  # fmt: skip
_TRADES = {
    "skin_care": ("skin care", "护肤品"), "makeup": ("make-up", "彩妆"), "fashion": ("clothes", "服装"),
    "freight": ("freight", "货运"), "food": ("fruit", "水果"), "appliance": ("appliances", "家电"),
    "education": ("doctors teaching", "医生科普"), "clinic_qa": ("clinic, after-care", "医院术后答疑"),
    "law_talk": ("exposing breaches", "揭露违规"),
}  # fmt: skip


def tables(rows: Mapping[str, Any], lang: str) -> str:
    """What stands between the marks."""
    words, place = _WORDS[lang], 0 if lang == "en" else 1
    lines: list[str] = []
    if (got := rows.get("accuracy")) is not None:
        chosen = "" if got["part"] == "held" else f" --part {got['part']}"
        chosen += "" if got["seed"] == 1 else f" --seed {got['seed']}"
        command = f"--hours {got['hours']:g} --violations {got['planted']}{chosen}"
        lines += [f"`python benchmarks/live_rooms.py accuracy {command}`", "", words["found"].format(**got), "",
                  words["after"].format(**got), "", words["kind"], "|---|---:|---|---:|---|---:|"]  # fmt: skip
        columns = [
            [(_KINDS[name][place], f"{one}/{all}") for name, (one, all) in got["kinds"].items()],
            [(_WAYS[name][place], f"{one}/{all}") for name, (one, all) in got["ways"].items()],
            [(_TRADES[name][place], f"{one} ({hours:g})") for name, (one, hours) in got["trades"].items()],
        ]
        for number in range(max(map(len, columns))):
            cells = [cell for column in columns for cell in (column[number] if number < len(column) else ("", ""))]
            lines.append("| " + " | ".join(cells) + " |")
        lines.append("")
    for how in ("push", "watch"):
        if (one := rows.get(f"latency_{how}")) is not None:
            lines += [words["latency"].format(**{**one, "how": words[how]}), ""]
            command = f"--how {how} --rooms {one['rooms']} --minutes {one['minutes']:g} --comments {one['comments']:g}"
            lines += [f"`python benchmarks/live_rooms.py latency {command}`", ""]
    return "\n".join(lines).rstrip()
