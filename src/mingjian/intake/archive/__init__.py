"""Archives: a folder of items, accounts and engagement in Parquet or JSONL, read in chunks that are always the same."""

from mingjian.intake.archive.archive import Archive, open_archive
from mingjian.intake.archive.chunks import Chunk, Rows
from mingjian.intake.archive.items import row_item
from mingjian.intake.archive.writing import ArchiveWriter

__all__ = ["Archive", "ArchiveWriter", "Chunk", "Rows", "open_archive", "row_item"]
