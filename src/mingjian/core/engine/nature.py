"""Nature first: is the item an advertisement, or disclosure, education, experience, news, official text?

Follows 医疗广告认定指南 (2025): what marks turn education or disclosure into an advertisement (第六条, 第八条),
and 《广告法》适用问题执法指南(一) (2025): marketing purpose decides, not the form. An item that shows no mark at
all is presumed an advertisement, because this linter reads what is about to be published to promote.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice

from mingjian.core.engine.matchers.base import WordSet
from mingjian.core.engine.passage import Document
from mingjian.core.engine.scan import Hit
from mingjian.core.engine.vocabulary import Lexemes
from mingjian.core.model.item import Item
from mingjian.core.model.verdict import Evidence, Nature
from mingjian.core.text.views import Batch

# Lexicons whose words mark promotion, with the weight of one distinct word.
AD_MARKS = {
    "contact_wechat": 3, "contact_invite": 2, "contact_qr": 3, "contact_phone_word": 2, "purchase_link": 3,
    "booking": 2, "lure_price": 3, "discount": 2, "urgency": 2, "gift": 2, "loan": 2, "recruit_model": 2,
    "review_bait": 2, "ad_cue": 2, "guarantee": 1, "endorser": 1,
}  # fmt: skip
# What only the field's own words give weight to: a restaurant's discount is not our advertisement.
CUES = {
    "education": ("education_cue",),
    "experience": ("experience_cue",),
    "news": ("news_cue",),
    "official": ("official_cue", "law_cue"),
    "disclosure": ("disclosure_cue",),
}
STRONG = 3
CUE_MINIMUM = 2
PUBLISHER_NATURE = {"government": "official", "media": "news"}
# Every alternative begins with a plain character: the regex machine then skips to those without trying the rest.
OFFICIAL = re.compile(
    r"《[^》]{2,40}(?:法|办法|条例|规定|指南|通知|准则|意见|公告)》|第[一二三四五六七八九十百0-9]{1,5}条(?:第|规定|明确|[:,“])|"
    r"广告不得|不得(?:含有|使用|宣传|利用|说明|涉及|作)|绝对化用语|依法(?:查处|处罚|取缔)|消费者应|监管(?:部门|局)|药监局|卫健委|卫生健康委"
)
NEWS = re.compile(
    r"记者|据悉|据介绍|据报道|近日|日前|年[^,。]{0,20}(?:成功|完成|创建|成立|授予)|发言人|截至目前|截至[0-9]"
)
EXPERIENCE = re.compile(
    r"我(?:妈|朋友|同事|老公|闺蜜|[^,。!?]{0,10}(?:做了|打了|去了|拔了|割了|选了|预约了|觉得|感觉|当时|本来|终于))|"
    r"本人|本宝|楼主|医生(?:说|跟我|告诉我)"
)
EDUCATION = re.compile(
    r"病因|发病(?:率|机制|原因)|生存率|流行病学|研究(?:表明|显示|发现|证实)|文献|一般(?:来说|而言)|通常(?:情况|是|在|会)|临床上|医学上|是指|"
    r"俗称|患者(?:应|需|可能|出现)|建议(?:及时|尽早|尽快|到正规)|取决于|个体差异|并发症|不良反应|适应症|禁忌|误区|遵医嘱"
)
DISCLOSURE = re.compile(
    r"创建于[0-9]{4}年|成立于[0-9]{4}年|始建于[0-9]{4}年|诊疗科目|执业许可|毕业于|从事[^,。]{2,16}(?:工作|临床)[0-9一二三四五六七八九十]{1,3}|"
    r"委员|门诊时间|营业时间|收费标准|价格区间|医保|挂号"
)
TEXT_CUES = {
    "official": OFFICIAL, "news": NEWS, "experience": EXPERIENCE, "education": EDUCATION, "disclosure": DISCLOSURE,
}  # fmt: skip


@dataclass(frozen=True)
class NatureMarks:
    """Which lexicons of a vocabulary mark which nature."""

    promotion: Mapping[int, int]
    promoting: WordSet
    cues: Mapping[str, int]
    field: int
    topic: int
    names: tuple[str, ...]
    anchors: Mapping[str, int]

    @classmethod
    def of(cls, lexemes: Lexemes, anchors: Mapping[str, int]) -> NatureMarks:
        """``anchors``: anchor_masks of TEXT_CUES."""
        ids = lexemes.ids
        promotion = {ids[name]: weight for name, weight in AD_MARKS.items() if name in ids}
        return cls(
            promotion=promotion,
            promoting=WordSet(frozenset(promotion)),
            cues={nature: _mask(ids, names) for nature, names in CUES.items()},
            field=sum(1 << i for i, is_field in enumerate(lexemes.is_field) if is_field),
            topic=lexemes.topic_mask | _mask(ids, (name for names in CUES.values() for name in names)),
            names=lexemes.names,
            anchors=anchors,
        )


def _mask(ids: Mapping[str, int], names: Iterable[str]) -> int:
    mask = 0
    for name in names:
        mask |= 1 << ids[name] if name in ids else 0
    return mask


def find_nature(
    item: Item,
    documents: list[Document],
    marks: NatureMarks,
    batch: Batch,
    promotion: int,
    scores: Mapping[str, float] | None,
) -> Nature:
    """The nature with its evidence. ``promotion``: weight of the words that mark promotion; ``scores``: the
    classifier's probabilities when it ran."""
    read, source = _read(item, documents, marks, promotion, scores)
    contradiction = None
    if item.nature is not None:
        if source != "presumed" and _contradicts(item.nature, read, promotion):
            contradiction = read
        read, source = item.nature, "stated"
    if promotion < STRONG or (read != "advertisement" and contradiction is None):
        return Nature(read, source, (), contradiction)
    hits = _promoting(documents, marks)[:MAX_EVIDENCE]
    return Nature(read, source, _evidence(hits, documents[0].index, marks, batch), contradiction)


