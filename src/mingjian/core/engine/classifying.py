"""Run the classifier over a scanned batch, and turn its scores into candidates of the rules that use it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from mingjian.core.engine.classify import Index, Model, Scores, probability
from mingjian.core.engine.compile import Compiled
from mingjian.core.engine.decide import Candidate
from mingjian.core.engine.gates import Setting, passes
from mingjian.core.engine.passage import Document, Passage
from mingjian.core.engine.scan import Scan
from mingjian.core.engine.silence import silenced
from mingjian.core.engine.vocabulary import Lexemes
from mingjian.core.model.rule import Rule

if TYPE_CHECKING:  # importing it costs a cold start 20 ms
    import numpy.typing as npt

OFF_TOPIC = 0.9
FLOOR = 0.15  # below this the likeliest family is a guess
SHORT = 160  # a part of at most this many characters is also read as one unit
MIN_UNIT = 4
TITLE, SPARE = 16, 2  # characters: of a title, and of it that may stand beside names for it to be a mere name
HEADING = 8  # characters: a shorter line among others is judged only when it is sure
CERTAIN = 0.9  # from here on only a voice that denies or quotes silences what the classifier says
DENIALS = frozenset(("negated", "debunked", "quoting_law", "quoted", "question"))
ONE_CLAIM = 40  # characters: a unit of at most these is one claim, cause and effect together
LINE_END = ord("\n")
COMPANY, COMPANY_FLOOR = 0.6, -4.0  # how much of the company's log odds counts, and down to where
ANY = "any"  # the head that says a unit breaks something, whatever it is
AGREEMENT = {"high": 0.05, "medium": 0.25, "low": 0.4}  # chosen on the development cases; see docs/accuracy


@dataclass(frozen=True)
class Classified:
    """Probabilities of every unit of a batch. Units are the sentences, in order, and after them the short parts
    that have several sentences, each as a whole.

    ``starts``, ``ends``: folded offsets; ``whole``: text → its unit as a whole; ``families``, ``nature``:
    units × names; ``item_any``, ``item_nature``: the same for each text, over its sentences.
    """

    model: Model
    scan: Scan
    starts: list[int]
    ends: list[int]
    whole: dict[int, int]
    families: Scores
    nature: Scores
    text_any: Scores
    text_nature: Scores
    family_names: tuple[str, ...]
    nature_names: tuple[str, ...]

    def units(self, text: int) -> list[int]:
        """The units of one text that are long enough to be read."""
        first, last = self.scan.first_sentence[text], self.scan.first_sentence[text + 1]
        found = [unit for unit in range(first, last) if self.ends[unit] - self.starts[unit] >= MIN_UNIT]
        return [*found, self.whole[text]] if text in self.whole else found

    def units_at(self, text: int, place: int) -> list[int]:
        """Those of a text's units that hold a place: its sentence, and the short part as a whole."""
        first, last = self.scan.first_sentence[text], self.scan.first_sentence[text + 1]
        unit = bisect_right(self.starts, place, first, last) - 1
        readable = unit >= first and self.ends[unit] - self.starts[unit] >= MIN_UNIT
        found = [unit] if readable and place <= self.ends[unit] else []
        return [*found, self.whole[text]] if text in self.whole else found

    def natures(self, documents: Sequence[Document]) -> dict[str, float]:
        """Mean probability of each lawful nature over an item's sentences; and under ``advertisement`` the
        chance that its likeliest unit breaks something, which in the training texts only advertisements do."""
        texts = [document.index for document in documents]
        means = self.text_nature[texts].mean(axis=0) if len(texts) > 1 else self.text_nature[texts[0]]
        scores = dict(zip(self.nature_names, means.tolist(), strict=True))
        scores["advertisement"] = max(float(self.text_any[text]) for text in texts)
        return scores

    def bears_out(self, document: Document, start: int, family: str) -> float:
        """How likely the unit around a place is a breach, of this family or at all."""
        units = self.units_at(document.index, start)
        if not units:
            return 1.0
        rows = self.families[units]
        surest = float(rows[:, self.family_names.index(ANY)].max())
        if family in self.family_names:
            own = float(rows[:, self.family_names.index(family)].max())
            first, last = self.scan.first_sentence[document.index : document.index + 2]
            odds = own / max(1.0 - own, 1e-9) / max(last - first, 1)  # as for ANY: more sentences, more chances
            surest = max(surest, odds / (1.0 + odds))
        return surest


