"""Words of live rooms as the command line says them."""

from __future__ import annotations

CHANNEL_WORDS = {
    "speech": "口播", "screen": "画面", "comment": "评论", "pinned": "置顶", "product": "商品卡", "title": "标题",
    "stream": "直播流", "picture": "画面", "sound": "声音", "comments": "评论", "judging": "判定",
}  # fmt: skip
KIND_WORDS = {
    "named": "点名推介", "card": "商品卡", "title": "标题", "board": "背景板", "pinned": "置顶评论", "echo": "引导评论",
    "hint": "暗语", "code_word": "暗语", "house": "官方评论", "by_hand": "人工",
}  # fmt: skip
MEASURE_WORDS = {"warn": "提醒", "mask": "遮挡或静音", "interrupt": "中断直播"}
STATE_WORDS = {
    "proposed": "待人确认", "sent": "已发出", "acknowledged": "已执行", "failed": "未执行", "declined": "未采纳",
    "lapsed": "已失效", "lifted": "已撤销",
}  # fmt: skip
WORD_STATES = {"proposed": "待定", "accepted": "已采纳", "declined": "未采纳"}
WHY_WORDS = {
    "stalled": "卡住", "ended": "断流", "restarted": "换了进程", "no_sound": "没有声音", "no_picture": "没有画面",
    "no_recogniser": "没有语音识别", "recogniser_failed": "语音识别出错", "reader_failed": "文字识别出错",
    "looped": "画面重复播放", "overload": "来不及看", "feed_lost": "评论源断开", "process_died": "进程中断",
    "connecting_failed": "连不上", "lost": "流不可用", "judge_failed": "判定出错",
}  # fmt: skip
