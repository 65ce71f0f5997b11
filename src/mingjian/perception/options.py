"""How to perceive: limits, and who reads speech."""

from __future__ import annotations

from dataclasses import dataclass, field

from mingjian.perception.model import Limits


@dataclass(frozen=True, slots=True)
class SpeechSettings:
    """Who turns speech into words: a folder with a local model, or an endpoint that speaks OpenAI's protocol.
    With neither, speech is reported as not read."""

    model_folder: str | None = None
    endpoint: str | None = None
    api_key: str | None = field(default=None, repr=False)
    model: str | None = None

    @property
    def wanted(self) -> bool:
        """Whether a recogniser is configured."""
        return bool(self.model_folder or self.endpoint)

    @property
    def identity(self) -> str:
        """What a reading depends on, without secrets: part of the key of the store."""
        return f"{self.model_folder or ''}|{self.endpoint or ''}|{self.model or ''}"


@dataclass(frozen=True, slots=True)
class Options:
    """Options of a perception. ``shown`` keeps small pictures for a report."""

    limits: Limits = field(default_factory=Limits)
    speech: SpeechSettings = field(default_factory=SpeechSettings)
    shown: bool = True

    @property
    def identity(self) -> str:
        """What a reading depends on, apart from the file: part of the key of the store."""
        limits = self.limits
        return f"{limits.max_pixels}|{limits.max_frames}|{limits.max_media_seconds}|{self.speech.identity}|{self.shown}"
