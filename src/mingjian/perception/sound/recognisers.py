"""Who turns speech into words: a model in a folder, or an endpoint. None of them comes with Mingjian."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from mingjian.perception.options import SpeechSettings
from mingjian.perception.sound.decode import Samples


@dataclass(frozen=True, slots=True)
class Segment:
    """Words from ``start`` to ``end``, in seconds of the sound that was given."""

    text: str
    start: float
    end: float


class Recogniser(Protocol):
    """Turns up to half a minute of mono sound (-1..1) into words. PerceptionError when it cannot."""

    def transcribe(self, pcm: Samples, rate: int) -> list[Segment]:
        """The words, in order; an empty list when it hears none."""
        ...


def recogniser(settings: SpeechSettings) -> Recogniser | None:
    """The recogniser of the settings, or None when they name none; a folder goes before an endpoint.

    PerceptionError when the folder holds no known model, its library is missing, or the address is wrong.
    """
    if settings.model_folder:
        from mingjian.perception.sound.local import from_folder

        return from_folder(Path(settings.model_folder))
    if settings.endpoint:
        from mingjian.perception.sound.endpoint import OpenAiCompatible

        return OpenAiCompatible(settings.endpoint, settings.api_key, settings.model or "whisper-1")
    return None
