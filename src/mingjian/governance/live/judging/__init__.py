"""What is said, shown and written in a live room, judged together: pure, with the engine handed in."""

from mingjian.governance.live.judging.room import RoomJudge
from mingjian.governance.live.judging.settings import Accepted, Settings, read_settings, settings

__all__ = ["Accepted", "RoomJudge", "Settings", "read_settings", "settings"]
