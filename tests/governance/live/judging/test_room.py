"""What joins to an incident, and what must not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mingjian.core.model import Item
from mingjian.governance.live.judging import Accepted
from mingjian.intake.item_schema import parse_item
from tests.governance.live.judging.rooms import Line, again, judge, moments, play, run

SOLD: dict[str, tuple[str, list[Line]]] = {
    "said outright": (
        "named",
        [
            (1, "speech", "host", "家人们,今天水光针单次只要199,1号链接直接拍"),
        ],
    ),
    "said in hiding": (
        "named",
        [
            (1, "speech", "host", "激g祛色素老规矩,想做的扣666,299一次"),
        ],
    ),
    "broken over two pieces": (
        "named",
        [
            (1, "speech", "host", "好,下一个福利是光子嫩"),
            (3.1, "speech", "host", "肤啊,199块,点下面购物车"),
        ],
    ),
    "on the board": (
        "board",
        [
            (1, "screen", None, "水光针 199元"),
            (20, "speech", "host", "看我身后的背景板,懂的都懂"),
        ],
    ),
    "pointed at long after": (
        "board",
        [
            (1, "screen", None, "黄金薇针 980"),
            (400, "speech", "host", "往我背后这块板上看,想要的扣1"),
        ],
    ),
    "on a card": (
        "card",
        [
            (1, "product", None, "皮秒激光单次到店券"),
        ],
    ),
    "in the title": (
        "title",
        [
            (1, "title", None, "英伦大提升专场 1980起"),
            (5, "speech", "host", "看标题就知道,小黄车一号"),
        ],
    ),
    "pinned": (
        "pinned",
        [
            (1, "pinned", "house", "今日福利:洗眉毛 99元"),
            (5, "speech", "host", "想要的看置顶"),
        ],
    ),
    "the house says it for the host": (
        "house",
        [
            (1, "speech", "host", "补水的那个针,懂的都懂,今天99"),
            (6, "comment", "house", "水光💉 99元,拍1号链接"),
        ],
    ),
    "viewers say it for the host": (
        "echo",
        [
            (1, "speech", "host", "名字我不敢念,你们帮我把名字打在公屏上"),
            (4, "comment", "viewer", "水光针"),
            (5, "comment", "viewer", "水光zhen"),
            (6, "comment", "viewer", "我要水光针"),
            (7, "comment", "viewer", "水光针"),
            (10, "speech", "host", "没错,就是这个,单次298"),
        ],
    ),
}

HONEST: dict[str, list[Line]] = {
    "refused": [
        (1, "comment", "viewer", "有水光针吗"),
        (3, "speech", "host", "有人问水光针"),
        (5.5, "speech", "host", "这个我们不做的,只卖护肤品"),
        (9, "speech", "host", "想要面膜的扣1,1号链接99"),
    ],
    "refused at once": [
        (1, "speech", "host", "刚才有人问水光针,平台不让做,我们也不做"),
        (5, "speech", "host", "三二一上链接,39块"),
    ],
    "taught": [
        (1, "screen", None, "水光针的风险:感染 过敏"),
        (3, "speech", "host", "大家看背景板,水光针的禁忌我列在上面了"),
        (8, "speech", "host", "听懂的扣1"),
    ],
    "told after": [
        (1, "speech", "host", "做完光子嫩肤一周之内先别用"),
        (4, "speech", "host", "想要日常补水的扣1,1号链接59"),
    ],
    "near words": [
        (1, "screen", None, "水光肌精华 99"),
        (2, "speech", "host", "看我身后的背景板,水光肌套组99,懂的都懂"),
        (6, "speech", "host", "水光、补水、提亮,这一套都管,今天59"),
        (9, "product", None, "双眼皮贴 隐形款"),
    ],
    "viewers alone": [(float(n), "comment", "viewer", "水光针") for n in range(1, 30)],
    "viewers before the host spoke": [
        *[(float(n), "comment", "viewer", "水光针") for n in range(1, 7)],
        (8, "speech", "host", "懂的都懂,老粉都知道"),
        *[(float(n), "comment", "viewer", "水光针") for n in range(10, 14)],
        (15, "speech", "host", "面膜想要的扣1,39"),
    ],
    "asked whether the picture is clear": [
        (1, "screen", None, "皮秒激光掉痂前别化妆"),
        (3, "speech", "host", "光子嫩肤能量调高了会起泡"),
        (7, "speech", "host", "看得清我背后的字吗,看得清的刷个6"),
        (12, "speech", "host", "画面清楚的敲个1"),
    ],
    "refused in other words": [
        (1, "comment", "viewer", "有没有黄金微针"),
        (3, "speech", "host", "刷黄金微针的几位,真安排不了,平台不给做"),
        (8, "speech", "host", "没加粉丝团的加一下"),
    ],
    "told of others": [
        (1, "speech", "host", "他举个板子上面写着光子嫩肤,嘴上一个字不提"),
        (5, "comment", "house", "有问题联系客服"),
        (8, "speech", "host", "直播间卖光子嫩肤就是不行,平台会封"),
    ],
    "exposed": [
        (1, "speech", "host", "消费者被骗了来投诉,黑话套路一堆"),
        (4, "speech", "host", "举报电话12315,证据要留"),
        (7, "speech", "host", "他就这么喊,水光针九十九想要的扣1,你一扣就上钩了"),
    ],
}


SOLD_IN_OTHER_WORDS: dict[str, list[Line]] = {
    "a filler within the word": [
        (1, "speech", "host", "咱家王牌皇金微"),
        (3.1, "speech", "host", "那个针,1280一位,小黄车第一个"),
    ],
    "a character that looks alike": [
        (1, "screen", None, "光孑嫩肤 专享299"),
        (9, "speech", "host", "眼睛看我后面那块牌,五分钟后下架"),
    ],
    "a subsidy is no plaster": [
        (1, "title", None, "黄金威针补贴夜"),
        (5, "speech", "host", "咱们这场主题在直播间名字上,小黄车里第二个,五分钟后下架"),
    ],
    "what others take, and we": [(1, "speech", "host", "别人家卖两千的黄J微针,我这1280一个人,卖完就恢复")],
    "viewers steered with other verbs": [
        (1, "speech", "host", "我嘴上不能讲,你们替我讲,几个字"),
        *[(4.0 + n, "comment", "viewer", "皮秒激光") for n in range(5)],
        (12, "speech", "host", "都很聪明,那今天就它,980一位,五分钟后下架"),
    ],
}


@pytest.mark.parametrize("name", SOLD_IN_OTHER_WORDS)
def test_what_is_sold_in_other_words_is_found(name: str) -> None:
    (found,) = run(SOLD_IN_OTHER_WORDS[name])
    assert found.severity == "critical" and found.item["parts"]


@pytest.mark.parametrize(
    ("teaching", "word"),
    [
        ("点金手代表黄金微针", "点金手"),
        ("把黄金微针叫点金手,大家记住", "点金手"),
        ("黄金微针改叫点金手了", "点金手"),
        ("点金手是黄J微针的意思哈", "点金手"),
        ("点金手(原黄金微针)", "点金手"),
    ],
)
def test_a_word_is_learnt_from_what_stands_between_it_and_a_name(teaching: str, word: str) -> None:
    room = judge()
    lines: list[Line] = [(1, "comment", "house", teaching), (200, "speech", "host", "最后一轮点金手")]
    found = play(room, moments([*lines, (203, "speech", "host", "1280一位,三号链接去抢")]))
    assert [one.word for one in room.proposals()] == [word]
    assert [(one.kind, one.what) for one in found] == [("code_word", ("黄金微针",))]


def test_a_board_that_goes_on_standing_is_told_once() -> None:
    stills: list[Line] = [(1 + 60.0 * n, "screen", None, "光子嫩肤 299元") for n in range(10)]
    sold: list[Line] = [(5 + 60.0 * n, "speech", "host", "库存不多了,1号链接直接拍") for n in range(9)]
    assert len(run(sorted([*stills, *sold], key=lambda line: line[0]))) == 1


def test_what_is_only_hinted_at_is_less_grave_than_what_is_sold() -> None:
    lines: list[Line] = [(1, "screen", None, "水光针"), (20, "speech", "host", "看我身后的背景板,懂的都懂")]
    assert [one.severity for one in run(lines)] == ["high"]


@pytest.mark.parametrize("name", SOLD)
def test_what_is_sold_is_found(name: str) -> None:
    kind, lines = SOLD[name]
    found = run(lines)
    assert [one.kind for one in found][:1] == [kind]
    assert found[0].codes[0] in ("DY-live", "LEC-29-evading-words", "LEC-33-live-joined")
    assert "LEC-33-live-joined" in found[0].codes and found[0].severity == "critical"


@pytest.mark.parametrize("name", HONEST)
def test_an_honest_room_stays_silent(name: str) -> None:
    assert run(HONEST[name]) == []


def test_an_incident_holds_its_evidence_as_an_item_of_the_public_schema() -> None:
    lines: list[Line] = [(1, "screen", None, "水光针"), (20, "speech", "host", "看我身后的背景板,懂的都懂")]
    (found,) = run(lines)
    assert found.moments == (1, 2) and found.what == ("水光针",) and found.split == ("speech", "screen")
    assert (found.from_, found.to) == (1, 22) and found.said_at == moments(lines)[1].at
    parsed = parse_item(dict(found.item))
    assert not parsed.problems and isinstance(parsed.item, Item)
    assert [(part.role, part.text) for part in parsed.item.parts] == [
        ("background", "水光针"),
        ("speech", "看我身后的背景板,懂的都懂"),
    ]
    assert parsed.item.parts[1].places[0].time == (20, 22)


def test_a_word_broken_over_two_pieces_is_one_part_with_two_places() -> None:
    (found,) = run(SOLD["broken over two pieces"][1])
    assert found.item["parts"][0]["text"] == "好,下一个福利是光子嫩肤啊,199块,点下面购物车"
    assert [place["start"] for place in found.item["parts"][0]["places"]] == [0, 11]


def test_a_viewers_comments_are_evidence_only_once_an_account() -> None:
    said = SOLD["viewers say it for the host"][1]
    (found,) = run(said)
    assert set(found.moments) == {1, 2, 3, 4, 5, 6}
    room = judge()
    same = [replace(one, ref={"account": "a"}) if one.speaker == "viewer" else one for one in moments(said)]
    assert play(room, same) == []


def test_the_same_goes_unsaid_again_until_it_is_said_again() -> None:
    line = "家人们,今天水光针单次只要199,1号链接直接拍"
    assert len(run([(1.0, "speech", "host", line), (6.0, "speech", "host", line)])) == 1
    assert len(run([(1.0, "speech", "host", line), (60.0, "speech", "host", line)])) == 2


def test_a_platform_that_is_not_known_has_the_platform_neutral_rule() -> None:
    (found,) = run(SOLD["on the board"][1], platform=None)
    assert "LEC-33-live-joined" in found.codes and "DY-live" not in found.codes


TAUGHT: list[Line] = [(1, "speech", "host", "今天的小水滴99,懂的都懂,扣1"), (5, "comment", "house", "小水滴就是水光针")]
LATER: Line = (200, "speech", "host", "小水滴返场,99,1号链接")


def test_a_code_word_that_the_room_explained_counts_there_and_is_proposed() -> None:
    room = judge()
    found = play(room, moments([*TAUGHT, LATER]))
    assert [one.kind for one in found] == ["code_word", "code_word"]
    assert found[1].moments == (3,)  # what taught it has left the window; its number stays with the proposal
    (proposed,) = room.proposals()
    assert (proposed.word, proposed.stands_for, proposed.moments) == ("小水滴", "水光针", (1, 2, 3))


def test_an_unknown_word_means_nothing_until_people_accept_it_and_nothing_when_they_decline_it() -> None:
    assert run([LATER]) == []
    room = judge()
    room.use(Accepted({"小水滴": "水光针"}))
    assert [one.kind for one in play(room, moments([LATER]))] == ["code_word"] and room.proposals() == []
    room = judge()
    room.use(Accepted(declined=frozenset({"小水滴"})))
    assert "code_word" not in [one.kind for one in play(room, moments([*TAUGHT, LATER]))] and room.proposals() == []


@pytest.mark.parametrize("name", SOLD)
def test_a_judge_that_goes_on_after_a_restart_says_the_same_once(name: str) -> None:
    told = moments(SOLD[name][1])
    whole = play(judge(), told)
    for cut in range(len(told) + 1):
        first = judge()
        found = [one for moment in told[:cut] for one in (*first.tick(moment.end), *first.take(moment))]
        second = again(first)
        found += play(second, told)  # the log is read again from its beginning
        assert [one.key for one in found] == [one.key for one in whole]
