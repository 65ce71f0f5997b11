"""Numbers for tests: any characters that a form allows, with or without check digits that hold."""

from __future__ import annotations

from datetime import date

from hypothesis import strategies as st

from mingjian.core.credentials import Kind, kinds
from mingjian.core.credentials.digits import USCC_ALPHABET, id_card, org, uscc
from mingjian.core.credentials.model import Form
from mingjian.core.credentials.regions import counties

DAY = date(2026, 11, 1)
HAN = "东西南北广杭武"


@st.composite
def shaped(draw: st.DrawFn, form: Form) -> str:
    """A string that has the form, and mostly no sense."""
    parts = []
    for segment in form.segments:
        if segment.literal:
            parts.append(segment.literal)
        else:
            chars = st.sampled_from(segment.charset or HAN)
            parts.append("".join(draw(st.lists(chars, min_size=segment.width, max_size=segment.width))))
    return "".join(parts)


def any_form() -> st.SearchStrategy[tuple[Kind, Form]]:
    return st.sampled_from([(kind, form) for kind in kinds().values() for form in kind.forms])


@st.composite
def credit_codes(draw: st.DrawFn) -> str:
    """Whole 统一社会信用代码, both check digits right."""
    body = "".join(draw(st.lists(st.sampled_from(USCC_ALPHABET), min_size=8, max_size=8)))
    head = draw(st.sampled_from(("11", "12", "51", "52", "91", "92", "93")))
    number = head + draw(st.sampled_from(sorted(counties())[:2000])) + body + org(body)
    return number + uscc(number)


@st.composite
def identity_numbers(draw: st.DrawFn) -> str:
    """Whole 居民身份证号."""
    born = draw(st.dates(date(1930, 1, 1), date(2010, 1, 1)))
    region = draw(st.sampled_from(("110105", "310101", "440305", "510104", "330106")))
    number = f"{region}{born:%Y%m%d}{draw(st.integers(1, 999)):03d}"
    return number + id_card(number)
