"""Which adapter reads a source: by what the caller said, by suffix, by the first bytes."""

from __future__ import annotations

from pathlib import PurePath

from mingjian.intake.errors import UnreadableError

FORMATS = ("auto", "text", "markdown", "html", "docx", "pdf", "pptx", "csv", "xlsx", "jsonl", "json")
# Read by large libraries, some of native code: in a process of their own. ``office`` is any of them in an archive.
DOCUMENTS = frozenset(("docx", "pdf", "pptx", "xlsx", "office"))
_SUFFIXES = {
    ".txt": "text", ".text": "text",
    ".md": "markdown", ".markdown": "markdown",
    ".html": "html", ".htm": "html", ".xhtml": "html",
    ".docx": "docx", ".docm": "docx",
    ".pdf": "pdf",
    ".pptx": "pptx", ".pptm": "pptx",
    ".csv": "csv", ".tsv": "csv",
    ".xlsx": "xlsx", ".xlsm": "xlsx",
    ".jsonl": "jsonl", ".ndjson": "jsonl",
    ".json": "json",
}  # fmt: skip
# Known, and not readable: the message can say what to do instead.
_ADVICE = {
    ".doc": "旧版 Word,请另存为 .docx",
    ".wps": "WPS 文字,请另存为 .docx",
    ".xls": "旧版 Excel,请另存为 .xlsx",
    ".et": "WPS 表格,请另存为 .xlsx",
    ".ppt": "旧版演示文稿,请另存为 .pptx",
    ".rtf": "RTF 暂不支持,请另存为 .docx",
}
# Text, but written for machines: in a folder these are passed over, and the note says so.
_CODE = frozenset((
    ".py", ".js", ".mjs", ".ts", ".jsx", ".tsx", ".css", ".scss", ".less", ".c", ".h", ".cpp", ".java",
    ".go", ".rs", ".rb", ".php", ".sh", ".bat", ".ps1", ".sql", ".toml", ".yaml", ".yml", ".ini",
    ".cfg", ".conf", ".lock", ".log", ".xml", ".svg", ".map",
))  # fmt: skip


def by_suffix(name: str) -> str | None:
    """The format a name promises, or None."""
    return _SUFFIXES.get(PurePath(name).suffix.lower())


def is_code(name: str) -> bool:
    """Whether the name is that of a file for machines."""
    return PurePath(name).suffix.lower() in _CODE


def advice(name: str) -> str | None:
    """What to do with a file of a known format that is not read."""
    return _ADVICE.get(PurePath(name).suffix.lower())


def unknown() -> UnreadableError:
    """What is said of a file of no known format."""
    known = "支持文本、Markdown、HTML、DOCX、PPTX、PDF、CSV、XLSX、JSONL、图片、音视频"
    return UnreadableError("是二进制文件,不支持的格式", known)


def is_archive(head: bytes) -> bool:
    """Whether it is a ZIP archive, as Office documents are."""
    return head.startswith(b"PK\x03\x04")


def sniff(head: bytes) -> str | None:
    """The format of the first bytes: ``text`` when nothing speaks against it, None for unknown binary."""
    if head.startswith(b"%PDF-"):
        return "pdf"
    if is_archive(head):
        return "docx" if b"word/" in head else "xlsx" if b"xl/" in head else "pptx" if b"ppt/" in head else None
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "text"
    if b"\0" in head or _controls(head) > len(head) // 50:
        return None
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:64].lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return "html"
    return "text"


def looks_like_jsonl(head: bytes) -> bool:
    """Whether standard input begins with an item object on a line of its own."""
    first = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    return first.startswith(b"{") and b'"id"' in first and (b'"text"' in first or b'"parts"' in first)


def _controls(head: bytes) -> int:
    return sum(byte < 9 or 13 < byte < 27 or 27 < byte < 32 for byte in head)
