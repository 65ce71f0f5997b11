"""What is no request: each ends in a clear error, and nothing is kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mingjian.records.storage.database import Database
from mingjian.records.storage.item_pages import ItemFilter, list_items
from tests.doors.api.desks import Caller, desk_over, item

DEEP = b'{"id":"1","text":"x","facts":' + b"[" * 100_000 + b"]" * 100_000 + b"}"
NOT_JSON = {
    "empty": b"",
    "truncated": b'{"id":"1","text":"\xe4\xbd',
    "cut": b'{"id":"1","text":',
    "nan": b'{"id":"1","text":"x","price":NaN}',
    "infinite": b'{"id":"1","text":"x","price":1e999}',
    "digits": b'{"id":"1","text":"x","price":' + b"9" * 5000 + b"}",
    "deep": DEEP,
    "gbk": '{"id":"1","text":"保证"}'.encode("gbk"),
    "surrogate": b'{"id":"1","text":"\\ud800"}',
    "nesting": b'{"id":"1","text":"x","facts":{"a":' + b"[" * 30 + b"]" * 30 + b"}}",
}


@pytest.mark.parametrize("path", ["/items", "/items?wait=true", "/items/batch", "/checks", "/rewrites"])
@pytest.mark.parametrize("name", NOT_JSON)
def test_a_body_that_is_none(call: Caller, path: str, name: str) -> None:
    answer = call("POST", path, raw=NOT_JSON[name])
    assert answer.status_code == 422, answer.text
    assert answer.json()["error"]["message"]
    with call.database.read() as tx:
        assert list_items(tx, ItemFilter(), None, 1) == ([], None)


@pytest.mark.parametrize("path", ["/items", "/items?wait=true", "/items/batch", "/checks", "/appeals", "/webhooks"])
def test_a_body_of_another_type(call: Caller, path: str) -> None:
    answer = call("POST", path, raw=b"<a/>", headers={"Content-Type": "text/xml"})
    assert (answer.status_code, answer.json()["error"]["word"]) == (415, "unsupported_type")


WRONG: dict[str, tuple[Any, str | None]] = {
    "array": ([], None),
    "string": ("x", None),
    "null": (None, None),
    "no id": ({"text": "x"}, "id"),
    "both": (item(parts=[{"text": "x"}]), "parts"),
    "unknown": (item(tittle="x"), "tittle"),
    "unknown in part": ({"id": "1", "parts": [{"text": "x", "rol": "y"}]}, "parts[].rol"),
    "type": (item(published_at=5), "published_at"),
    "long id": (item("x" * 201), "id"),
    "lines in id": (item("a\nb"), "id"),
    "nul": (item("a\x00"), "id"),
    "long platform": (item(platform="x" * 65), "platform"),
    "publisher": (item(publisher={"id": "x" * 201}), "publisher.id"),
    "media": (item(media=[{"digest": "../../etc/passwd"}]), "media[0].digest"),
    "media field": (item(media=[{"digest": "0" * 64, "path": "x"}]), "media[0].path"),
    "parts": ({"id": "1", "parts": [{"text": ""}] * 501}, "parts"),
}


@pytest.mark.parametrize("path", ["/items", "/items?wait=true"])
@pytest.mark.parametrize("name", WRONG)
def test_an_item_that_is_none(call: Caller, path: str, name: str) -> None:
    body, field = WRONG[name]
    answer = call("POST", path, raw=b"null") if body is None else call("POST", path, body)
    assert answer.status_code == 422
    error = answer.json()["error"]
    assert (error["word"], error["problems"][0]["field"]) == ("invalid", field)


def test_all_that_is_wrong_is_said_at_once_in_the_callers_language(call: Caller) -> None:
    body = {"id": "", "text": 5, "channel": "tv"}
    chinese = call("POST", "/items", body).json()["error"]
    assert {problem["field"] for problem in chinese["problems"]} == {"id", "text", "channel"}
    answer = call("POST", "/items", raw=b"{", headers={"Accept-Language": "fr, en;q=0.8, zh;q=0.1"})
    assert answer.headers["Content-Language"] == "en"


@pytest.mark.parametrize(
    "body", [{"items": []}, {"items": [item()] * 1001}, {"items": 1}, [item()], {"items": [], "x": 1}]
)
def test_a_batch_that_is_none(call: Caller, body: Any) -> None:
    assert call("POST", "/items/batch", body).status_code == 422


def test_a_body_beyond_the_limit(sqlite_database: Database, tmp_path: Path) -> None:
    call = Caller(desk_over(sqlite_database, tmp_path, max_body=2000, max_upload=3000))
    assert call("POST", "/items", item(text="x" * 3000)).status_code == 413
    assert call("POST", "/media", files={"file": ("a.png", b"x" * 4000)}).status_code == 413
    assert call("POST", "/media", files={"file": ("a.png", b"x" * 2100)}).status_code == 201
    assert call("POST", "/media", files={"file": ("a.png", b"")}).status_code == 422


@pytest.mark.parametrize("address", ["/nowhere", "/items/a/b/c", "/items/%00", "/items/..%2f..%2fetc"])
def test_addresses_that_are_none(call: Caller, address: str) -> None:
    answer = call("GET", address)
    assert (answer.status_code, answer.json()["error"]["word"]) == (404, "not_found")


def test_a_method_that_is_none(call: Caller) -> None:
    assert call("PUT", "/items").status_code == 405


def test_every_answer_has_a_number_and_keeps_the_callers(call: Caller) -> None:
    assert call("GET", "/items", headers={"X-Request-ID": "abc-1"}).headers["X-Request-ID"] == "abc-1"
    made = call("GET", "/items/none", headers={"X-Request-ID": "a b\t"})
    assert made.headers["X-Request-ID"] == made.json()["error"]["request_id"] != "a b\t"


def test_a_caller_who_asks_too_often(sqlite_database: Database, tmp_path: Path) -> None:
    call = Caller(desk_over(sqlite_database, tmp_path, rate_limit="3/hour"))
    answers = [call("GET", "/items") for _ in range(5)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    assert [answer.headers["X-RateLimit-Remaining"] for answer in answers[:3]] == ["2", "1", "0"]
    assert int(answers[-1].headers["Retry-After"]) >= 1
    assert answers[-1].json()["error"]["word"] == "too_many"
    assert call.bare("GET", "/health").status_code == 200  # whoever watches the process is not counted
