"""The evidence duties: signed checkpoints, their time stamps, and the rulebook kept at first use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mingjian.doors.desk.timestamping import fetch_from
from mingjian.records.evidence.checkpoints import checkpoint_due, copy_checkpoint, current_signer
from mingjian.records.evidence.snapshots import keep_rulebook
from mingjian.records.evidence.timestamps import stamp

if TYPE_CHECKING:
    from mingjian.doors.desk.opening import Desk


class Evidence:
    """The duties over a desk."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def checkpoint(self) -> int:
        """Sign the chain's head when it is time, keep a copy beside the store, and have it stamped where an authority
        is set; 1 when there was anything."""
        database, settings = self.desk.database, self.desk.settings
        signer = current_signer(database, settings.secrets)
        with database.write() as tx:
            made = checkpoint_due(tx, signer)
        if made is not None:
            copy_checkpoint(settings.checkpoints, made)
        url = settings.timestamp_url
        stamped = url is not None and stamp(database, url, fetch_from(url)) is not None
        return int(made is not None or stamped)

    def keep_rulebook(self) -> int:
        """Keep the rulebook that verdicts are given by; 1 when it was not kept yet."""
        with self.desk.database.write() as tx:
            return int(keep_rulebook(tx, self.desk.engine.rulebook))
