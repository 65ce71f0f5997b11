"""What operators' forms about live rooms hold."""

from __future__ import annotations

from starlette.datastructures import FormData

from mingjian.doors.console.context import local_path, text
from mingjian.records.errors import Invalid
from mingjian.records.live.model import MEASURES


def measure_of(form: FormData) -> str:
    """What is to be done to the room."""
    measure = text(form, "measure", 32)
    if measure not in MEASURES:
        raise Invalid("请选处置。", field="measure")
    return measure


def cites_of(form: FormData) -> list[str]:
    """Provisions, parted by blanks."""
    given = text(form, "cites", 500).replace(",", " ").replace("、", " ").replace(",", " ")
    return [one for one in given.split() if one]


def version_of(form: FormData) -> int | None:
    """What the operator had seen of the room; None where the form did not say."""
    given = text(form, "version", 20)
    if not given:
        return None
    if not (given.isascii() and given.isdigit()):
        raise Invalid("版本应为数字。", field="version")
    return int(given)


def back(form: FormData, room: str) -> str:
    """Where the operator was."""
    return local_path(text(form, "back", 300), f"/live/rooms/{room}")