def classify(model: Model, classes: Scores | None, found: Scan) -> Classified:
    """Score every unit of a batch at once. ``classes``: model.lexicon_table, to make it once for many batches."""
    lexemes = found.lexemes
    table = classes if classes is not None else model.lexicon_table(lexemes)
    sentence_ends = np.asarray(found.sentence_ends, dtype=np.int64)
    lows = np.concatenate(([0], sentence_ends[:-1]))
    highs = np.maximum(sentence_ends - 1, lows)
    whole: dict[int, int] = {}
    low_more: list[int] = []
    high_more: list[int] = []
    for text in range(len(found.bounds) - 1):
        low, high = found.bounds[text], found.bounds[text + 1]
        if high - low <= SHORT and found.first_sentence[text + 1] - found.first_sentence[text] > 1:
            whole[text] = len(lows) + len(low_more)
            low_more.append(low)
            high_more.append(high - 1)
    starts = np.concatenate((lows, np.asarray(low_more, dtype=np.int64)))
    ends = np.concatenate((highs, np.asarray(high_more, dtype=np.int64)))
    total = model.score(found.batch.folded.array, starts, ends)
    total += _lexicon_scores(table, lexemes, found, len(lows), whole)
    family, nature = model.columns("family"), model.columns("nature")
    firsts = np.asarray(found.first_sentence[:-1], dtype=np.int64)
    readable = (ends - starts >= MIN_UNIT)[:, None]
    # A long text gives chance as many chances as it has sentences: each must be that much surer.
    sentences = np.add.reduceat(readable[: len(lows), 0].astype(np.int64), firsts)
    chances = np.repeat(np.maximum(sentences, 1), np.diff([*firsts, len(lows)]))
    total[: len(lows), family[ANY]] -= np.log(chances)
    lengths = np.where(readable[: len(lows), 0], highs - lows, 0)
    # Lines are no company: those of a poster or a chat have nothing to do with each other.
    begins = np.zeros(len(lows), dtype=bool)
    begins[firsts] = True
    begins[1:] |= found.batch.folded.array[sentence_ends[:-1] - 1] == LINE_END
    total[: len(lows), family[ANY]] += in_company(total[: len(lows), family[ANY]], lengths, np.flatnonzero(begins))
    families = probability(total[:, list(family.values())])
    exponent = np.exp(np.clip(total[:, list(nature.values())], -30, 30))
    natures = exponent / exponent.sum(axis=1, keepdims=True)
    chance = np.where(readable[:, 0], families[:, family[ANY]], 0.0)
    text_any = np.maximum.reduceat(chance[: len(lows)], firsts)
    for text, unit in whole.items():
        text_any[text] = max(text_any[text], chance[unit])
    weights = np.sqrt(np.maximum(highs - lows, 1))[:, None] * readable[: len(lows)] + 1e-9
    text_nature = np.add.reduceat(natures[: len(lows)] * weights, firsts, axis=0) / np.add.reduceat(weights, firsts)
    return Classified(
        model=model, scan=found, starts=starts.tolist(), ends=ends.tolist(), whole=whole, families=families,
        nature=natures, text_any=text_any, text_nature=text_nature.astype(np.float32), family_names=tuple(family),
        nature_names=tuple(nature),
    )  # fmt: skip


def in_company(odds: Scores, lengths: Index, firsts: Index) -> npt.NDArray[np.float64]:
    """What a sentence's company takes from its log odds: among sentences that explain, tell or warn it rather does
    so too. ``lengths``: characters of each sentence that were read; ``firsts``: the first sentence of each paragraph.
    Promoting company adds nothing: one claim does not make the next."""
    weight = lengths.astype(np.float64) + 1e-9
    mean = np.add.reduceat(odds * weight, firsts) / np.add.reduceat(weight, firsts)
    return np.repeat(COMPANY * np.clip(mean, COMPANY_FLOOR, 0.0), np.diff(np.append(firsts, len(odds))))


def _lexicon_scores(table: Scores, lexemes: Lexemes, found: Scan, sentences: int, whole: dict[int, int]) -> Scores:
    """What the lexicon classes in each unit add: every class once a unit, scaled by how many there are."""
    total = np.zeros((sentences + len(whole), table.shape[1]), dtype=np.float32)
    patterns = found.patterns
    counts = lexemes.class_counts[patterns]
    if not counts.sum():
        return total
    units = np.repeat(found.sentence_array, counts)
    offsets = np.repeat(lexemes.class_starts[patterns] - np.concatenate(([0], np.cumsum(counts)[:-1])), counts)
    classes = lexemes.classes[np.arange(len(units)) + offsets]
    if whole:
        texts = np.searchsorted(np.asarray(found.first_sentence[1:]), units, side="right")
        unit_of_text = np.full(len(found.bounds) - 1, -1, dtype=np.int64)
        unit_of_text[list(whole)] = list(whole.values())
        also = unit_of_text[texts] >= 0
        units = np.concatenate((units, unit_of_text[texts[also]]))
        classes = np.concatenate((classes, classes[also]))
    keys = np.sort(units * len(table) + classes)
    keys = keys[np.diff(keys, prepend=-1) > 0]  # np.unique would import numpy.ma (60 ms of a cold start)
    units, classes = keys // len(table), keys % len(table)
    firsts = np.flatnonzero(np.diff(units, prepend=-1))
    sizes = np.diff(np.append(firsts, len(units)))
    total[units[firsts]] = np.add.reduceat(table[classes], firsts, axis=0) / np.sqrt(sizes)[:, None]
    return total


