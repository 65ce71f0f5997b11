"""DOCX and XLSX are ZIP archives from strangers: refuse bombs before a library unpacks them in memory."""

from __future__ import annotations

import zipfile
from typing import BinaryIO

from mingjian.intake.errors import UnreadableError
from mingjian.intake.options import MIB

MAX_MEMBERS = 10_000
MAX_TOTAL = 512 * MIB
MAX_RATIO = 200
# Small members compress arbitrarily well without doing harm.
RATIO_FROM = 16 * MIB
_OLE = b"\xd0\xcf\x11\xe0"


def check_zip(stream: BinaryIO) -> None:
    """UnreadableError unless the archive is sound and of honest size. Leaves the stream at its beginning.

    Declared sizes can be trusted here: zipfile never unpacks more of a member than its header declares.
    """
    if stream.read(4) == _OLE:
        raise UnreadableError("文件加了密,或是旧版 Office 格式", "去掉密码,另存为 .docx 或 .xlsx")
    stream.seek(0)
    try:
        with zipfile.ZipFile(stream) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise UnreadableError(f"文件已损坏,不是有效的 Office 文档:{error}") from error
    total = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    if len(members) > MAX_MEMBERS:
        raise UnreadableError(f"压缩包内文件过多({len(members)} 个,上限 {MAX_MEMBERS})")
    if total > MAX_TOTAL or (total > RATIO_FROM and total > MAX_RATIO * max(packed, 1)):
        raise UnreadableError(
            f"疑似压缩炸弹:{packed / MIB:.1f} MB 解开后有 {total / MIB:.0f} MB", "确认来源可靠后拆分文件"
        )
    if any(member.flag_bits & 1 for member in members):
        raise UnreadableError("压缩包加了密", "去掉密码后再检查")
    stream.seek(0)
