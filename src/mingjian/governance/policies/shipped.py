"""The policies that come with the software, and putting them in force on a new desk."""

from __future__ import annotations

from functools import cache
from importlib import resources

from mingjian.governance.policies.model import Policy
from mingjian.governance.policies.parse import parse_policy
from mingjian.records.journal.append import append
from mingjian.records.journal.model import Event
from mingjian.records.policies.model import PolicyVersion
from mingjian.records.storage import contents, policies
from mingjian.records.storage.database import Tx
from mingjian.records.storage.events import hold_head

AUTHOR, SETUP = "release", "duty:setup"


@cache
def shipped_texts() -> tuple[str, ...]:
    """The texts, by name."""
    folder = resources.files("mingjian.governance") / "data" / "policies"
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".yaml")), key=lambda file: file.name)
    return tuple(file.read_text("utf-8") for file in files)


def shipped() -> tuple[Policy, ...]:
    """The policies, by name."""
    return tuple(parse_policy(text) for text in shipped_texts())


def install_shipped(tx: Tx) -> list[PolicyVersion]:
    """Put in force what a desk has no version of yet; those that were. Who wrote them is the software's maker, who
    puts them in force whoever set the desk up: two different hands. A policy that is there already, in whatever
    version and state, is left as it is. Safe to call at every start."""
    hold_head(tx)
    there = {one.name for one in policies.versions(tx)}
    made: list[PolicyVersion] = []
    for text, policy in zip(shipped_texts(), shipped(), strict=True):
        if policy.name in there:
            continue
        (digest,) = contents.put(tx, [text.encode()])
        drafted = {"name": policy.name, "version": policy.version, "title": policy.title,
                   "title_en": policy.title_en, "digest": digest}  # fmt: skip
        deployed = {"stage": "live", "percent": 100, "reason": "随软件安装", "digest": digest}
        append(tx, Event("policy.drafted", policy.id, drafted, AUTHOR))
        append(tx, Event("policy.deployed", policy.id, deployed, SETUP))
        kept = policies.version_by_id(tx, policy.id)
        assert kept is not None
        made.append(kept)
    return made
