"""Texts made from one another are found and said to be so; texts of one subject are not."""

from __future__ import annotations

import numpy as np
import pytest

from mingjian.core.reuse.texts import BadPrint, TextIndex, TextPrint, compare, text_print, text_prints

NOTE = (
    "姐妹们,我终于去做了热玛吉!坐标上海,面诊的时候张医生讲得很细,没有催我交钱。法令纹困扰了我好多年,拍照都要躲镜头。"
    "2024年5月3日敷了四十分钟麻膏,前后一共做了90分钟,像被橡皮筋弹,有几下真的想喊。第3天开始消肿,戴口罩上班没人看出来。"
    "现在同事都说我气色好了,却猜不到做了什么。花了6800元,想做的先查资质,别只看价格,加微信abc_12345可以问我。"
)
RETOLD = (
    "姐妹们,我终于去做了热玛吉!坐标成都,面诊的时候李主任讲得很细,没有催我交钱。法令纹困扰了我好多年,拍照都要躲镜头。"
    "2025年11月18日敷了五十分钟麻膏,前后一共做了120分钟,像被橡皮筋弹,有几下真的想喊。第5天开始消肿,戴口罩上班没人看出来。"
    "现在同事都说我气色好了,却猜不到做了什么。花了9900元,想做的先查资质,别只看价格,加微信xyz_98765可以问我。"
)
REWORDED = (
    "宝子们,我总算去做了热玛吉!坐标上海,咨询的时候张医生讲得很细,没有催我交钱。鼻唇沟困扰了我许多年,照相都要躲镜头。"
    "2024年5月3日敷了四十分钟麻药,前后一共做了90分钟,像被橡皮筋弹,有几下确实想喊。第3天着手退肿,戴口罩工作没人看出来。"
    "如今同事都说我气色好了,却猜不到做了啥。花了6800元,想做的先查资质,别只看价钱,加微信abc_12345能够问我。"
)
OTHER = (
    "上个月陪妈妈去做热玛吉,她怕疼怕得要命,全程抓着我的手。诊所在地铁口旁边,等号等了快一小时,前台倒是一直道歉。"
    "做的时候隔着门都听见她哼哼,出来照镜子却笑了。晚上脸有些红,敷了冰袋睡得挺香。隔周带她复查,大夫只说注意防晒。"
    "效果嘛,我看不太出来,她自己说下颌线紧了一点。三千块一次对我们家不算便宜,她还盘算着年底再去,我爸直摇头。"
)


@pytest.mark.parametrize("text", ["", "好", NOTE, "甲" + " " * 700 + "乙丙丁戊己庚" + "\n" * 300 + "辛"])
def test_a_print_survives_being_kept(text: str) -> None:
    print_ = text_print(text)
    kept = TextPrint.from_bytes(print_.to_bytes())
    assert kept == print_
    assert kept.starts.tolist() == print_.starts.tolist()
    assert kept.length == len(text)


def test_prints_of_others_and_damaged_ones_are_refused() -> None:
    data = text_print(NOTE).to_bytes()
    for wrong in (b"", data[:-1], data + b"\0", b"\x09" + data[1:], data[:1] + b"abcd" + data[5:]):
        with pytest.raises(BadPrint):
            TextPrint.from_bytes(wrong)
    wide = bytearray(text_print("甲乙丙丁戊己" + " " * 400 + "庚").to_bytes())
    wide[21 + 2 * 7] = 255  # says that another gap is long, which is kept nowhere
    with pytest.raises(BadPrint):
        TextPrint.from_bytes(bytes(wide))


def test_what_a_writer_changes_without_writing_changes_nothing() -> None:
    plain = "术后第三天开始消肿,同事都说我气色好了很多,一点也看不出来。"
    dressed = "術後 第三天開始消腫~同事都說我氣色好了很多✨一點也看不出來！！"
    one, other = text_prints([plain, dressed])
    assert one.tokens.tolist() == other.tokens.tolist()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("张医生亲自做的", "欧阳李院长亲自做的"),
        ("坐标上海的姐妹", "坐标乌鲁木齐的姐妹"),
        ("2024年5月3日做的", "2025-11-18做的"),
        ("花了6800元做完", "花了12,800元做完"),
        ("等了三天拆线", "等了十五天拆线"),
        ("打13812345678问我", "打400-820-8820问我"),
        ("看https://a.example/x1问我", "看https://b.example/y/2问我"),
        ("美澜医疗美容做的", "晨曦医疗美容做的"),
    ],
)
def test_names_places_dates_numbers_and_contacts_are_blanks(one: str, other: str) -> None:
    here, there = text_prints([one, other])
    assert here.tokens.tolist() == there.tokens[-len(here.tokens) :].tolist()


