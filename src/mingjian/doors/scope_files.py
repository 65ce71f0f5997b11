"""Facts for a scope question from a JSON file, for use without a store; all that is wrong with it at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from mingjian.core.model.scope import Catalogue
from mingjian.core.scope import (
    Account,
    Answer,
    Held,
    Institution,
    Owner,
    Physician,
    Post,
    Product,
    may_advertise,
    may_perform,
)
from mingjian.core.scope.finding import Finder
from mingjian.core.scope.institution import LICENCES, kind_of
from mingjian.core.text.views import normalise
from mingjian.intake.values import shown

TOP = ("ask", "as_of", "procedure", "institution", "physician", "account", "product")
HELD = ("kind", "number", "scope", "valid_from", "valid_to", "state", "check", "id")
PLACE = ("id", "name", "kind", "level", "state", "credentials", "products")
PERSON = ("id", "name", "state", "credentials", "posts", "assistant", "supervised")
THING = ("id", "name", "kind", "drug", "credentials")
OWNED = ("id", "name", "state", "owners", "operators")
STATES = ("valid", "suspended", "revoked")


class _Reader:
    """Reads fields, noting what is wrong where."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue
        self.problems: list[str] = []

    def wrong(self, where: str, message: str) -> None:
        self.problems.append(f"{where}:{message}" if where else message)

    def thing(self, value: Any, where: str, known: tuple[str, ...]) -> Mapping[str, Any] | None:
        if not isinstance(value, Mapping):
            self.wrong(where, f"应为对象,而不是{shown(value)}")
            return None
        for name in sorted(map(str, set(value) - set(known))):
            self.wrong(f"{where}.{name}".lstrip("."), f"没有这个字段;可用:{'、'.join(known)}")
        return value

    def text(self, data: Mapping[str, Any], name: str, where: str) -> str | None:
        value = data.get(name)
        if value is None or isinstance(value, str):
            return value
        self.wrong(f"{where}.{name}".lstrip("."), f"应为文字,而不是{shown(value)}")
        return None

    def flag(self, data: Mapping[str, Any], name: str, where: str) -> bool | None:
        value = data.get(name)
        if value is None or isinstance(value, bool):
            return value
        self.wrong(f"{where}.{name}", "应为 true 或 false")
        return None

    def day(self, data: Mapping[str, Any], name: str, where: str = "") -> date | None:
        value = data.get(name)
        if value is None:
            return None
        try:
            return date.fromisoformat(value)
        except (TypeError, ValueError):
            self.wrong(f"{where}.{name}".lstrip("."), f"不是日期:{shown(value)},写成 2026-03-01 的样子")
            return None

    def some(self, data: Mapping[str, Any], name: str, where: str) -> list[Any] | None:
        value = data.get(name)
        if value is None or isinstance(value, list):
            return value
        self.wrong(f"{where}.{name}", f"应为数组,而不是{shown(value)}")
        return None

    def held(self, data: Mapping[str, Any], where: str) -> tuple[Held, ...] | None:
        listed = self.some(data, "credentials", where)
        if listed is None:
            return None
        made = []
        for place, entry in enumerate(listed):
            at = f"{where}.credentials[{place}]"
            one = self.thing(entry, at, HELD)
            if one is None:
                continue
            scope = self.some(one, "scope", at) or []
            state = self.text(one, "state", at) or "valid"
            if state not in STATES:
                self.wrong(f"{at}.state", f"应为 {'、'.join(STATES)} 之一")
            made.append(Held(
                self.text(one, "kind", at) or "", self.text(one, "number", at) or "", tuple(map(str, scope)),
                self.day(one, "valid_from", at), self.day(one, "valid_to", at), state,
                self.text(one, "check", at) or "unverified", self.text(one, "id", at) or "",
            ))  # fmt: skip
        return tuple(made)

    def product(self, value: Any, where: str) -> Product | None:
        one = self.thing(value, where, THING)
        if one is None:
            return None
        drug = self.text(one, "drug", where)
        return Product(
            self.text(one, "name", where) or "产品", self.text(one, "kind", where), self.held(one, where), drug,
            self.text(one, "id", where) or "",
        )  # fmt: skip

    def institution(self, value: Any, where: str = "institution") -> Institution | None:
        one = self.thing(value, where, PLACE)
        if one is None:
            return None
        papers = self.held(one, where)
        number = next((paper.number for paper in papers or () if paper.kind in LICENCES), "")
        name, stated = self.text(one, "name", where) or "", self.text(one, "kind", where)
        kind = kind_of(self.catalogue, stated, number, name)
        if stated and self.catalogue.kind(stated) is None:
            names = "、".join(f"{each.code}({each.name})" for each in self.catalogue.kinds)
            self.wrong(f"{where}.kind", f"不认识“{stated[:40]}”;可用:{names}")
        listed = self.some(one, "products", where)
        products = [self.product(entry, f"{where}.products[{at}]") for at, entry in enumerate(listed or ())]
        return Institution(
            name, kind.code if kind else None, self.text(one, "level", where), self.text(one, "state", where) or
            "active", papers, None if listed is None else tuple(each for each in products if each is not None),
            self.text(one, "id", where) or "institution",
        )  # fmt: skip

    def physician(self, value: Any, institution: Institution | None) -> Physician | None:
        one = self.thing(value, "physician", PERSON)
        if one is None:
            return None
        posts = []
        listed = self.some(one, "posts", "physician")
        for place, entry in enumerate(listed or ()):
            at = f"physician.posts[{place}]"
            post = self.thing(entry, at, ("institution", "valid_from", "valid_to", "state"))
            if post is not None:
                here = self.text(post, "institution", at) or (institution.id if institution else "institution")
                posts.append(Post(here, self.day(post, "valid_from", at), self.day(post, "valid_to", at),
                                  self.text(post, "state", at) or "valid"))  # fmt: skip
        return Physician(
            self.text(one, "name", "physician") or "", self.text(one, "state", "physician") or "active",
            self.held(one, "physician"), None if listed is None else tuple(posts),
            self.flag(one, "assistant", "physician"), self.flag(one, "supervised", "physician"),
            self.text(one, "id", "physician") or "physician",
        )  # fmt: skip

    def account(self, value: Any, institution: Institution | None) -> Account | None:
        one = self.thing(value, "account", OWNED)
        if one is None:
            return None
        return Account(
            self.text(one, "name", "account") or "", self.text(one, "state", "account") or "active",
            self.owners(one, "owners", institution), self.owners(one, "operators", None),
            self.text(one, "id", "account") or "account",
        )  # fmt: skip

    def owners(self, data: Mapping[str, Any], name: str, institution: Institution | None) -> tuple[Owner, ...] | None:
        listed = self.some(data, name, "account")
        if listed is None:
            return None
        made = []
        for place, entry in enumerate(listed):
            at = f"account.{name}[{place}]"
            one = self.thing(entry, at, ("kind", "name", "id"))
            if one is not None:
                kind = self.text(one, "kind", at) or ""
                owner = institution if kind == "institution" else None
                made.append(Owner(kind, self.text(one, "name", at) or "", owner, self.text(one, "id", at) or ""))
        return tuple(made)


