"""The cheaper ways of comparing say what the plain one says."""

from __future__ import annotations

import random
from dataclasses import fields

import numpy as np

from mingjian.core.reuse.align import Flat, align, align_one, most_shared
from mingjian.core.reuse.lexicon import U16
from mingjian.core.reuse.texts import text_prints

CLAUSES = ("术后第三天肿得厉害", "医生说冰敷就好", "价格比别家贵一点", "环境很安静", "第二周开始消肿", "我会推荐给朋友",
           "麻药打完没什么感觉", "前台态度一般", "复查的时候拍了片子", "线拆得很快")  # fmt: skip


def _texts(count: int) -> list[U16]:
    rng = random.Random(3)
    made = [",".join(rng.choices(CLAUSES, k=rng.randrange(1, 12))) for _ in range(count)]
    return [each.tokens for each in text_prints(made)]


def test_one_against_many_is_what_each_pair_gives() -> None:
    one, *others = _texts(30)
    plain, at_once = align(Flat.of([one] * len(others)), Flat.of(others)), align_one(one, Flat.of(others))
    for field in fields(plain):
        assert np.array_equal(getattr(plain, field.name), getattr(at_once, field.name)), field.name
    assert int(plain.tokens.max()) > 10


def test_the_bound_is_never_below_what_is_found() -> None:
    texts = _texts(40)
    for one in texts[:10]:
        bound, found = most_shared(one, Flat.of(texts)), align_one(one, Flat.of(texts))
        assert (bound >= found.tokens).all()


def test_the_bound_tells_strangers_from_copies() -> None:
    one, copy, stranger = (each.tokens for each in text_prints(
        ["".join(CLAUSES), "".join(CLAUSES[3:] + CLAUSES[:3]), "今天包了一百个白菜猪肉饺子,冻起来慢慢吃,蘸醋最香"]
    ))  # fmt: skip
    likely, unlikely = most_shared(one, Flat.of([copy, stranger])).tolist()
    assert likely == len(copy)
    assert unlikely < len(stranger) / 4
