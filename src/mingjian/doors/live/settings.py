"""Settings of the processes that run live rooms: environment, MINGJIAN_LIVE_…"""

from __future__ import annotations

import os
import re
import socket
from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from mingjian.records.canonical import digest

MEGABYTE = 1 << 20
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.:-]{0,63}")


class LiveSettings(BaseSettings):
    """Each is read from MINGJIAN_LIVE_<NAME>."""

    model_config = SettingsConfigDict(env_prefix="MINGJIAN_LIVE_", extra="forbid")

    rooms: int = Field(default=8, ge=0, le=1000, description="每个进程最多同时看几个直播间;0 表示不看")
    lease_seconds: float = Field(default=10.0, ge=1, le=600, description="直播间租约(秒):进程没了,多久后由别的进程接手")
    poll_seconds: float = Field(default=0.1, ge=0.01, le=5, description="推送来的内容多久取一次(秒)")
    sync_seconds: float = Field(default=0.25, ge=0.01, le=10, description="直播间日志多久落盘一次(秒)")
    snapshot_seconds: float = Field(default=10.0, ge=1, le=600, description="判定状态多久存一次(秒)")
    keep_minutes: float = Field(default=15.0, ge=1, le=1440, description="录像在盘上保留多少分钟")
    keep_bytes: int = Field(default=2048 * MEGABYTE, ge=16 * MEGABYTE, description="每间录像最多占多少字节")
    keep_days: int = Field(default=30, ge=1, le=3650, description="关播后直播间日志保留多少天")
    clip_bytes: int = Field(default=512 * MEGABYTE, ge=MEGABYTE, description="一段留证片段最大字节数")
    judging: Path | None = Field(default=None, description="直播判断文件(YAML):代替自带的判断口径")
    private_networks: bool = Field(default=False, description="允许从内网地址拉流、接评论(默认不允许,防 SSRF)")
    comments: str | None = Field(default=None, description=(
        "评论源的 WebSocket 地址,可含 {id}、{external}、{platform};不设则评论靠接口推送"))  # fmt: skip
    listening_model: str | None = Field(
        default=None, description="流式语音识别模型(sherpa-onnx)文件夹;不设则靠推送字幕"
    )


def worker_name() -> str:
    """This process among all that take rooms: the machine, the process, and chance, so that a number used again is
    another's."""
    return f"{socket.gethostname()[:40]}:{os.getpid()}:{os.urandom(3).hex()}"


def room_folder(data: Path, room: str, session: int) -> Path:
    """Where the log, the recordings and the state of a room's session lie. A name that is none for a folder is told by
    its digest."""
    name = room if _NAME.fullmatch(room) else digest(room.encode())
    return data / "live" / name / str(session)
