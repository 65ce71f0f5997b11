"""Streams read as they run: what is shown and said, with our own clock; gaps are told as gaps; the stream is recorded.

``RoomReader`` reads one room in a process of its own; all rooms of a process share one ``Eyes`` that reads letters.
``cut_clip`` cuts evidence out of what was recorded.
"""

from mingjian.perception.live.clips import covered, cut_clip, segments
from mingjian.perception.live.eyes import Eyes
from mingjian.perception.live.model import Alive, Clip, Ended, Gap, Heard, Listening, Observed, Said, Shown, State
from mingjian.perception.live.reader import RoomReader
from mingjian.perception.live.settings import Hearing, Looking, Patience, Recording, StreamSettings

__all__ = [
    "Alive", "Clip", "Ended", "Eyes", "Gap", "Heard", "Hearing", "Listening", "Looking", "Observed", "Patience",
    "Recording", "RoomReader", "Said", "Shown", "State", "StreamSettings", "covered", "cut_clip", "segments",
]  # fmt: skip
