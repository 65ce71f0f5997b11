"""Opening the desk: one object that every door holds."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from mingjian.clinic.publication.chain import use_chain
from mingjian.clinic.publication.drift import DRIFT
from mingjian.clinic.publication.notices import NOTICES
from mingjian.core.engine.check import Engine
from mingjian.desk.people.permissions import use_roles
from mingjian.desk.queues.load import read_book, use_book
from mingjian.doors import cache
from mingjian.doors.desk.printing import FilePrinter
from mingjian.doors.desk.reading import FileReader
from mingjian.doors.desk.settings import DeskSettings
from mingjian.governance.actions.book import deployed
from mingjian.governance.campaigns.figure_load import use_figures
from mingjian.governance.certification.load import use_shelf
from mingjian.governance.decisions.law import basis_of, use_basis
from mingjian.governance.engagement.settings import SETTINGS as ENGAGEMENT
from mingjian.governance.enquiries.letters import LETTERS
from mingjian.governance.live.escalation_load import use_escalation
from mingjian.governance.lookups.sources import SOURCES
from mingjian.governance.patrols.load import PATROLS
from mingjian.governance.patrols.practice import use_scope
from mingjian.governance.policies.apply import applier
from mingjian.governance.policies.automatic import AUTOMATIC
from mingjian.governance.policies.shipped import install_shipped
from mingjian.governance.ranking.scope import use_catalogue
from mingjian.governance.reuse.service import Reuse
from mingjian.governance.rings.settings import RINGS
from mingjian.governance.scorecards import service as scorecards
from mingjian.governance.screening.knowing import registry_facts
from mingjian.governance.screening.service import Screening
from mingjian.records.clock import Clock
from mingjian.records.errors import Invalid
from mingjian.records.storage.database import Database

_SECRET = 32


@dataclass(frozen=True, slots=True)
class Desk:
    """The store, the engine and the services over them. Threads may share it."""

    settings: DeskSettings
    database: Database
    engine: Engine
    screening: Screening
    secret: bytes
    """Signs sessions and tokens; made once, kept in the data folder."""

    def close(self) -> None:
        """End the worker processes and give the store's connections back."""
        if isinstance(self.screening.read, FileReader):
            self.screening.read.close()
        if self.screening.reuse is not None:
            self.screening.reuse.close()
        self.database.close()


def open_desk(settings: DeskSettings, *, clock: Clock | None = None) -> Desk:
    """Open the store (which must have been migrated) and the engine, under the deployer's roles, queues, measures and
    ladders. Invalid when one of those files or the settings of single sign-on are wrong."""
    use_roles(settings.roles)
    use_book(read_book(settings.queues))
    use_chain(settings.chain)
    AUTOMATIC.use(settings.automatic)
    NOTICES.use(settings.notices)
    DRIFT.use(settings.drift)
    SOURCES.use(settings.lookups)
    LETTERS.use(settings.enquiries)
    ENGAGEMENT.use(settings.engagement)
    PATROLS.use(settings.patrols)
    RINGS.use(settings.rings)
    use_escalation(settings.live_escalation)
    use_shelf(settings.certification)
    use_figures(settings.campaign_figures)
    if settings.oidc_issuer is not None:
        from mingjian.doors.desk import oidc

        oidc.check(settings)
    database = Database(settings.database_url, clock=clock)
    engine = cache.engine()
    compiled = engine.compiled
    book = deployed(settings.measures, settings.ladders)
    use_basis(basis_of(compiled.lawbook, compiled.rules, book, cache.platforms()))
    scorecards.use_folder(settings.scorecards)
    use_scope(compiled.catalogue, compiled.finder)
    use_catalogue(compiled.catalogue)
    know = (registry_facts(compiled.catalogue, compiled.finder), scorecards.risk_facts)
    reuse = Reuse(database, FilePrinter(settings))
    screening = Screening(database, engine, applier(), FileReader(settings), know, reuse)
    return Desk(settings, database, engine, screening, secret_of(settings.secrets / "session.key"))


def install(desk: Desk) -> None:
    """What a store needs before work begins: the policies that ship with the software. Safe at every start."""
    with desk.database.write() as tx:
        install_shipped(tx)
        scorecards.install_cards(tx)


def secret_of(path: Path) -> bytes:
    """A secret of 32 bytes kept in a file of the owner's; made when it is not there. Invalid when the file holds
    something else."""
    if not path.exists():
        _make_secret(path)
    try:
        found = bytes.fromhex(path.read_text("ascii").strip())
    except ValueError:
        found = b""
    if len(found) != _SECRET:
        raise Invalid(f"密钥文件 {path} 已损坏。删去它会重新生成,所有人须重新登录。")
    return found


def _make_secret(path: Path) -> None:
    """Whole or not at all: of several processes that start together one is first and all read what it wrote."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secrets.token_bytes(_SECRET).hex())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    except OSError:  # a file system without hard links
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
