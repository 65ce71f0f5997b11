"""The styles by name: what draws them, what happens to the picture then, and as what it is saved."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random

from media import boards, clips, collages, distort, posters, scenery, screenshots, sheets
from media.model import Draw, Drawn, Film, Filmed, Picture, Script
from media.posters import poster


@dataclass(frozen=True)
class Style:
    """How one style is made and saved; ``about`` is its line in the documentation."""

    make: Callable[[Random, Script], Drawn | Filmed]
    group: str
    about: str
    suffix: str = ".png"
    quality: int = 90


def _then(draw: Draw, change: Callable[[Random, Picture], Picture]) -> Draw:
    def drawn(rng: Random, script: Script) -> Drawn:
        made = draw(rng, script)
        return replace(made, picture=change(rng, made.picture))

    return drawn


def _any_plain(rng: Random, size: tuple[int, int]) -> Picture:
    return rng.choice((scenery.plain, scenery.graded))(rng, size)


def _photo(rng: Random, size: tuple[int, int]) -> Picture:
    return scenery.photo(rng, size)


def _night(rng: Random, size: tuple[int, int]) -> Picture:
    return scenery.graded(rng, size, dark=True)


def _coarse(rng: Random, picture: Picture) -> Picture:
    return distort.shrunk(picture, rng.randint(220, 320))


def _squeezed(rng: Random, picture: Picture) -> Picture:
    return distort.squeezed(picture, rng.randint(8, 20))


_clean = poster(_any_plain, posters.dark_ink)
_pale = poster(posters.pale_on_pale, posters.low_contrast)
_small = poster(_any_plain, posters.dark_ink, (1080, 1440), 0.036)


def _film(film: Film, about: str) -> Style:
    return Style(film, "clip", about, ".mp4")


STYLES: dict[str, Style] = {
    "clean": Style(_clean, "poster", "large clear type on a plain ground"),
    "broken": Style(_clean, "poster", "a sentence over two lines"),
    "dark": Style(poster(_night, posters.pale_ink), "poster", "pale type on a dark ground"),
    "small": Style(_small, "poster", "type of 14 to 39 pixels on a large sheet"),
    "busy": Style(poster(scenery.busy, posters.pale_ink), "poster", "on photographs, bokeh, speckle", ".jpg"),
    "outline": Style(poster(_photo, posters.outlined), "poster", "thick borders on photographs", ".jpg"),
    "shadow": Style(poster(scenery.busy, posters.shadowed), "poster", "shadows on busy grounds", ".jpg"),
    "gradient": Style(poster(_night, posters.graded), "poster", "letters graded in colour and bordered"),
    "curved": Style(poster(_any_plain, posters.bent), "poster", "a headline on an arch"),
    "vertical": Style(sheets.column_poster, "poster", "columns from right to left"),
    "rotated-90": Style(_then(_clean, lambda r, p: distort.turned(p, r.choice((1, 3)))), "poster", "on its side"),
    "rotated-180": Style(_then(_clean, lambda _, p: distort.turned(p, 2)), "poster", "upside down"),
    "tilted": Style(_then(_clean, distort.tilted), "poster", "askew by 3 to 14 degrees"),
    "mirrored": Style(_then(_clean, lambda _, p: distort.mirrored(p)), "poster", "as in a mirror"),
    "traditional": Style(_clean, "poster", "traditional characters"),
    "evasive": Style(_clean, "poster", "separators, homophones, emoji, pinyin"),
    "spaced": Style(sheets.spaced, "poster", "letters set wide apart"),
    "two-columns": Style(sheets.two_columns, "poster", "texts side by side, each over several lines"),
    "low-contrast": Style(_pale, "poster", "grey on grey"),
    "watermark": Style(sheets.watermark, "poster", "small and see-through on photographs", ".jpg"),
    "low-resolution": Style(_then(_clean, _coarse), "poster", "220 to 320 pixels wide"),
    "jpeg": Style(_then(_clean, _squeezed), "poster", "saved twice at quality 8 to 20"),
    "cover": Style(sheets.cover, "screenshot", "covers of notes", ".jpg"),
    "note": Style(screenshots.note, "screenshot", "notes in an app"),
    "chat": Style(screenshots.chat, "screenshot", "chats by day"),
    "chat-dark": Style(screenshots.dark_chat, "screenshot", "chats by night"),
    "long": Style(screenshots.long_note, "screenshot", "long screenshots, photographs between the texts", ".jpg"),
    "collage": Style(collages.collage, "collage", "before and after with a sentence", ".jpg"),
    "collage-silent": Style(collages.silent_collage, "collage", "before and after without a sentence", ".jpg"),
    "board": Style(boards.board, "board", "boards and slides taken askew", ".jpg"),
    "subtitles": _film(clips.subtitled, "subtitles on a moving picture"),
    "subtitles-split": _film(clips.split, "a sentence over two subtitles"),
    "clip-board": _film(clips.with_board, "a board in the picture"),
    "clip-card": _film(clips.with_card, "a product card for three seconds"),
}  # fmt: skip
CLEAN = ("clean", "broken", "subtitles")
"""The styles of the bar for clean posters and subtitles."""
