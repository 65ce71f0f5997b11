"""What may be done where and by whom, as data: specialties, practice scopes, kinds of institution, procedures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

GRADES = {1: "一级", 2: "二级", 3: "三级", 4: "四级"}
NEED_KINDS = ("device", "drug")
DRUGS = ("toxic", "prescription")


@dataclass(frozen=True, slots=True)
class Specialty:
    """A 诊疗科目. ``physicians`` are the practice scopes that surely serve it, ``perhaps`` those that may; both empty
    where the data does not say. ``lead``: its procedures need a 主诊医师, who has practised ``years`` years."""

    code: str
    name: str
    synonyms: tuple[str, ...] = ()
    physicians: tuple[str, ...] = ()
    perhaps: tuple[str, ...] = ()
    lead: bool = False
    years: int | None = None
    confidence: str = "high"

    @property
    def parent(self) -> str | None:
        """The first-level specialty it belongs to; None when it is one itself."""
        return self.code.split(".")[0] if "." in self.code else None


@dataclass(frozen=True, slots=True)
class Practice:
    """A physician's 执业范围 within a 执业类别."""

    code: str
    name: str
    category: str
    synonyms: tuple[str, ...] = ()
    confidence: str = "high"


@dataclass(frozen=True, slots=True)
class InstitutionKind:
    """A kind of institution, and how it is known: by the category segment of its licence number or the ending of its
    registered name. ``group`` is what ceilings speak of."""

    code: str
    name: str
    group: str
    segments: tuple[str, ...] = ()
    suffixes: tuple[str, ...] = ()
    confidence: str = "high"


@dataclass(frozen=True, slots=True)
class Ceiling:
    """The highest grade a group of institutions may perform, at a hospital level, with another specialty registered."""

    group: str
    grade: int
    level: str | None = None
    beside: str | None = None


@dataclass(frozen=True, slots=True)
class Need:
    """A device or drug that procedures use, known among registered products by words of the name."""

    code: str
    name: str
    kind: str
    words: tuple[str, ...]
    cites: tuple[str, ...]
    device_class: int | None = None
    confidence: str = "medium"


@dataclass(frozen=True, slots=True)
class Procedure:
    """A procedure. ``grades`` is the span of grades it may have (the same twice where there is one), None where the
    catalogue does not grade it. ``specialties`` surely cover it, ``perhaps`` may. ``listed``: it stands in the
    national catalogue; ``varies``: provinces class it differently. ``drug``: it uses a toxic or prescription drug.
    ``unapproved`` cites the notice that says its product is approved nowhere."""

    code: str
    name: str
    words: tuple[str, ...]
    excepts: tuple[str, ...]
    specialties: tuple[str, ...]
    perhaps: tuple[str, ...]
    grades: tuple[int, int] | None
    graded: bool
    listed: bool
    varies: bool
    restricted: bool
    needs: tuple[str, ...]
    drug: str | None
    unapproved: str | None
    cites: tuple[str, ...]
    section: str
    source: str
    confidence: str
    note: str = ""

    @property
    def settled(self) -> bool:
        """Whether the grade is sure enough to refuse somebody on its ground."""
        return self.listed and not self.varies and self.confidence != "low"

    @property
    def grade_name(self) -> str:
        """The grade as people write it."""
        if self.grades is None:
            return "未分级" if self.listed else "未列入目录"
        low, high = self.grades
        return GRADES[low] if low == high else f"{GRADES[low]}至{GRADES[high]}"


@dataclass(frozen=True)
class Catalogue:
    """All of it. ``names`` leads from every written form of a specialty to its code, ``practice_names`` likewise."""

    specialties: Mapping[str, Specialty] = field(default_factory=dict)
    practices: Mapping[str, Practice] = field(default_factory=dict)
    kinds: tuple[InstitutionKind, ...] = ()
    ceilings: tuple[Ceiling, ...] = ()
    needs: Mapping[str, Need] = field(default_factory=dict)
    procedures: Mapping[str, Procedure] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    practice_names: Mapping[str, str] = field(default_factory=dict)

    def specialty(self, written: str) -> str | None:
        """The code of a specialty however it is written (``14.01``, ``A14.01``, ``1401``, ``美容外科``), or None."""
        text = written.strip().replace("/", "-").replace(" ", "").replace("\uff1a", "-")
        found = self.names.get(text) or self.names.get(text.lstrip("AB"))
        return found or self.names.get(text.rsplit("-", 1)[-1])

    def practice(self, written: str) -> str | None:
        """The code of a practice scope however it is written, or None."""
        return self.practice_names.get(written.strip().replace(" ", ""))

    def specialty_name(self, code: str) -> str:
        """The name for people; a code that is not known stands for itself."""
        return self.specialties[code].name if code in self.specialties else code

    def kind(self, code: str) -> InstitutionKind | None:
        """The kind of institution of a code or a Chinese name."""
        return next((kind for kind in self.kinds if code in (kind.code, kind.name)), None)
