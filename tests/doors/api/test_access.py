"""Who may ask what: every address, without a key and with each single scope."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from mingjian.desk.people.model import house
from mingjian.desk.people.permissions import scopes
from mingjian.desk.people.service import issue_key, list_keys, revoke_key
from mingjian.records.clock import SteppedClock
from mingjian.records.storage.database import Database
from tests.doors.api.desks import Caller, desk_over, item, new_key

ANY = frozenset(scopes())
WISH = {"url": "https://example.com/hook", "events": ["item.judged"]}
# Address → a body, and the scopes any one of which is enough.
ROUTES: dict[tuple[str, str], tuple[Any, frozenset[str]]] = {
    ("POST", "/checks"): (item(), frozenset({"item.check"})),
    ("POST", "/rewrites"): (item(), frozenset({"item.check"})),
    ("POST", "/items"): (item(), frozenset({"item.submit"})),
    ("POST", "/items?wait=true"): (item(), frozenset({"item.submit"})),
    ("POST", "/items/batch"): ({"items": [item()]}, frozenset({"item.submit"})),
    ("POST", "/media"): (None, frozenset({"item.submit"})),
    ("GET", "/items"): (None, frozenset({"item.read"})),
    ("GET", "/items/{id}"): (None, frozenset({"item.read"})),
    ("GET", "/items/{id}/findings"): (None, frozenset({"item.read"})),
    ("DELETE", "/items/{id}"): (None, frozenset({"item.erase"})),
    ("GET", "/items/{id}/likenesses"): (None, frozenset({"reuse.read"})),
    ("GET", "/items/{id}/decisions"): (None, frozenset()),  # takes two: item.read and case.read
    ("GET", "/decisions/{id}"): (None, frozenset({"case.read"})),
    ("GET", "/decisions/{id}/statement"): (None, frozenset({"case.read"})),
    ("POST", "/appeals"): ({"decision": "dec_x", "grounds": "x"}, frozenset({"appeal.lodge"})),
    ("GET", "/appeals/{id}"): (None, frozenset({"case.read"})),
    ("GET", "/cases"): (None, frozenset({"case.read"})),
    ("GET", "/cases/{id}"): (None, frozenset({"case.read"})),
    ("GET", "/rules/{code}"): (None, ANY),
    ("GET", "/law/{slug}"): (None, ANY),
    ("GET", "/webhooks"): (None, frozenset({"key.manage"})),
    ("POST", "/webhooks"): (WISH, frozenset({"key.manage"})),
    ("DELETE", "/webhooks/{id}"): (None, frozenset({"key.manage"})),
    ("GET", "/webhooks/{id}/deliveries"): (None, frozenset({"key.manage"})),
    ("POST", "/deliveries/{id}/replay"): (None, frozenset({"key.manage"})),
    ("GET", "/accreditations"): (None, frozenset({"accreditation.read", "accreditation.apply"})),
    ("POST", "/accreditations"): ({}, frozenset({"accreditation.apply"})),
    ("GET", "/accreditations/{id}"): (None, frozenset({"accreditation.read", "accreditation.apply"})),
    ("PUT", "/accreditations/{id}/marks"): ({"marks": []}, frozenset({"accreditation.apply"})),
    ("POST", "/accreditations/{id}/files"): (None, frozenset({"accreditation.apply"})),
    ("POST", "/accreditations/{id}/assess"): (None, frozenset({"accreditation.apply"})),
    ("POST", "/nonconformities/{id}/answer"): ({}, frozenset({"accreditation.apply"})),
    ("POST", "/scope"): ({}, frozenset({"registry.read"})),
    ("GET", "/procedures"): (None, ANY),
    ("GET", "/registry/entities"): (None, frozenset({"registry.read"})),
    ("GET", "/registry/entities/{id}"): (None, frozenset({"registry.read"})),
    ("GET", "/registry/entities/{id}/history"): (None, frozenset({"registry.read"})),
    ("GET", "/registry/entities/{id}/graph"): (None, frozenset({"registry.read"})),
    ("DELETE", "/registry/entities/{id}"): (None, frozenset()),  # takes two: registry.write and item.erase
    ("GET", "/registry/expiring?from=2026-01-01&to=2026-12-31"): (None, frozenset({"registry.read"})),
    ("GET", "/registry/changed"): (None, frozenset({"registry.read"})),
    ("POST", "/registry/records"): ({}, frozenset({"registry.write"})),
    ("POST", "/registry/states"): ({}, frozenset({"registry.write"})),
    ("POST", "/registry/imports"): (None, frozenset({"registry.import"})),
    ("GET", "/registry/imports"): (None, frozenset({"registry.import"})),
    ("GET", "/registry/imports/{id}"): (None, frozenset({"registry.import"})),
    ("GET", "/registry/imports/{id}/rejects"): (None, frozenset({"registry.import"})),
    ("GET", "/lookups"): (None, frozenset({"registry.read"})),
    ("POST", "/lookups"): ({}, frozenset({"registry.write", "patrol.manage"})),
    ("GET", "/lookups/{id}"): (None, frozenset({"registry.read"})),
    ("POST", "/engagement/loads"): (None, frozenset({"registry.import"})),
    ("GET", "/engagement/loads"): (None, frozenset({"engagement.read"})),
    ("GET", "/engagement/loads/{id}"): (None, frozenset({"engagement.read"})),
    ("GET", "/engagement/alarms"): (None, frozenset({"engagement.read"})),
    ("GET", "/engagement/alarms/{id}"): (None, frozenset({"engagement.read"})),
    ("GET", "/engagement/alarms/{id}/members"): (None, frozenset({"engagement.read"})),
    ("GET", "/enquiries"): (None, frozenset({"patrol.read"})),
    ("GET", "/enquiries/{id}"): (None, frozenset({"patrol.read"})),
    ("GET", "/patrols"): (None, frozenset({"patrol.read"})),
    ("GET", "/patrols/runs"): (None, frozenset({"patrol.read"})),
    ("POST", "/patrols/{name}/runs"): ({}, frozenset({"patrol.manage"})),
    ("GET", "/patrols/entries"): (None, frozenset({"patrol.read"})),
    ("GET", "/patrols/notices/{id}"): (None, frozenset({"patrol.read"})),
    ("GET", "/rescreenings/{id}"): (None, frozenset({"patrol.read"})),
    ("GET", "/scores?actor=x"): (None, frozenset({"score.read"})),
    ("GET", "/scores/cards"): (None, frozenset({"score.read"})),
    ("POST", "/scores/observations"): ({}, frozenset({"registry.import"})),
    ("GET", "/scores/{card}?actor=x"): (None, frozenset({"score.read"})),
    ("GET", "/scores/{card}/history?actor=x"): (None, frozenset({"score.read"})),
    ("GET", "/scores/{card}/bands/{band}"): (None, frozenset({"score.read"})),
    ("GET", "/rankings"): (None, ANY),
    ("GET", "/rankings/{id}"): (None, ANY),
    ("POST", "/rankings/{id}/entrants"): ({}, frozenset({"ranking.manage", "ranking.enter"})),
    ("GET", "/rankings/{id}/entrants/{entrant}"): (None, frozenset({"ranking.manage", "ranking.enter"})),
    ("GET", "/campaigns"): (None, frozenset({"campaign.read"})),
    ("GET", "/campaigns/{id}"): (None, frozenset({"campaign.read"})),
    ("GET", "/campaigns/{id}/links"): (None, frozenset({"campaign.read"})),
    ("GET", "/campaigns/{id}/figures"): (None, frozenset({"campaign.read"})),
    ("GET", "/campaigns/{id}/figures/{name}"): (None, frozenset({"campaign.read"})),
    ("GET", "/campaigns/{id}/merchants"): (None, frozenset({"campaign.read"})),
    ("GET", "/campaigns/{id}/prevalence"): (None, frozenset({"campaign.read"})),
    ("GET", "/governance-announcements"): (None, frozenset({"campaign.read"})),
    ("GET", "/governance-announcements/{id}"): (None, frozenset({"campaign.read"})),
    ("GET", "/sweeps"): (None, frozenset({"sweep.read"})),
    ("POST", "/sweeps"): ({}, frozenset({"sweep.manage"})),
    ("GET", "/sweeps/{id}"): (None, frozenset({"sweep.read"})),
    ("GET", "/sweeps/{id}/samples"): (None, frozenset({"sweep.read"})),
    ("POST", "/sweeps/{id}/samples/{number}"): ({}, frozenset({"case.review"})),
    ("GET", "/sweeps/{id}/taken"): (None, frozenset({"sweep.read"})),
    ("POST", "/sweeps/{id}/stage"): ({}, frozenset({"sweep.manage"})),
    ("POST", "/sweeps/{id}/resume"): ({}, frozenset({"sweep.manage"})),
    ("POST", "/sweeps/{id}/pause"): ({}, frozenset({"sweep.manage"})),
    ("POST", "/sweeps/{id}/stop"): ({}, frozenset({"sweep.manage"})),
    ("POST", "/sweeps/{id}/undo"): ({}, frozenset({"sweep.manage"})),
    ("GET", "/certification/policies?programme=x"): (None, frozenset({"certification.read"})),
    ("GET", "/certification/impact?policy=x"): (None, frozenset({"certification.read"})),
    ("GET", "/certification/badges?programme=x"): (None, frozenset({"certification.read"})),
    ("GET", "/certification/badges/{entity}?programme=x"): (None, frozenset({"certification.read"})),
    ("GET", "/certification/eligibility/{entity}?programme=x"): (None, frozenset({"certification.read"})),
    ("POST", "/certification/applications"): ({}, frozenset({"registry.write", "certification.manage"})),
    ("GET", "/certification/applications/{id}"): (None, frozenset({"certification.read"})),
    ("GET", "/certification/batches/{id}"): (None, frozenset({"certification.read"})),
    ("GET", "/certification/batches/{id}/announcement"): (None, frozenset({"certification.read"})),
    ("GET", "/reinstatements"): (None, frozenset({"case.read"})),
    ("GET", "/penalties/counts?since=2026-01-01&until=2026-01-31"): (None, frozenset({"statistics.read"})),
    ("GET", "/rings"): (None, frozenset({"ring.read"})),
    ("GET", "/rings/{id}"): (None, frozenset({"ring.read"})),
    ("GET", "/rings/{id}/items"): (None, frozenset({"ring.read"})),
    ("POST", "/rings/{id}/dismiss"): ({}, frozenset({"ring.manage"})),
    ("POST", "/rings/{id}/reopen"): ({}, frozenset({"ring.manage"})),
    ("POST", "/rings/{id}/merge"): ({}, frozenset({"ring.manage"})),
    ("POST", "/rings/{id}/split"): ({}, frozenset({"ring.manage"})),
    ("POST", "/rings/{id}/act"): ({}, frozenset({"ring.manage"})),
    ("POST", "/rings/works/{id}/undo"): ({}, frozenset({"ring.manage"})),
    ("GET", "/live/rooms"): (None, frozenset({"live.feed", "live.read"})),
    ("GET", "/live/rooms/{id}"): (None, frozenset({"live.feed", "live.read"})),
    ("GET", "/live/incidents"): (None, frozenset({"live.read"})),
    ("GET", "/live/incidents/{id}"): (None, frozenset({"live.read"})),
    ("GET", "/live/merchants"): (None, frozenset({"live.read"})),
    ("GET", "/live/acts"): (None, frozenset({"live.feed", "live.read"})),
    ("GET", "/live/acts/{id}"): (None, frozenset({"live.feed", "live.read"})),
    ("POST", "/live/rooms"): ({}, frozenset({"live.feed", "live.manage"})),
    ("PUT", "/live/rooms/{id}"): ({}, frozenset({"live.feed", "live.manage"})),
    ("POST", "/live/rooms/{id}/moments"): ({}, frozenset({"live.feed", "live.manage"})),
    ("POST", "/live/rooms/{id}/cards"): ({}, frozenset({"live.feed", "live.manage"})),
    ("POST", "/live/rooms/{id}/cards/down"): ({}, frozenset({"live.feed", "live.manage"})),
    ("POST", "/live/acts/{id}/acknowledgement"): ({}, frozenset({"live.feed"})),
    ("POST", "/live/rooms/{id}/close"): ({}, frozenset({"live.feed", "live.manage"})),
    ("GET", "/metrics"): (None, frozenset({"statistics.read"})),
}
OPEN = {("GET", "/health"), ("GET", "/ready"), ("GET", "/standards/{name}"), ("GET", "/certificates"),
        ("GET", "/certificates/{code}")}  # fmt: skip
FILES = {("POST", "/media"), ("POST", "/registry/imports"), ("POST", "/engagement/loads")}  # take a file
NAMES = {"code": "AD-16-1-guarantee", "slug": "cn.advertising-law"} | dict.fromkeys(
    ("id", "name", "card", "band", "entity", "entrant", "number"), "xxx_none"
)


def _asked(call: Caller, route: tuple[str, str], secret: str | None) -> int:
    method, path = route
    body = ROUTES[route][0]
    address = path.format_map(NAMES)
    more: dict[str, Any] = {"files": {"file": ("a.png", b"x")}} if route in FILES else {}
    if method == "DELETE" and path.startswith(("/items", "/registry")):
        more["params"] = {"reason": "x"}
    if secret is None:
        return call.bare(method, address, **({"json": body} if body else {}), **more).status_code
    return call(method, address, body, secret=secret, **more).status_code


def test_every_address_is_in_the_table(call: Caller) -> None:
    described = {(method.upper(), path) for path, entry in call.app.openapi()["paths"].items() for method in entry}
    assert described == {(method, path.partition("?")[0]) for method, path in ROUTES} | OPEN


def test_nobody_is_let_in_without_a_key(call: Caller) -> None:
    assert {route: _asked(call, route, None) for route in ROUTES} == dict.fromkeys(ROUTES, 401)
    for given in ("Bearer", "Bearer x", "Bearer mjk_wrong", "Basic abc", f"Bearer {call.secret}x"):
        for path in ("/items?wait=true", "/items"):
            answer = call.bare("POST", path, json=item(), headers={"Authorization": given})
            assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, "Bearer"), given


@pytest.mark.parametrize("scope", sorted(scopes()))
def test_each_scope_opens_its_addresses_and_no_others(call: Caller, scope: str) -> None:
    secret = new_key(call.database, scope)
    let_in = {route for route in ROUTES if _asked(call, route, secret) not in (401, 403)}
    assert let_in == {route for route, (_, enough) in ROUTES.items() if scope in enough}


def test_a_revoked_or_expired_key_opens_nothing_at_once(call: Caller, clock: SteppedClock) -> None:
    admin = house("tests")
    with call.database.write() as tx:
        revoked, first = issue_key(tx, admin, "a", ["item.submit"])
        _, second = issue_key(tx, admin, "b", ["item.submit"], expires_at=tx.now + 60_000_000)
    for secret in (first, second):
        assert call("POST", "/items?wait=true", item(), secret=secret).status_code == 200
    with call.database.write() as tx:
        revoke_key(tx, admin, revoked.id)
    clock.at += 60_000_000
    for secret in (first, second):
        for path in ("/items?wait=true", "/items"):
            assert call("POST", path, item(), secret=secret).status_code == 401


def test_a_used_key_shows_the_day_it_was_used(sqlite_database: Database, tmp_path: Path) -> None:
    call = Caller(desk_over(sqlite_database, tmp_path), ["item.submit"])
    call("POST", "/items?wait=true", item())
    with sqlite_database.read() as tx:
        assert [key.used_on for key in list_keys(tx, house("tests"))] == ["2026-03-02"]
