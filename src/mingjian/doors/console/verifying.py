"""What the pages of patrols, look-ups and enquiries share: whose a credential is, in one line; evidence files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from mingjian.core.credentials import masked
from mingjian.desk.people.model import Principal
from mingjian.desk.people.service import log_access
from mingjian.doors.console.context import desk, permitted
from mingjian.doors.console.media import send
from mingjian.doors.console.uploads import file_of
from mingjian.records.blobs import Blobs
from mingjian.records.errors import Invalid, NotFound
from mingjian.records.items.model import Media
from mingjian.records.registry.model import Credential, Entity
from mingjian.records.storage import registry as book
from mingjian.records.storage.database import Tx

_SELLERS = 20
_verified: set[tuple[str, int, int]] = set()


@dataclass(frozen=True, slots=True)
class Whose:
    """An entity and a credential of it; ``number`` is covered where it must be. Either may be gone."""

    entity: Entity | None
    credential: Credential | None = None
    number: str = ""


@dataclass(frozen=True, slots=True)
class Product:
    """A product of the register with its papers (numbers covered where they must be) and who uses or sells it."""

    entity: Entity
    papers: tuple[tuple[Credential, str], ...]
    sellers: tuple[Entity, ...]


def product_of(tx: Tx, id: str) -> Product | None:
    """What a review of a product shows; None when it is not there."""
    entity = book.entities_by_id(tx, [id]).get(id)
    if entity is None:
        return None
    papers = tuple((one, masked(one.kind, one.number)) for one in book.credentials_of(tx, [id]).get(id, ()))
    links = book.links_from(tx, [id], ("used_by", "offered_by")).get(id, [])[:_SELLERS]
    return Product(entity, papers, tuple(book.entities_by_id(tx, [link.target for link in links]).values()))


class Told:
    """Looks entities and credentials up once for a page."""

    def __init__(self, tx: Tx, entities: Iterable[str], credentials: Iterable[str | None] = ()) -> None:
        self.credentials: Mapping[str, Credential] = book.credentials_by_id(tx, (id for id in credentials if id))
        self.entities = book.entities_by_id(tx, entities)

    def whose(self, entity: str, credential: str | None = None) -> Whose:
        """The two together."""
        one = self.credentials.get(credential or "")
        return Whose(self.entities.get(entity), one, masked(one.kind, one.number) if one is not None else "")


def kept_file(request: Request, form: FormData, name: str = "file") -> str | None:
    """The digest of a form's file, kept; None where none was chosen."""
    given = form.get(name)
    if given is None or isinstance(given, str) or not given.filename:
        return None
    settings = desk(request).settings
    upload = file_of(given)
    upload.file.seek(0)
    return Blobs(settings.blobs).put(upload.file, settings.max_upload)[0]


def evidence_file(request: Request, asks: Principal, entity: str, digest: str | None, name: str) -> Response:
    """An evidence file, for those who may see personal data; the look is put on the access log."""
    permitted(request, "personal.read")
    if digest is None:
        raise NotFound("没有证据文件。")
    opened = desk(request)
    with opened.database.write() as tx:
        log_access(tx, asks, "registry.read", entity, ("unmasked",))
    response = send(opened.settings.blobs, Media(digest, name, "document", 0, 0), _verified)
    response.headers["Cache-Control"] = "no-store"  # papers of persons: a shared computer keeps nothing
    return response


def place_of(given: str | None) -> int | None:
    """Where a list goes on, from the address."""
    if not given:
        return None
    if not (given.isascii() and given.isdigit() and len(given) < 19):
        raise Invalid("翻页地址不对,请从头再看。", field="before")
    return int(given)
