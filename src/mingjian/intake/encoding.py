"""Bytes to text: UTF-8 first, then what Chinese files really are (GB18030, Big5, UTF-16)."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import BinaryIO

from mingjian.intake.errors import UnreadableError
from mingjian.intake.source import Source

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CHUNK = 1 << 20
_SAMPLE = 1 << 16
_DECLARED = re.compile(rb"""charset\s*=\s*["']?\s*([A-Za-z0-9_-]+)""", re.IGNORECASE)
# GB2312 and GBK are subsets of GB18030, and files named so often hold characters of the larger set.
_WIDER = {"gb2312": "gb18030", "gbk": "gb18030", "cp936": "gb18030", "big5": "big5hkscs"}
# The set of usual characters within each encoding, and the last lead byte of its first level.
_PLANES = {"gb18030": ("gb2312", 0xD7), "big5hkscs": ("big5", 0xC6)}
# Very common characters, simplified and traditional.
_COMMON = frozenset(
    "的一是不了在有人我他这中大来上国个到说们为子和你地出道也时年得就那要下以生会自着去之过家学对可后"
    "這個來國們為時會過學對後說兒無醫術療麼從"
)


def decode(data: bytes, declared: str | None = None) -> tuple[str, str | None]:
    """Text of the bytes, and a note for people when the encoding was not simply UTF-8."""
    encoding = bom_of(data)
    if encoding is None and b"\0" not in data[:_SAMPLE]:
        try:
            return data.decode("utf-8"), None
        except UnicodeDecodeError as error:
            text = data.decode("utf-8", "replace")
            if _mostly_right(text):
                return text, _replaced(text)
            encoding = _fits(declared, data) or guess(_around(data, error.start))
    elif encoding is None:
        encoding = guess(data[:_SAMPLE])
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        text = data.decode(encoding, "replace")
        return text, _replaced(text, encoding)
    return text, None if encoding.startswith("utf") else f"不是 UTF-8,按 {encoding} 读取"


def declared_charset(head: bytes) -> str | None:
    """The charset an HTML page claims in its first bytes."""
    found = _DECLARED.search(head[:4096])
    return found[1].decode("ascii").lower() if found else None


def bom_of(data: bytes) -> str | None:
    """The encoding a byte order mark announces."""
    return next((encoding for bom, encoding in _BOMS if data.startswith(bom)), None)


def guess(sample: bytes) -> str:
    """The encoding of bytes that are not UTF-8; UnreadableError when they are not text."""
    if b"\0" in sample:
        return _guess_utf16(sample)
    scores: dict[str, float] = {}
    for encoding, plane in _PLANES.items():
        text = sample.decode(encoding, "replace")
        wide = [char for char in text if char > "\x7f"]
        bad = text.count("\ufffd")
        if wide and bad <= 0.02 * len(wide) + 1:
            usual = sum((char in _COMMON) + _usual(char, *plane) for char in wide)
            scores[encoding] = (usual - 5 * bad) / len(wide)
    best_guess = max(scores, key=lambda name: scores[name], default=None)
    if best_guess is not None and scores[best_guess] > 0.5:
        return best_guess
    from charset_normalizer import from_bytes  # slow to import, and rarely needed

    best = from_bytes(sample).best()
    if best is not None and best.encoding in ("gb18030", "gbk", "gb2312", "big5", "big5hkscs"):
        return _WIDER.get(best.encoding, best.encoding)
    if best_guess is not None:
        return best_guess
    if best is not None:
        return best.encoding
    raise UnreadableError("不是文本,或编码无法识别", "请另存为 UTF-8")


def _usual(char: str, narrow: str, last: int) -> bool:
    # Both sets put the few thousand usual characters first: a wrong reading falls into the rare ones.
    try:
        return char.encode(narrow)[0] <= last
    except UnicodeEncodeError:
        return False


def encoding_of(source: Source) -> tuple[str, str | None]:
    """The encoding of a source that is going to be streamed. One linear pass, little memory."""
    head = source.head()
    encoding = bom_of(head)
    if encoding is not None:
        return encoding, None
    if b"\0" in head:
        return guess(head), None
    decoder = codecs.getincrementaldecoder("utf-8")()
    with source.open() as stream:
        try:
            for chunk in _chunks(stream):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            start = max(0, stream.tell() - 2 * _CHUNK)
        else:
            return "utf-8", None
        stream.seek(start)
        sample = stream.read(3 * _CHUNK)
    if _mostly_right(sample.decode("utf-8", "replace")):
        return "utf-8", "有不能按 UTF-8 读取的字节,这些地方显示为 U+FFFD"
    high = next((index for index, byte in enumerate(sample) if byte > 0x7F), 0)
    encoding = guess(_around(sample, high))
    return encoding, f"不是 UTF-8,按 {encoding} 读取"


def _chunks(stream: BinaryIO) -> Iterator[bytes]:
    while chunk := stream.read(_CHUNK):
        yield chunk


def _around(data: bytes, position: int) -> bytes:
    # Cut at line ends so that no character is cut in two.
    start = data.rfind(b"\n", 0, position) + 1
    sample = data[start : start + _SAMPLE]
    end = sample.rfind(b"\n")
    return sample[:end] if end > 0 and len(sample) == _SAMPLE and end > position - start else sample


def _mostly_right(text: str) -> bool:
    # A damaged UTF-8 file has few bad bytes; another encoding read as UTF-8 has almost nothing else.
    bad = text.count("\ufffd")
    wide = sum(1 for char in text if char > "\x7f") - bad
    return wide >= 20 * bad


def _replaced(text: str, encoding: str = "UTF-8") -> str:
    return f"按 {encoding} 读取,{text.count(chr(0xFFFD))} 处字节无法识别,显示为 U+FFFD"


def _fits(declared: str | None, data: bytes) -> str | None:
    if declared is None:
        return None
    name = _WIDER.get(declared, declared)
    try:
        codecs.lookup(name)
        data.decode(name)
    except (LookupError, UnicodeDecodeError, ValueError):
        return None
    return name


def _guess_utf16(sample: bytes) -> str:
    # Without a mark, ASCII (line ends, digits, commas) shows which byte of a pair is the high one.
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    name = "utf-16-le" if odd > even else "utf-16-be"
    text = sample[: len(sample) // 2 * 2].decode(name, "replace")
    strange = sum(1 for char in text if char == "\ufffd" or (char < " " and char not in "\t\n\r"))
    if strange > 0.02 * len(text):
        raise UnreadableError("是二进制文件,不是文本")
    return name
