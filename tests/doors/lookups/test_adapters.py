"""Each adapter over answers shaped like its official page: replayed on this machine, not recorded from the live one."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from mingjian.doors.lookups.adapters import adapter_of
from mingjian.doors.lookups.client import Client
from mingjian.governance.lookups.model import Asking, Source
from mingjian.governance.lookups.sources import SOURCES
from mingjian.records.lookups.model import Answer
from tests.doors.lookups import pages
from tests.doors.lookups.pages import Official

CONTEXT = {"name": "虚构clinic", "institution": "", "province": "北京市", "issuer": "", "valid_to": "2027-01-01",
           "as_of": date(2026, 3, 2), "at": 7}  # fmt: skip
NUMBER = "国械注准20193130001"


def ask(page: Official, source: str, number: str, **known: Any) -> Answer:
    """Through the shipped source, sent to this machine."""
    told = SOURCES.current()[source]
    here = replace(told, ask=replace(told.ask, url=page.url()))
    return adapter_of(here).ask(number, {**CONTEXT, **known}, Client(private=True, timeout=2))


class TestShapedLikeNmpa:
    @pytest.fixture(autouse=True)
    def json_(self, page: Official) -> None:
        page.kind = "application/json"

    def test_confirmed(self, page: Official) -> None:
        page.body = pages.device()
        found = ask(page, "nmpa_device", NUMBER, name="虚构射频治疗仪")
        assert (found.outcome, found.why, found.at) == ("confirmed", "与官方一致", 7)
        assert found.facts == {"shown": {"number": NUMBER, "issuer": "虚构医疗器械有限公司", "name": "虚构射频治疗仪"}}
        assert found.evidence.decode() == page.body and found.kind == "application/json"
        ((method, path, asked),) = page.asked
        assert (method, path, asked["searchValue"], asked["isSenior"]) == ("GET", "/ask", [NUMBER], ["N"])
        assert asked["itemId"] == ["ff80808183cad7500183cb66fe690285"]

    def test_another_product_under_the_number(self, page: Official) -> None:
        page.body = pages.device(name="另一台仪器")
        assert ask(page, "nmpa_device", NUMBER, name="虚构射频治疗仪").outcome == "contradicted"

    @pytest.mark.parametrize("number", ["", "国械注准20193130009"])
    def test_not_found(self, page: Official, number: str) -> None:
        page.body = pages.device(number)
        assert ask(page, "nmpa_device", NUMBER, name="虚构射频治疗仪").outcome == "not_found"

    @pytest.mark.parametrize("body", [
        '{"code": 500, "message": "系统繁忙"}', '{"code": 200, "data": null}', "[]", "<html>412</html>", "",
        '{"code": 200, "data": {"total": 0}}',
    ])  # fmt: skip
    def test_what_is_no_answer_is_never_held_against_anybody(self, page: Official, body: str) -> None:
        page.body = body
        assert ask(page, "nmpa_device", NUMBER).outcome == "unavailable"


class TestShapedLikeNhc:
    def test_a_physician_by_name_and_place(self, page: Official) -> None:
        page.body = pages.DOCTOR
        found = ask(page, "nhc_doctor", "110110000000001", name="张虚构", institution="虚构乙医院")
        assert (found.outcome, found.facts["shown"]["scope"]) == ("confirmed", "内科专业")
        assert page.asked[0][2]["Name"] == ["张虚构"]

    def test_a_physician_elsewhere(self, page: Official) -> None:
        page.body = pages.DOCTOR
        found = ask(page, "nhc_doctor", "110110000000001", name="张虚构", institution="虚构丙门诊部")
        assert found.outcome == "not_found"

    @pytest.mark.parametrize(("state", "outcome"), [("正常", "confirmed"), ("已注销", "contradicted")])
    def test_an_institution_in_a_table_of_labels(self, page: Official, state: str, outcome: str) -> None:
        page.body = pages.UNIT.format(state=state)
        found = ask(page, "nhc_unit", "PDY-clinic")
        assert (found.outcome, found.facts["shown"]["scope"]) == (outcome, "医疗美容科")

    def test_nothing_found_in_so_many_words(self, page: Official) -> None:
        page.body = pages.NOTHING
        assert ask(page, "nhc_unit", "PDY-clinic").outcome == "not_found"

    @pytest.mark.parametrize(
        "body", [pages.CAPTCHA, "<html><body>欢迎</body></html>", "<table><tr><td>a</td></tr></table>"]
    )
    def test_a_captcha_or_another_page_is_unavailable(self, page: Official, body: str) -> None:
        page.body = body
        found = ask(page, "nhc_unit", "PDY-clinic")
        assert (found.outcome, found.evidence) == ("unavailable", b"")


class TestShapedLikeGsxt:
    def test_confirmed(self, page: Official) -> None:
        page.body = pages.COMPANY
        found = ask(page, "gsxt", "91990102MA9DEMW131", name="虚构门诊部有限公司")
        assert found.outcome == "confirmed"
        assert found.facts["shown"] == {"name": "虚构门诊部有限公司", "number": "91990102MA9DEMW131",
                                        "state": "存续(在营、开业、在册)", "valid_from": "2019年05月06日"}  # fmt: skip
        assert page.asked[0][0] == "POST" and page.asked[0][2]["searchword"] == ["91990102MA9DEMW131"]

    def test_revoked(self, page: Official) -> None:
        page.body = pages.COMPANY.replace("存续(在营、开业、在册)", "吊销,未注销")
        found = ask(page, "gsxt", "91990102MA9DEMW131", name="虚构门诊部有限公司")
        assert (found.outcome, found.why) == ("contradicted", "官方状态为吊销")

    def test_a_sliding_captcha(self, page: Official) -> None:
        page.body = "<script src=geetest.js></script>"
        assert ask(page, "gsxt", "91990102MA9DEMW131").outcome == "unavailable"


class TestShapedLikeAProvince:
    def _ask(self, page: Official, province: str) -> Answer:
        told = SOURCES.current()["ad_review"]
        here = replace(told, provinces={"北京": Asking(page.url("/bj/{number}"))})
        return adapter_of(here).ask("虚医广〔2025〕第11-01-001号", {**CONTEXT, "province": province, "valid_to": ""},
                                    Client(private=True, timeout=2))  # fmt: skip

    def test_the_provinces_own_page(self, page: Official) -> None:
        page.body = pages.REVIEW
        found = self._ask(page, "北京市")
        assert (found.outcome, found.facts["shown"]["valid_to"]) == ("confirmed", "2025-11-01至2026-10-31")
        assert page.asked[0][1].startswith("/bj/%E8%99%9A")  # the number is quoted in the address

    def test_a_province_nobody_set_up(self, page: Official) -> None:
        found = self._ask(page, "虚构省")
        assert (found.outcome, page.asked) == ("unavailable", [])


class TestAnyJson:
    source = Source("gateway", "网关", "Gateway", ("other",), "json", automatic=True, rows="result.rows",
                    fields={"number": "no", "name": "holder.name", "valid_to": "until"})  # fmt: skip

    @pytest.mark.parametrize("body", ["form", "json"])
    def test_a_gateway(self, page: Official, body: str) -> None:
        page.kind = "application/json"
        page.body = '{"result": {"rows": [{"no": "A-1", "holder": {"name": "虚构clinic"}, "until": "2027-01-01"}]}}'
        here = replace(self.source, ask=Asking(page.url(), "POST", {"q": "{number}"}, {"X-Token": "t"}, body))
        found = adapter_of(here).ask("A-1", CONTEXT, Client(private=True, timeout=2))
        assert found.outcome == "confirmed"

    def test_a_path_that_is_not_there(self, page: Official) -> None:
        page.body = '{"result": {}}'
        here = replace(self.source, ask=Asking(page.url()))
        assert adapter_of(here).ask("A-1", CONTEXT, Client(private=True, timeout=2)).outcome == "unavailable"


def test_a_page_for_people_asks_nobody(page: Official) -> None:
    found = adapter_of(SOURCES.current()["training"]).ask("x", CONTEXT, Client(private=True))
    assert (found.outcome, found.why) == ("unavailable", "这个来源只能由人查询")


@pytest.mark.parametrize("status", [301, 302, 401, 403, 404, 412, 418, 429, 500, 502, 503, 521])
def test_no_status_but_200_says_anything(page: Official, status: int) -> None:
    page.status, page.body = status, pages.NOTHING
    page.headers = {"Location": "http://127.0.0.1:1/", "Retry-After": "90"}
    found = ask(page, "nhc_unit", "PDY-clinic")
    assert found.outcome == "unavailable" and f"HTTP {status}" in found.why and found.wait == 90
    assert len(page.asked) == 1  # not followed