def classifier_findings(
    compiled: Compiled,
    classified: Classified,
    document: Document,
    offset: int,
    role: str,
    setting: Setting,
    wanted: Sequence[bool],
    already: Sequence[Candidate],
) -> list[Candidate]:
    """Candidates of classifier rules for one part, where no rule has found the same family already."""
    # A text that speaks neither of medicine nor of health or looks must be far surer to be a breach.
    needed = max(classified.model.thresholds[f"family:{ANY}"], 0.0 if setting.topical else OFF_TOPIC)
    if classified.text_any[document.index] < needed:
        return []
    rules = [
        rule
        for number in compiled.classifier_rules
        if wanted[number] and passes(rule := compiled.rules[number], setting, role)
    ]
    if not rules:
        return []
    by_family: dict[str, Rule] = {}
    for rule in rules:
        by_family.setdefault(str(rule.match["family"]), rule)
    columns = {name: i for i, name in enumerate(classified.family_names) if name in by_family}
    first, last = classified.scan.first_sentence[document.index : document.index + 2]
    whole = classified.whole.get(document.index)
    candidates: list[Candidate] = []
    # A rule's words lie in one sentence, so what is spoken for is known by family and sentence.
    taken: set[tuple[str, int | None]] = set()
    for candidate in already:
        if candidate.part == offset and candidate.rule.outcome == "violation":
            taken.add((candidate.rule.family, bisect_right(classified.starts, candidate.start, first, last) - 1))
            taken.add((candidate.rule.family, None))
    row_any = classified.families[:, classified.family_names.index(ANY)]
    units = classified.units(document.index)
    for unit in units:
        start, end = classified.starts[unit], classified.ends[unit]
        if end - start < HEADING and len(units) > 1 and row_any[unit] < CERTAIN:
            continue  # a line of a poster: a name more often than a claim
        if end - start < TITLE and _is_name(compiled, document, start, end):
            continue
        for family in _families(classified, unit, columns, needed):
            rule = by_family[family]
            if (rule.family, None if unit == whole else unit) in taken:
                continue
            candidate, core = _candidate(classified, document, offset, start, end, rule, family)
            sure = row_any[unit] >= CERTAIN
            voices = tuple(v for v in rule.silent_when if v in DENIALS) if sure else rule.silent_when
            if silenced(voices, candidate.passage, *core, compiled.silencers) is None:
                candidates.append(candidate)
                if rule.outcome == "violation":
                    taken.update({(rule.family, unit), (rule.family, None)})
    return candidates


def borne_out(classified: Classified, document: Document, candidate: Candidate, source: str) -> bool:
    """Whether the classifier lets a rule's finding stand: the surer the rule, the less it has to agree.

    Only claims are weighed, which is what it was trained on; evidence still wanted and advice pass. Where the
    caller or plain marks say that the item is an advertisement, half as much will do.
    """
    rule = candidate.rule
    if rule.outcome != "violation" or rule.family not in classified.family_names:
        return True
    needed = AGREEMENT[rule.confidence] * (0.5 if source in ("stated", "marks") else 1.0)
    return classified.bears_out(document, candidate.start, rule.family) >= needed


def _is_name(compiled: Compiled, document: Document, start: int, end: int) -> bool:
    """Whether a unit only names a procedure or product and claims nothing of it, however often ads name it."""
    passage = document.passage_at(start)
    named = sum(hit.end - hit.start for hit in passage.of(compiled.names) if start <= hit.start and hit.end <= end)
    letters = sum(char.isalpha() for char in document.text[start:end])
    return named > 0 and letters - named <= SPARE


def _families(classified: Classified, unit: int, columns: Mapping[str, int], needed: float) -> list[str]:
    """The families of a unit that surely breaks something: those past their own operating point, or else
    the likeliest. Whether anything is broken is one decision, with one operating point."""
    row, points = classified.families[unit], classified.model.thresholds
    if not columns or row[classified.family_names.index(ANY)] < needed:
        return []
    sure = [name for name, column in columns.items() if row[column] >= points[f"family:{name}"]]
    likeliest = max(columns, key=lambda name: row[columns[name]])
    return sure or ([likeliest] if row[columns[likeliest]] >= FLOOR else [])


def _candidate(
    classified: Classified, document: Document, offset: int, start: int, end: int, rule: Rule, family: str
) -> tuple[Candidate, tuple[int, int]]:
    """Point at the unit, or at the clause of a longer one that drove the decision, and name its words; also the
    place of the strongest."""
    passage = document.passage_at(start)
    if passage.end < end:
        passage = Passage(document, start, end + 1, 0)
    column = classified.model.columns("family")[family]
    text = document.text
    pieces = classified.model.words(text, classified.scan.batch.folded.array, start, end, column)
    low, high = start, end
    if pieces and end - start > ONE_CLAIM:
        low, high = passage.clause(*pieces[0][:2])
        high = min(high, end)
    while low < high and text[low] in " \n,":
        low += 1
    words = tuple((text[a:b], round(weight, 3)) for a, b, weight in pieces)
    core = pieces[0][:2] if pieces else (low, high)
    return Candidate(rule, offset, low, high, passage, None, words), core
