"""Keys for programs: issued once, limited in what and until when, revoked at once."""

from __future__ import annotations

from collections.abc import Sequence

from mingjian.desk.people.checks import refuse, words, wrong_in, wrong_name
from mingjian.desk.people.model import Key, Principal
from mingjian.desk.people.permissions import demand, permissions, scopes
from mingjian.desk.people.tokens import KEY_PREFIX, hashed, new_key_secret
from mingjian.records.clock import day
from mingjian.records.errors import Forbidden, NotFound, Unauthenticated
from mingjian.records.journal.append import append
from mingjian.records.journal.model import Event
from mingjian.records.storage import people
from mingjian.records.storage.database import Tx

_MANAGES = "key.manage"
_REFUSED = "接口密钥无效、已撤销或已过期。"


def issue_key(
    tx: Tx, principal: Principal, name: str, scopes: Sequence[str], *, queues: Sequence[str] = (),
    expires_at: int | None = None,
) -> tuple[Key, str]:  # fmt: skip
    """A new key and its secret, which is shown now and never again. ``expires_at`` in microseconds, None: it does
    not expire. Only people issue keys: a key that could would outlive its own revocation."""
    demand(principal, _MANAGES)
    if principal.kind == "key":
        raise Forbidden("密钥不能签发密钥,请登录后签发。")
    given, name = words(scopes), name.strip()
    wrong = wrong_name(name, "名称") + wrong_in({"queues": queues}) + _wrong_scopes(given)
    if expires_at is not None and expires_at <= tx.now:
        wrong.append("到期时间已经过去")
    refuse(wrong)
    id, secret = tx.new_id("key"), new_key_secret()
    people.put_key_secret(tx, id, hashed(secret))
    body = {"name": name, "scopes": given, "queues": words(queues), "expires_at": expires_at}
    append(tx, Event("key.issued", id, body, principal.actor))
    return _get(tx, id), secret


def revoke_key(tx: Tx, principal: Principal, id: str) -> Key:
    """It opens nothing from now on."""
    demand(principal, _MANAGES)
    if _get(tx, id).revoked_at is None:
        append(tx, Event("key.revoked", id, {}, principal.actor))
    return _get(tx, id)


def list_keys(tx: Tx, principal: Principal) -> list[Key]:
    """Every key, the newest first."""
    demand(principal, _MANAGES)
    return people.all_keys(tx)


def valid_key(tx: Tx, secret: str) -> Key:
    """The key of a secret; Unauthenticated, in the same words whatever is wrong with it."""
    found = people.key_by_hash(tx, hashed(secret)) if secret.startswith(KEY_PREFIX) else None
    if found is None or found.revoked_at is not None:
        raise Unauthenticated(_REFUSED)
    if found.expires_at is not None and found.expires_at <= tx.now:
        raise Unauthenticated(_REFUSED)
    return found


def key_principal(tx: Tx, secret: str) -> Principal:
    """Who asks with this secret. In a writing transaction the day of use is kept (``unmarked`` tells whether it
    needs to be)."""
    found = valid_key(tx, secret)
    if tx.writes and unmarked(tx, found):
        people.key_used(tx, found.id)
    return found.principal()


def unmarked(tx: Tx, key: Key) -> bool:
    """Whether today's use of a key is not kept yet."""
    return key.used_on != day(tx.now).isoformat()


def _wrong_scopes(given: Sequence[str]) -> list[str]:
    if not given:
        return ["至少要有一项权限范围"]
    unknown = [scope for scope in given if scope not in permissions()]
    kept = [scope for scope in given if scope in permissions() and scope not in scopes()]
    wrong = [f"没有这些权限:{'、'.join(unknown)}"] if unknown else []
    return wrong + ([f"这些事只能由人做,不能给密钥:{'、'.join(kept)}"] if kept else [])


def _get(tx: Tx, id: str) -> Key:
    found = people.key_by_id(tx, id)
    if found is None:
        raise NotFound(f"没有这个密钥:{id}")
    return found