def test_a_note_told_by_another_is_a_template() -> None:
    found = compare(text_print(RETOLD), text_print(NOTE))
    assert found is not None
    assert (found.how, found.overlap) == ("template", 1000)  # only blanks were filled anew
    same = compare(text_print("✨" + NOTE), text_print(NOTE))
    assert same is not None
    assert (same.how, same.overlap, same.jaccard) == ("copy", 1000, 1000)
    changed = RETOLD.replace("像被橡皮筋弹", "跟针扎似的").replace("猜不到做了什么", "问我用了哪种面霜")
    found = compare(text_print(changed), text_print(NOTE))
    assert found is not None
    assert found.how == "template"
    assert 800 < found.overlap < 960


def test_other_words_of_one_meaning_are_seen_through_and_said() -> None:
    found = compare(text_print(REWORDED), text_print(NOTE))
    assert found is not None
    assert found.how == "synonyms"
    assert found.overlap > 900


def test_another_order_is_seen_through_and_said() -> None:
    sentences = [each for each in NOTE.replace("!", "。").split("。") if each]
    found = compare(text_print("。".join(reversed(sentences))), text_print(NOTE))
    assert found is not None
    assert found.how == "reordered"
    assert found.overlap > 900


def test_notes_of_one_procedure_are_not_alike() -> None:
    assert compare(text_print(OTHER), text_print(NOTE)) is None
    index = TextIndex()
    index.add(1, text_print(NOTE))
    assert index.search(text_print(OTHER)) == ()


def test_spans_are_the_places_in_both_texts() -> None:
    head = "这一段是我自己写的,讲讲那天路上堵车的事,和后面的没有关系。"
    passage = NOTE[45:150]
    found = compare(text_print(head + passage), text_print(NOTE))
    assert found is not None
    assert found.spans
    shared = "".join((head + passage)[span.start : span.end] for span in found.spans)
    there = "".join(NOTE[span.other_start : span.other_end] for span in found.spans)
    assert shared == there
    assert len(shared) > 0.9 * len(passage)


def test_short_texts_must_be_nearly_the_same() -> None:
    index = TextIndex()
    index.add_many(enumerate(text_prints(["效果很好医生很专业", "好看", "医生很温柔,一点也不疼"])))
    assert [match.key for match in index.search(text_print("效果很好,医生很专业!"))] == [0]
    assert index.search(text_print("好看")) == ()
    assert index.search(text_print("环境很好,护士也专业")) == ()


def test_added_one_by_one_or_together_and_at_any_time_it_finds_the_same() -> None:
    prints = text_prints([NOTE, OTHER, RETOLD, REWORDED])
    one, many = TextIndex(), TextIndex()
    for key, each in enumerate(prints):
        one.add(key, each)
    many.add_many(enumerate(prints[:2]))
    many.add(2, prints[2])
    many.add_many([(3, prints[3])])
    asked = text_print(NOTE + "谢谢大家看到这里。")
    assert one.search(asked) == many.search(asked)
    assert [match.key for match in one.search(asked)] == [0, 2, 3]
    assert [match.key for match in one.search(asked, limit=1)] == [0]
    alone = TextIndex()
    alone.add(2, prints[2])
    assert alone.search(asked) == tuple(match for match in one.search(asked) if match.key == 2)


def test_what_is_removed_is_forgotten_and_its_words_are_gone() -> None:
    index = TextIndex()
    index.add(7, text_print(NOTE))
    with pytest.raises(ValueError, match="7"):
        index.add(7, text_print(OTHER))
    assert index.remove(7)
    assert not index.remove(7)
    assert len(index) == 0
    assert index.search(text_print(NOTE)) == ()
    assert not any(block.any() for block in index._shelf._tokens)
    index.add(7, text_print(NOTE))
    assert [match.key for match in index.search(text_print(NOTE))] == [7]


def test_long_texts_are_compared_in_portions_with_the_same_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    index = TextIndex()
    index.add_many(enumerate(text_prints([NOTE, RETOLD, OTHER, REWORDED])))
    found = index.search(text_print(NOTE))
    monkeypatch.setattr("mingjian.core.reuse.align.MOST", 300)
    assert index.search(text_print(NOTE)) == found
    long = text_print(OTHER + "甲" + NOTE * 300)
    assert int(long.starts[-1]) < 1 << 15 < long.length
    assert {match.key for match in index.search(long)} == {0, 1, 2, 3}


def test_of_a_large_ring_the_nearest_and_the_earliest_stay_in_sight() -> None:
    index = TextIndex()
    rng = np.random.default_rng(3)
    for key in range(400):
        index.add(key, text_print(RETOLD.replace("橡皮筋", chr(0x4E00 + int(rng.integers(9000))) * 2)))
    index.add(400, text_print(NOTE))
    found = [match.key for match in index.search(text_print(NOTE))]
    assert 400 in found
    assert set(range(10)) <= set(found)