def answer_file(
    data: Any, catalogue: Catalogue, finder: Finder, as_of: date, ask: str | None = None
) -> tuple[Answer | None, list[str]]:
    """The answer to the question a file asks with its facts, or what is wrong with it. ``as_of`` is the day where the
    file names none."""
    read = _Reader(catalogue)
    top = read.thing(data, "", TOP)
    if top is None:
        return None, read.problems
    day = read.day(top, "as_of") or as_of
    asked = ask or read.text(top, "ask", "") or ("advertise" if "account" in top else "perform")
    if asked not in ("perform", "advertise"):
        read.wrong("ask", "应为 perform 或 advertise")
    written = read.text(top, "procedure", "")
    found = {one.procedure for one in finder.find(normalise(written or ""))}
    known = catalogue.procedures.get(written or "") or next(
        (one for one in catalogue.procedures.values() if one.name == written), None
    )
    if known is None and len(found) == 1:
        known = catalogue.procedures[found.pop()]
    place = read.institution(top["institution"]) if "institution" in top else None
    who = read.physician(top["physician"], place) if "physician" in top else None
    account = read.account(top["account"], place) if "account" in top else None
    product = read.product(top["product"], "product") if "product" in top else None
    if read.problems:
        return None, read.problems
    if asked == "advertise":
        goods = product if product is not None and written is None else None
        return may_advertise(catalogue, account, goods or known or written, day, place), []
    return may_perform(catalogue, who, known or written, place, day, product), []
