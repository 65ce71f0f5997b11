"""Files are deleted with the last thing that names them, be it an item or a draft."""

from __future__ import annotations

from mingjian.records.storage.database import Database
from mingjian.records.storage.media_uses import drop_uses, put_uses


def test_a_file_stays_while_anything_names_it(database: Database) -> None:
    with database.write() as tx:
        put_uses(tx, [("itm_1", "a" * 64), ("itm_1", "b" * 64), ("drf_1", "a" * 64), ("itm_1", "b" * 64)])
        assert drop_uses(tx, "itm_1") == ["b" * 64]
        assert drop_uses(tx, "itm_1") == []
        assert drop_uses(tx, "drf_1") == ["a" * 64]
