"""Taking items in and judging them at once: many requests in one round, each with its own answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from mingjian.desk.people import keys
from mingjian.desk.people.model import Principal
from mingjian.desk.people.permissions import demand
from mingjian.doors.api.answers import dumps, item_dict
from mingjian.doors.api.bodies import Problem, WrongItem, loads, submission
from mingjian.governance.reuse.facts import told
from mingjian.governance.reuse.lists import shown_to
from mingjian.governance.reuse.model import NOTHING
from mingjian.governance.screening.service import Prepared
from mingjian.perception.kinds import kind_of
from mingjian.records.blobs import Blobs
from mingjian.records.canonical import digest
from mingjian.records.errors import Conflict, DeskError, Unauthenticated
from mingjian.records.items.model import Submission
from mingjian.records.items.submit import Taken
from mingjian.records.storage.database import Tx
from mingjian.records.storage.idempotency import Answer, claim, keep
from mingjian.records.storage.people import key_used

if TYPE_CHECKING:
    from mingjian.doors.desk.opening import Desk

LARGE = 64 * 1024  # bytes of a body that goes alone, so that others need not wait for it


@dataclass(frozen=True, slots=True)
class Asked:
    """One request. ``who`` is a key's secret, or somebody known already; ``key`` the caller's idempotency key."""

    who: str | Principal
    body: bytes
    source: str = "api"
    key: str | None = None

    @property
    def fingerprint(self) -> str:
        """Equal for equal requests."""
        return digest(b"items\n" + self.source.encode() + b"\n" + self.body)


@dataclass(slots=True)
class _Job:
    asked: Asked
    principal: Principal | None = None
    submission: Submission | None = None
    prepared: Prepared | None = None
    answer: Answer | Exception | None = None


class Judging:
    """The rounds over a desk. ``work`` is for ``Gather``."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.blobs = Blobs(desk.settings.blobs)

    def work(self, asked: Sequence[Asked]) -> list[Answer | Exception]:
        """Judge what many requests hold and keep it in one transaction. What is wrong with one harms no other: when
        a round fails as a whole, each is tried by itself."""
        jobs = [_Job(each) for each in asked]
        try:
            self._round(jobs)
        except Exception as error:
            if len(asked) == 1:
                return [error]
            return [self.work([each])[0] for each in asked]
        return [job.answer if job.answer is not None else RuntimeError("no answer") for job in jobs]

    def _round(self, jobs: list[_Job]) -> None:
        screening = self.desk.screening
        with self.desk.database.glance() as tx:
            unmarked = self._know(tx, jobs)
            self._read(jobs)
            able = _open(jobs)
            given = [job.submission for job in able if job.submission is not None]
            # The store is asked for all of them at once; but files take long to read.
            known = None if any(one.media for one in given) else screening.known(given, tx)
        prepared = screening.judged(screening.known(given) if known is None else known)
        for job, one in zip(able, prepared, strict=True):
            job.prepared = one
        if able:
            with self.desk.database.write() as tx:
                self._keep(tx, able)
                for id in unmarked:
                    key_used(tx, id)

    def _read(self, jobs: list[_Job]) -> None:
        for job in _open(jobs):
            try:
                job.submission = found(self.blobs, submission(loads(job.asked.body), job.asked.source))
            except DeskError as error:
                job.answer = error

    def _know(self, tx: Tx, jobs: list[_Job]) -> set[str]:
        """Who asks, and whether they may: a key is looked up once a round, so that a revoked one opens nothing. The
        keys whose use today is not kept yet."""
        unmarked: set[str] = set()
        known: dict[str, Principal | DeskError] = {}
        for job in jobs:
            given = job.asked.who
            if isinstance(given, str) and given not in known:
                known[given] = _key(tx, given, unmarked)
            who = known[given] if isinstance(given, str) else given
            try:
                if isinstance(who, DeskError):
                    raise who
                demand(who, "item.submit")
                job.principal = who
            except DeskError as error:
                job.answer = error
        return unmarked

    def _keep(self, tx: Tx, jobs: list[_Job]) -> None:
        held: dict[tuple[str, str], _Job] = {}
        followers: list[tuple[_Job, _Job]] = []
        for job in jobs:
            assert job.principal is not None
            mine = (job.principal.actor, job.asked.key or "")
            if job.asked.key is None:
                continue
            if mine in held:  # twice in one round
                followers.append((job, held[mine]))
                job.answer = Conflict("这个幂等键已用于另一个请求,请换一个键。", field="Idempotency-Key")
                continue
            try:
                before = claim(tx, *mine, job.asked.fingerprint)
            except DeskError as error:
                job.answer = error
                continue
            if before is None:
                held[mine] = job
            else:
                job.answer = before
        for actor in dict.fromkeys(job.principal.actor for job in _open(jobs) if job.principal is not None):
            own = [job for job in _open(jobs) if job.principal is not None and job.principal.actor == actor]
            kept = self.desk.screening.keep(tx, [job.prepared for job in own if job.prepared is not None], actor)
            for job, (taken, verdict) in zip(own, kept, strict=True):
                like = job.prepared.compared if job.prepared is not None and taken.fresh else NOTHING
                reuse = shown_to(job.principal, told(like)) if like.pairs and job.principal is not None else None
                made = Answer(200, judged(taken, verdict, reuse))
                if job.asked.key is not None:
                    keep(tx, actor, job.asked.key, made)
                job.answer = made
        for job, first in followers:
            if job.asked.fingerprint == first.asked.fingerprint:
                job.answer = first.answer


def _open(jobs: list[_Job]) -> list[_Job]:
    return [job for job in jobs if job.answer is None]


def _key(tx: Tx, secret: str, unmarked: set[str]) -> Principal | DeskError:
    try:
        key = keys.valid_key(tx, secret)
    except Unauthenticated as error:
        return error
    if keys.unmarked(tx, key):
        unmarked.add(key.id)
    return key.principal()


def judged(taken: Taken, verdict: bytes | None, reuse: Mapping[str, Any] | None = None) -> bytes:
    """The answer to one who waited: the item as it stands, what was known before and is like it, and its verdict as
    it is kept."""
    head = dumps({"fresh": taken.fresh, "item": item_dict(taken.item)} | ({"reuse": reuse} if reuse else {}))
    return head[:-1] + b',"verdict":' + (verdict or b"null") + b"}"


def found(blobs: Blobs, given: Submission) -> Submission:
    """The submission with its media's sizes and kinds; WrongItem for one that was not uploaded."""
    if not given.media:
        return given
    wrong: list[Problem] = []
    media = []
    for index, one in enumerate(given.media):
        size = blobs.size(one.digest)
        if size is None:
            wrong.append(Problem(f"media[{index}].digest", "没有上传过这个文件,请先 POST /media"))
            continue
        with blobs.open(one.digest) as file:
            kind = kind_of(one.name, file.read(64))
        media.append(replace(one, size=size, kind=kind or "document"))
    if wrong:
        raise WrongItem(wrong)
    return replace(given, media=tuple(media))
