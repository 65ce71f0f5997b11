"""Intake: outside shapes → Item. ``read`` for files and folders, ``parse_item`` for one parsed object."""

from mingjian.intake.errors import IntakeError
from mingjian.intake.item_schema import SCHEMA, Parsed, item_to_dict, parse_item
from mingjian.intake.options import UNREAD_FACT, Context, ReadOptions
from mingjian.intake.read import count_files, files, read

__all__ = [
    "SCHEMA",
    "UNREAD_FACT",
    "Context",
    "IntakeError",
    "Parsed",
    "ReadOptions",
    "count_files",
    "files",
    "item_to_dict",
    "parse_item",
    "read",
]
