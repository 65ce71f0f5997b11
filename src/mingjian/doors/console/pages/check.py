"""Checking words and files before they are published: for who writes them. Nothing is kept."""

from __future__ import annotations

from collections.abc import Container, Mapping
from typing import Any

from fastapi import APIRouter, Depends
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from mingjian.core.model import CHANNELS, DOMAINS, NATURES, PUBLISHER_KINDS, Item
from mingjian.doors import cache
from mingjian.doors.console.checking import check_items
from mingjian.doors.console.context import desk, fragment, page, permitted, posted, text
from mingjian.doors.console.filters import chosen
from mingjian.doors.console.nav import Nav
from mingjian.doors.console.uploads import MOST_FILES, file_of, plain_name, read_upload
from mingjian.intake import Context
from mingjian.records.clock import day
from mingjian.records.errors import Invalid

router = APIRouter()
NAV = (Nav("检测", "文案检测", "/check", ("item.check",), icon="check", order=10, keys="g c"),)
UPLOADS = ("/check/file",)
LONGEST = 50_000  # characters: a long article; a book is work for the command line
PICKERS = {"publisher": PUBLISHER_KINDS, "channel": CHANNELS, "nature": NATURES, "domain": DOMAINS}


@router.get("/check")
def check(request: Request) -> Response:
    """The words on the left, the findings on the right. Platform, publisher and channel stay in the address."""
    permitted(request, "item.check")
    values = chosen(request.query_params, ("platform", *PICKERS))
    return page(request, "check/check.html", title="文案检测", pickers=PICKERS, values=values, longest=LONGEST,
                most_files=MOST_FILES, most_bytes=desk(request).settings.max_upload)  # fmt: skip


@router.post("/check/text")
def check_text(request: Request, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """The findings in what stands in the field at this moment."""
    permitted(request, "item.check")
    words = form.get("text")
    words = words.replace("\r\n", "\n") if isinstance(words, str) else ""
    if len(words) > LONGEST:
        raise Invalid(f"最多 {LONGEST} 字,现有 {len(words)} 字。长文请存成文件再检查。", field="text")
    if not words.strip():
        return fragment(request, "check/_nothing.html")
    item = _context(form).fill(Item.of(words))
    (found,) = check_items(desk(request).engine, [item], day(desk(request).database.clock.now()))
    return fragment(request, "check/_text.html", checked=found)


@router.post("/check/file")
def check_file(request: Request, form: FormData = Depends(posted)) -> Response:  # noqa: B008
    """The findings in a file. The browser shows the file itself: it need not come back."""
    permitted(request, "item.check")
    given = file_of(form.get("file"))
    items, errors = read_upload(given, desk(request).settings, _context(form))
    found = check_items(desk(request).engine, items, day(desk(request).database.clock.now()))
    return fragment(request, "check/_file.html", name=plain_name(given.filename or ""), checked=found, errors=errors)


def _context(form: FormData) -> Context:
    """What the pickers say; Invalid for what they do not offer."""
    known: Mapping[str, Container[str]] = {"platform": cache.platforms(), **PICKERS}
    given: dict[str, Any] = {name: value for name in known if (value := text(form, name, 40))}
    for name, value in given.items():
        if value not in known[name]:
            raise Invalid(f"没有这个选项:{value}", field=name)
    return Context(**given)
