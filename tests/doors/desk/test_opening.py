"""Opening the desk: its secret, the deployer's roles, and settings that do not fit together."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from mingjian.desk.people.permissions import roles, use_roles
from mingjian.doors.desk.opening import open_desk, secret_of
from mingjian.doors.desk.settings import DeskSettings
from mingjian.governance.actions.book import deployed
from mingjian.records.errors import Invalid


@pytest.fixture
def ours_afterwards() -> Iterator[None]:
    yield
    use_roles(None)


def _settings(tmp_path: Path, **given: Any) -> DeskSettings:
    return DeskSettings(data=tmp_path, **given)


def test_a_file_system_without_hard_links_has_a_secret_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(_from: Path, _to: Path) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "link", refused)
    made = secret_of(tmp_path / "session.key")
    assert secret_of(tmp_path / "session.key") == made
    assert [path.name for path in tmp_path.iterdir()] == ["session.key"]


def test_processes_that_start_together_have_one_secret(tmp_path: Path) -> None:
    path = tmp_path / "secrets" / "session.key"
    with ThreadPoolExecutor(8) as threads:
        made = set(threads.map(lambda _: secret_of(path), range(32)))
    assert len(made) == 1
    assert len(made.pop()) == 32
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(path.parent.iterdir()) == [path]
    assert secret_of(tmp_path / "other.key") != secret_of(path)


@pytest.mark.parametrize("content", ["", "zz" * 32, "ab" * 31, "密"])
def test_a_broken_secret_is_not_taken_for_one(tmp_path: Path, content: str) -> None:
    (tmp_path / "session.key").write_text(content, "utf-8")
    with pytest.raises(Invalid, match="已损坏"):
        secret_of(tmp_path / "session.key")


def test_a_deployer_s_roles_are_in_force(tmp_path: Path, ours_afterwards: None) -> None:
    path = tmp_path / "roles.yaml"
    path.write_text("roles: {nurse: {title: 护士, title_en: Nurse, allows: [item.read]}}", "utf-8")
    with closing(open_desk(_settings(tmp_path, roles=path))):
        assert "nurse" in roles()
    with closing(open_desk(_settings(tmp_path))):
        assert "nurse" not in roles()


def test_what_does_not_fit_together_is_said_before_anything_opens(tmp_path: Path, ours_afterwards: None) -> None:
    with pytest.raises(Invalid, match="oidc_client_id"):
        open_desk(_settings(tmp_path, oidc_issuer="https://sso.example"))
    with pytest.raises(Invalid, match="读不到角色文件"):
        open_desk(_settings(tmp_path, roles=tmp_path / "none.yaml"))
    assert not (tmp_path / "secrets").exists()


def test_a_deployers_measures_and_ladders_take_the_place_of_ours(tmp_path: Path) -> None:
    shipped = resources.files("mingjian.governance") / "data" / "ladders.yaml"
    book = deployed(None, None)
    own = tmp_path / "ladders.yaml"
    own.write_text(shipped.read_text("utf-8").replace("window", "fenster"), encoding="utf-8")
    with pytest.raises(Invalid, match="有误"):
        deployed(None, own)
    own.write_text(shipped.read_text("utf-8"), encoding="utf-8")
    assert deployed(None, own) == book
    with pytest.raises(Invalid, match="读不了"):
        deployed(tmp_path / "none.yaml", None)
