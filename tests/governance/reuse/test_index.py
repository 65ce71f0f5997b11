"""Values that this process has already are not read again, and nothing of what was deleted is left with them."""

from __future__ import annotations

from typing import Any

from mingjian.core.reuse.texts import text_print
from mingjian.governance.reuse.index import Index
from mingjian.governance.reuse.model import Print
from mingjian.records.reuse.model import KeptPrint

TEXT = "术后第三天肿得厉害,医生说冰敷就好,第二周开始消肿,我会推荐给朋友,麻药打完没什么感觉。"


def _kept(number: int, body: bytes, matter: str = "text", of: int | None = None) -> KeptPrint:
    return KeptPrint(number=number, item=f"item_{number}", matter=matter, place="written", page=None, body=body, of=of)


def test_a_value_that_is_there_is_taken_and_found() -> None:
    value = text_print(TEXT)
    made: dict[bytes, Any] = {value.to_bytes(): value}
    index = Index()
    index.take([_kept(1, value.to_bytes()), _kept(2, value.to_bytes())], made)
    assert made == {}
    found = index.search(Print("text", "written", None, value.to_bytes(), text_print(TEXT)))
    assert [match.number for match in found] == [1, 2]


def test_with_a_deleted_print_no_value_stays() -> None:
    value, other = text_print(TEXT), text_print(TEXT[::-1])
    made: dict[bytes, Any] = {other.to_bytes(): other}
    index = Index()
    index.take([_kept(1, value.to_bytes()), _kept(2, b"", "gone", of=1)], made)
    assert made == {}
    assert len(index) == 0
