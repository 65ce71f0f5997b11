"""The usual attacks on the served application: what people wrote runs nowhere, filters are no SQL, paths lead nowhere,
changes come from our pages only, redirects stay here."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

import httpx
import pytest
from fastapi.routing import APIRoute
from selectolax.lexbor import LexborHTMLParser
from starlette.applications import Starlette

from mingjian.desk.people import service as people
from mingjian.desk.people.model import house
from mingjian.doors.desk.security import PAGE_POLICY
from mingjian.doors.desk.sessions import SESSION
from mingjian.doors.desk.settings import DeskSettings
from mingjian.doors.serve.app import create_app
from mingjian.records.items.model import Media, Submission
from mingjian.records.storage.database import Database
from tests.doors.api.desks import desk_over
from tests.doors.table import GRANTED, ROWS, Row
from tests.doors.things import HOSTILE, SHORT
from tests.doors.whole import LOGINS, PASSWORD, Made, Person, Whole, copied, each_route

BASE = "http://testserver"
# Besides the routes of the table: the same thing where it is shown another way, and echoes of what was asked.
MORE = (
    "/queues/all", "/queues/content", "/review/$actor_case", "/items/$other", "/decisions/$fresh", "/drafts/$sealed",
    "/policies/new?edit=$policy", "/search?q=永不反弹", f"/search?q={quote(HOSTILE)}&publisher={quote(HOSTILE)}",
    f"/publishers?id={quote(HOSTILE)}", f"/queues/content?publisher={quote(HOSTILE)}", f"/queues/{quote(SHORT)}",
    f"/investigate?publisher={quote(HOSTILE)}&since=2026-01-01", f"/accesses?subject={quote(HOSTILE)}",
    f"/rules?q={quote(HOSTILE)}", f"/rules/{quote(SHORT)}", f"/evidence?subject={quote(HOSTILE)}", "/queues",
    f"/signin?next=/{quote(HOSTILE)}", f"/check?platform={quote(HOSTILE)}", f"/quality/golden?x={quote(HOSTILE)}",
    f"/decisions?publisher={quote(HOSTILE)}", f"/drafts?department={quote(HOSTILE)}", "/webhooks/$webhook?state=dead",
)  # fmt: skip
# Who sees most comes first: a page is looked at by the first two that may.
WITNESSES = (
    "desk_lead", "administrator", "author", "department_head", "publicity_officer", "policy_author", "policy_deployer",
    "appeal_officer", "quality_inspector", "auditor", "expert",
)  # fmt: skip
# Pages that show words of others: with these the test would be empty if nothing were shown.
SHOWN_ON = (
    "/ranking/$published", "/ranking/entrant/$entrant_token", "/rankings/$published", "/rankings/$edition/entrants",
    "/rankings/$published/entrants/$entrant", "/ranking-appeals/$ranking_appeal", "/rating/$form",
    "/items/$item", "/review/$case", "/review/$actor_case", "/decisions/$decision", "/appeals/$appeal", "/queues/all",
    "/drafts/$draft", "/drafts/$writing/edit", "/policies/$policy", "/people/$user", "/keys", "/webhooks", "/accesses",
    "/people", "/quality/golden", "/policies", "/drafts", "/search?q=永不反弹", "/concerned/$token",
)  # fmt: skip
SQL = (
    "' OR '1'='1",
    "x'); DROP TABLE items;--",
    '" UNION SELECT secret FROM key_secrets--',
    "%",
    "_",
    "\\",
    "-1 OR 1=1",
)
ELSEWHERE = (
    "https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil.example", "/\t/evil.example",
    "/\n//evil.example", "javascript:alert(1)", "http:evil.example", " //evil.example", "///evil.example",
)  # fmt: skip
FORMS = [row for row in ROWS.values() if row.method != "GET" and not row.api]
PAGES = [row for row in ROWS.values() if row.method == "GET" and not row.api and "static" not in row.route]


@pytest.fixture(scope="module")
def whole(whole_made: Made, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    yield from copied(whole_made, tmp_path_factory.mktemp("owasp") / "desk")


@pytest.fixture(scope="module")
def app(whole: Whole) -> Starlette:
    return create_app(whole.desk, duties=False)


@pytest.fixture(scope="module")
def everybody(app: Starlette) -> dict[str, Person]:
    return {role: Person(app, LOGINS[role]) for role in WITNESSES}


def _witnesses(row: Row | None) -> list[str]:
    return [role for role in WITNESSES if row is None or row.lets(GRANTED[role])][:2]


# --- what people wrote ---------------------------------------------------------------------------------------------


def _executable(page: str) -> list[str]:
    """What a browser would run of a page, were there no policy."""
    found = []
    for node in LexborHTMLParser(page).css("*"):
        attributes = node.attributes
        if node.tag == "script" and (attributes.get("src") or "").startswith("/static/"):
            continue
        data = node.tag == "script" and attributes.get("type") in ("application/json", "text/plain")
        runs = [name for name in attributes if name.startswith("on")]
        leads = [value for name, value in attributes.items() if name in ("href", "src", "action", "formaction")
                 and (value or "").strip().lower().startswith(("javascript:", "data:text", "vbscript:"))]  # fmt: skip
        if (node.tag == "script" and not data) or runs or leads or node.tag in ("iframe", "object", "embed", "base"):
            found.append((node.html or "")[:160])
    return found


@pytest.mark.parametrize("path", [*(row.at for row in PAGES if row.at not in MORE), *MORE])
def test_what_people_wrote_is_text_on_every_page(path: str, everybody: dict[str, Person], whole: Whole) -> None:
    row = next((row for row in PAGES if row.at == path), None)
    at = Row("", "", path, None, False, False).address(whole.ids)
    told = ""
    for role in _witnesses(row):
        answer = everybody[role].get(at)
        assert answer.status_code < 500
        if answer.headers.get("content-type", "").startswith("text/html"):
            assert _executable(answer.text) == []
            told += LexborHTMLParser(answer.text).html or ""
    if path in SHOWN_ON:
        assert "window.owned=1" in told or "onerror=owned()" in told


def test_fragments_of_typed_words_are_text(everybody: dict[str, Person], whole: Whole) -> None:
    lead, author, ids = everybody["desk_lead"], everybody["author"], whole.ids
    for answer in (
        lead.send("POST", "/check/text", {"text": f"{HOSTILE}永不反弹"}),
        lead.send("POST", "/check/text", {"text": "x", "platform": HOSTILE}),
        lead.send("POST", "/check/file", files={"file": (f"{SHORT}.txt", f"{HOSTILE}永不反弹".encode())}),
        lead.send("POST", "/check/file", files={"file": (f"{SHORT}.exe", b"MZ")}),
        author.send("POST", "/drafts/check", {"title": HOSTILE, "text": f"{HOSTILE}永不反弹"}),
        lead.send("POST", f"/review/{ids['case']}/submit", {"measure": HOSTILE}, headers={"HX-Request": "true"}),
        everybody["policy_author"].send("POST", "/policies/new", {"text": f"name: {HOSTILE}"}),
    ):
        assert answer.status_code < 500
        assert answer.headers["content-type"].startswith("text/html")
        assert _executable(answer.text) == []


def test_files_are_shown_or_saved_but_never_run(everybody: dict[str, Person], whole: Whole) -> None:
    for kind in ("svg", "html"):
        answer = everybody["desk_lead"].get(f"/items/{whole.ids['item']}/media/{whole.ids[kind]}")
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "application/octet-stream"
        assert answer.headers["content-disposition"].startswith("attachment")
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-security-policy"].endswith("; sandbox")
    picture = everybody["desk_lead"].get(f"/items/{whole.ids['item']}/media/{whole.ids['picture']}")
    assert (picture.headers["content-type"], picture.headers["x-content-type-options"]) == ("image/png", "nosniff")


def test_a_file_s_name_adds_no_header(everybody: dict[str, Person], whole: Whole) -> None:
    digest = whole.ids["html"]
    item = {"id": "named", "parts": [{"role": "body", "text": "名"}]}
    name = 'a"\r\nX-Injected: 1\r\n\r\n<script>.html'
    given = Submission(item, "platform", (Media(digest, name, "document", 10),))
    ((taken, _),) = whole.desk.screening.check_now([given], "key:key_none")
    answer = everybody["desk_lead"].get(f"/items/{taken.item.id}/media/{digest}")
    assert answer.status_code == 200 and "x-injected" not in answer.headers
    assert answer.headers["content-disposition"].isprintable()


# --- injection -----------------------------------------------------------------------------------------------------


def _questions(app: Starlette) -> list[tuple[str, str]]:
    """(path, parameter) of everything that a GET route takes, and of the filters its module reads itself."""
    found = []
    for _, path, route in each_route(app):
        if not isinstance(route, APIRoute) or "GET" not in (route.methods or ()) or f"GET {path}" not in ROWS:
            continue
        names = {field.alias for field in route.dependant.query_params}
        names |= {field.alias for one in route.dependant.dependencies for field in one.query_params}
        module = __import__(route.endpoint.__module__, fromlist=["FILTERS"])
        names |= set(getattr(module, "FILTERS", ())) if not path.startswith("/api") else set()
        found += [(ROWS[f"GET {path}"].at, name) for name in sorted(names)]
    return found


def test_filters_are_no_sql(app: Starlette, everybody: dict[str, Person], whole: Whole) -> None:
    asked = _questions(app)
    assert len(asked) > 40
    for path, name in asked:
        at = Row("", "", path, None, False, False).address(whole.ids)
        role = _witnesses(next(row for row in ROWS.values() if row.at == path and row.method == "GET"))[0]
        for told in SQL[:3]:
            # Beside what the address says: a stream of events would never end without it.
            answer = everybody[role].get(str(httpx.URL(at).copy_merge_params({name: told})))
            assert answer.status_code < 500, (path, name, told)
            if at in ("/api/v1/items", "/api/v1/cases") and answer.status_code == 200 and name != "overdue":
                assert answer.json()["items"] == [], (name, told)
    for told in SQL:
        page = everybody["desk_lead"].get("/search", params={"q": told})
        assert page.status_code == 200
        assert everybody["desk_lead"].get("/api/v1/items", params={"publisher": told}).json()["items"] == []
    assert len(everybody["desk_lead"].get("/api/v1/items").json()["items"]) > 20


@pytest.fixture
def on_both(database: Database, tmp_path_factory: pytest.TempPathFactory) -> Starlette:
    """The application over an empty store of each kind, with somebody who may everything."""
    with database.write() as tx:
        user = people.create_user(tx, house("t"), "all", "全部", [role for role in LOGINS if role != "nobody"])
        people.set_password(tx, house("t"), user.id, PASSWORD, must_change=False)
    return create_app(desk_over(database, tmp_path_factory.mktemp("both")), duties=False)


def test_no_character_breaks_a_store(on_both: Starlette) -> None:
    """PostgreSQL refuses characters and numbers that SQLite takes."""
    person = Person(on_both, "all")
    broken = []
    for path, name in _questions(on_both):
        at = path if "$" not in path else path.partition("$")[0] + "none%00x"
        for told in ("a%00b", "9" * 30):
            own = [one for one in at.partition("?")[2].split("&") if one and one.partition("=")[0] != name]
            answer = person.get(f"{at.partition('?')[0]}?{'&'.join([*own, f'{name}={told}'])}")
            if answer.status_code >= 500:
                broken.append(f"{at} {name}={told}")
    assert broken == []


def test_no_character_in_a_path_or_a_form_breaks_a_store(on_both: Starlette) -> None:
    person = Person(on_both, "all")
    broken = []
    for row in ROWS.values():
        if row.route in ("POST /signout", "POST /account/sessions/end"):
            continue
        path = "/".join("a%00b" if part.startswith("{") else part for part in row.route.partition(" ")[2].split("/"))
        path += "?lasts=0" if "lasts=0" in row.at else ""  # a stream of events would never end
        form = None if row.method == "GET" or row.api else dict.fromkeys(_FIELDS, "a\x00b")
        answer = person.send(row.method, path, form)
        if answer.status_code >= 500:
            broken.append(f"{row.route}: {answer.status_code}")
    assert broken == []


_FIELDS = (
    "login", "name", "role", "queue", "department", "lang", "text", "title", "reason", "subject", "to", "case", "note",
    "measure", "word", "decision", "grounds", "comment", "code", "quote", "published", "item", "url", "event", "scope",
    "address", "page", "platform", "publisher", "assignee", "outcome", "id",
)  # fmt: skip


# --- paths ---------------------------------------------------------------------------------------------------------

UP = ("../", "..%2f", "%2e%2e/", "%2e%2e%2f", "..%5c", "....//", "%252e%252e%252f", "..;/")


@pytest.mark.parametrize("up", UP)
def test_paths_do_not_lead_out(up: str, everybody: dict[str, Person], whole: Whole) -> None:
    key = (whole.folder / "secrets" / "session.key").read_text("ascii").strip()
    lead, ids = everybody["desk_lead"], whole.ids
    for before, after in (
        ("/static/", "app.py"), ("/static/css/", "../app.py"), ("/static/", "secrets/session.key"),
        (f"/items/{ids['item']}/media/", "secrets/session.key"), (f"/drafts/{ids['draft']}/media/", "session.key"),
        ("/static//", "etc/passwd"), ("/language/", "en"), ("/dashboard/", "secrets/session.key.csv"),
    ):  # fmt: skip
        answer = lead.get(f"{before}{up * 4}{after}")
        assert answer.status_code in (303, 403, 404), (before, up)
        assert key not in answer.text and "root:" not in answer.text
    absolute = lead.get(f"/static/{quote(str(whole.folder / 'secrets' / 'session.key'), safe='')}")
    assert absolute.status_code == 404


def test_names_of_uploads_lead_nowhere(everybody: dict[str, Person], whole: Whole) -> None:
    outside = sorted(whole.folder.parent.glob("*"))
    for name in ("../../evil.txt", "/etc/evil.txt", "..\\..\\evil.txt", "a\x00.txt", "." * 300, f"x.{'y' * 300}"):
        answer = everybody["author"].send("POST", "/check/file", files={"file": (name, "永不反弹".encode())})
        assert answer.status_code < 500
    package = everybody["auditor"].send("POST", "/evidence/package", {"subject": "itm_/../../etc/passwd"})
    assert package.status_code == 404
    assert sorted(whole.folder.parent.glob("*")) == outside
    assert not list(whole.folder.rglob("*evil*"))


def test_a_bomb_is_told_and_not_unpacked(everybody: dict[str, Person]) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        with archive.open("word/document.xml", "w", force_zip64=True) as entry:
            for _ in range(300):
                entry.write(bytes(1 << 20))
    for name in ("a.docx", "a.xlsx", "a.zip"):
        answer = everybody["author"].send("POST", "/check/file", files={"file": (name, packed.getvalue())})
        assert answer.status_code < 500
        assert 'class="finding' not in answer.text


# --- requests from elsewhere ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", FORMS, ids=lambda row: row.route)
def test_every_change_needs_the_token_of_its_own_session(row: Row, everybody: dict[str, Person], whole: Whole) -> None:
    role = _witnesses(row)[0]
    person, other = everybody[role], everybody["administrator" if role != "administrator" else "auditor"]
    at, form = row.address(whole.ids), row.sent(whole.ids)
    for refused in (
        person.client.post(at, data=form),
        person.send("POST", at, form, token=other.token),
        person.send("POST", at, form, headers={"Origin": "https://evil.example"}),
        person.send("POST", at, form, headers={"Sec-Fetch-Site": "cross-site"}),
    ):
        assert refused.status_code == 403, row.route


@pytest.mark.parametrize(
    "row", [row for row in ROWS.values() if row.api and row.method != "GET"], ids=lambda row: row.route
)
def test_a_session_needs_the_token_at_the_api_too(row: Row, everybody: dict[str, Person], whole: Whole) -> None:
    person = everybody[(_witnesses(row) or ["desk_lead"])[0]]
    more: dict[str, Any] = {"files": {"file": ("a.png", b"x")}} if row.route.endswith("/media") else {"json": {}}
    if row.method == "DELETE":
        more = {}
    answer = person.client.request(row.method, row.address(whole.ids), **more)
    assert (answer.status_code, answer.json()["error"]["word"]) == (403, "csrf")


def test_a_session_is_never_the_visitor_s_choice(app: Starlette) -> None:
    person = Person(app)
    person.client.cookies.set(SESSION, "chosen-by-somebody-else")
    assert person.sign_in(LOGINS["auditor"]).status_code == 303
    first = [cookie.value for cookie in person.client.cookies.jar if cookie.name == SESSION]
    assert "chosen-by-somebody-else" not in first[-1:]
    before = Person(app)
    before.client.cookies.set(SESSION, "chosen-by-somebody-else")
    assert before.get("/account").status_code == 303
    person.client.cookies.clear()
    person.sign_in(LOGINS["auditor"])
    second = person.client.cookies[SESSION]
    assert second not in first
    person.send("POST", "/signout")
    stale = Person(app)
    stale.client.cookies.set(SESSION, second)
    assert stale.get("/account").headers["location"].startswith("/signin")


def _stays(location: str) -> bool:
    there = urlsplit(urljoin(f"{BASE}/signin", location.replace("\\", "/").strip()))
    return (there.scheme, there.netloc) == ("http", "testserver")


@pytest.mark.parametrize("onward", ELSEWHERE)
def test_redirects_stay_here(onward: str, app: Starlette, everybody: dict[str, Person], whole: Whole) -> None:
    page = Person(app).get("/signin", params={"next": onward})
    field = LexborHTMLParser(page.text).css_first("input[name=next]")
    assert field is not None and _stays(field.attributes["value"] or "")
    visitor = Person(app)
    entered = visitor.sign_in(LOGINS["analyst"], next=onward)
    assert entered.status_code == 303 and _stays(entered.headers["location"])
    assert _stays(visitor.get("/language/en", params={"next": onward}).headers["location"])
    lead = everybody["desk_lead"]
    for path, field_name in (
        ("/queues/assign", "back"),
        (f"/views/{whole.ids['view']}/delete", "back"),
        ("/views", "address"),
    ):
        answer = lead.send("POST", path, {field_name: onward, "page": "queues", "name": "x"})
        assert answer.status_code in (303, 404) and _stays(answer.headers.get("location", "/")), path


# --- headers and cookies -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", [row for row in ROWS.values() if row.method == "GET"], ids=lambda row: row.route)
def test_every_answer_says_how_it_may_be_used(row: Row, everybody: dict[str, Person], whole: Whole) -> None:
    roles = _witnesses(row)
    answer = everybody[roles[0]].get(row.address(whole.ids))
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"] or "media" in row.route
    if answer.headers.get("content-type", "").startswith("text/html"):
        assert answer.headers["content-security-policy"] == PAGE_POLICY
    kept = answer.headers["cache-control"]
    if "static" in row.route:
        assert kept == "no-cache"
    elif "media" in row.route and "credential" not in row.route:  # papers of persons are not kept
        assert kept.startswith("private") or answer.status_code != 200
    else:
        assert kept == "no-store" or (row.api and "private" in kept), row.route


def test_cookies_are_for_us_alone(whole: Whole, app: Starlette) -> None:
    answer = Person(app)
    entered = answer.sign_in(LOGINS["analyst"])
    kept = [line for line in entered.headers.get_list("set-cookie") if line.startswith(SESSION)]
    assert len(kept) == 1
    parts = {part.strip().lower() for part in kept[0].split(";")[1:]}
    assert {"httponly", "path=/", "samesite=lax"} <= parts and not any(part.startswith("domain") for part in parts)
    settings: DeskSettings = whole.desk.settings.model_copy(update={"base_url": "https://desk.example"})
    secure = Person(create_app(replace(whole.desk, settings=settings), duties=False))
    secure.client.base_url = "https://desk.example"
    for line in secure.sign_in(LOGINS["analyst"]).headers.get_list("set-cookie"):
        assert line.startswith("__Host-") and "; secure" in line.lower()
