"""A clip → all that is read, seen and heard in it."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

from mingjian.perception.model import Limits, Perceived, PerceptionError, Print, Reading
from mingjian.perception.options import Options
from mingjian.perception.sound.cues import Cue, joined
from mingjian.perception.sound.listen import Heard
from mingjian.perception.sound.read import given_subtitles, hear, inside
from mingjian.perception.sound.recognisers import Recogniser
from mingjian.perception.sound.recognisers import recogniser as from_settings
from mingjian.perception.video.extras import Extras
from mingjian.perception.video.frames import Film
from mingjian.perception.video.look import Reader, Spent
from mingjian.perception.video.regions import readings
from mingjian.perception.video.scenes import Scenes
from mingjian.perception.video.sheet import Keys, contact_sheet


@dataclass
class Seen:
    """The pictures of a clip."""

    readings: list[Reading] = field(default_factory=list)
    prints: list[Print] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)
    keys: Keys = field(default_factory=Keys)
    scenes: tuple[float, ...] = ()
    seconds: float = 0.0
    size: tuple[int, int] = (0, 0)
    spent: Spent = field(default_factory=Spent)
    decoding: float = 0.0


def read_video(
    path: Path, options: Options | None = None, recogniser: Recogniser | None = None, subtitles: Path | None = None
) -> Perceived:
    """The words of a clip as a Perceived of kind ``video``: on the picture, in its subtitle streams, in its sound.

    ``subtitles``, a subtitle file beside the clip, or a subtitle stream inside stands for the speech; speech that
    none of them and no recogniser (that of the options, unless one is given) gave words for is ``unread``.
    PerceptionError when there is no picture to be had.
    """
    options = options or Options()
    limits = options.limits
    recogniser = recogniser or from_settings(options.speech)
    known, given, notes = given_subtitles(path, subtitles)
    streams, unread = inside(path, limits)
    given = (*given, *(reading for cues in streams for reading in joined(cues, "speech")))
    known = [*known, *(cue for cues in streams for cue in cues)]
    with ThreadPoolExecutor(1) as pool:  # the networks let go of the interpreter: sound is heard meanwhile
        sound = pool.submit(_heard, path, limits, recogniser, known)
        seen = watch(path, limits)
        heard, lost = sound.result()
    shown = seen.keys.shown() if options.shown else ()
    return Perceived(
        "video",
        (*seen.readings, *given, *joined(heard.cues, "speech")),
        (*seen.unread, *unread, *heard.unread, *lost),
        notes,
        shown,
        tuple(seen.prints),
        seconds=seen.seconds,
        size=seen.size,
        sheet=contact_sheet(shown),
        scenes=seen.scenes,
    )


def watch(path: Path, limits: Limits) -> Seen:
    """The pictures alone. Errors as of Film.samples."""
    _check_libraries()
    film, reader, scenes, extras, out = Film(path, limits), Reader(), Scenes(), Extras(), Seen()
    last = 0.0
    for sample in film.samples():
        new_scene = scenes.sample(sample.luma, sample.time)
        fresh = reader.sample(sample, new_scene)
        last = sample.time
        if new_scene or fresh:
            out.keys.offer(sample, 1.0 + fresh)
        extras.sample(sample, new_scene, reader.lines())
    out.unread = film.unread
    out.seconds = max(film.seconds or 0.0, last)
    out.size, out.scenes, out.spent, out.decoding = film.size, tuple(scenes.starts), reader.spent, film.decoding
    out.readings = readings(reader.finish(), film.size, last) + extras.readings()
    out.prints = extras.prints
    return out


def _check_libraries() -> None:
    for name in ("av", "cv2", "rapidocr"):
        if find_spec(name) is None:
            raise PerceptionError(f"没有安装读取视频的组件({name})", "运行 pip install 'mingjian[media]'")


def _heard(
    path: Path, limits: Limits, recogniser: Recogniser | None, known: Sequence[Cue]
) -> tuple[Heard, tuple[str, ...]]:
    """The sound; when it fails the pictures are still worth having."""
    try:
        return hear(path, limits, recogniser, known)
    except PerceptionError as error:
        return Heard(), (f"声音没有听:{error.message}",)