def _promoting(documents: list[Document], marks: NatureMarks) -> list[tuple[Document, Hit]]:
    """The first place of every distinct word that marks promotion."""
    found: list[tuple[Document, Hit]] = []
    seen: set[int] = set()
    for document in documents:
        if not document.mask & marks.promoting.mask:
            continue
        for hit in document.of(marks.promoting):
            if hit.word not in seen:
                seen.add(hit.word)
                found.append((document, hit))
    return found


def _evidence(hits: list[tuple[Document, Hit]], first: int, marks: NatureMarks, batch: Batch) -> tuple[Evidence, ...]:
    evidence = []
    for document, hit in hits:
        base = int(batch.starts[document.index])
        start = int(batch.folded.origin[hit.start]) - base
        end = int(batch.folded.ends[hit.end - 1]) - base
        quote = batch.texts[document.index][start:end]
        evidence.append(Evidence(document.index - first, start, end, quote, marks.names[hit.lexicon]))
    return tuple(evidence)


def _read(
    item: Item, documents: list[Document], marks: NatureMarks, promotion: int, scores: Mapping[str, float] | None
) -> tuple[str, str]:
    of_field = any(document.mask & marks.field for document in documents)
    if promotion >= STRONG and of_field and not _legal(documents, marks):
        return "advertisement", "marks"
    kind = item.publisher.kind
    if kind in PUBLISHER_NATURE and promotion < STRONG:
        return PUBLISHER_NATURE[kind], "marks"
    if scores is not None:
        if scores["advertisement"] >= SURE:
            return "advertisement", "classifier"
        likely = max((name for name in scores if name != "advertisement"), key=lambda name: scores[name])
        return EVERYDAY.get(likely, likely), "classifier"
    counts = _cues(documents, marks)
    best = max(counts, key=lambda name: counts[name])
    if counts[best] >= CUE_MINIMUM + promotion:
        return best, "marks"
    return ("advertisement", "marks") if promotion >= STRONG else ("advertisement", "presumed")


def _cues(documents: list[Document], marks: NatureMarks) -> dict[str, int]:
    """How many sentences hold a cue of each nature; what a text says of itself counts double."""
    counts = dict.fromkeys(marks.cues, 0)
    for document in documents:
        for nature, mask in marks.cues.items():
            if document.mask & mask:
                counts[nature] += len([1 for sentence in document.masks if sentence & mask])
        if not document.mask & marks.topic:
            continue  # a text on something else is not worth reading closer
        for nature, pattern in TEXT_CUES.items():
            if not document.mask & marks.anchors[nature]:
                continue
            found = sum(1 for _ in islice(pattern.finditer(document.text, document.start, document.end), ENOUGH))
            counts[nature] += CUE_MINIMUM * found
    return counts


EVERYDAY = {"other": "experience"}  # talk of daily life is a person's own expression
MAX_EVIDENCE = 12
ENOUGH = 3  # cues of one nature: more say no more
SURE = 0.45


def _legal(documents: list[Document], marks: NatureMarks) -> bool:
    mask = marks.anchors["official"]
    return any(d.mask & mask and OFFICIAL.search(d.text, d.start, d.end) for d in documents)


def _contradicts(stated: str, read: str, promotion: int) -> bool:
    """A stated nature is only contradicted by clear marks: promotion in what is said to be something else."""
    return stated != read and (read == "advertisement") == (promotion >= STRONG)
