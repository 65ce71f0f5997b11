"""Write the next migration from what the code's tables have and the migrations do not: `make_migration.py WORDS…`.

Read what it wrote: names of constraints, data to carry over, and both databases.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.config import Config

from mingjian.records.storage.database import Database
from mingjian.records.storage.migrate import migrate

MIGRATIONS = Path(__file__).parent.parent / "src" / "mingjian" / "records" / "storage" / "migrations"


def main(words: list[str]) -> None:
    """Migrate an empty SQLite store, compare it with the tables, write the difference."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{folder}/empty.db")
        migrate(database)
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        number = len(list((MIGRATIONS / "versions").glob("0*.py"))) + 1
        with database.engine.connect() as connection:
            config.attributes |= {"connection": connection, "batch": number > 1}
            command.revision(config, message=" ".join(words), autogenerate=True, rev_id=f"{number:04d}")
        database.close()


if __name__ == "__main__":
    main(sys.argv[1:])
