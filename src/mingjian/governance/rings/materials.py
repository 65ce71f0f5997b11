"""Materials: what is shown again and again. Posts that verified likenesses of one matter connect show one material."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from mingjian.governance.rings.model import OWN_NAME, Evidence, Floats, Ints
from mingjian.governance.rings.pairing import components
from mingjian.governance.rings.settings import Settings


@dataclass(frozen=True, slots=True)
class Materials:
    """Rows (``post``, ``account``, ``material``): the earliest post of an account with a material. Of each material:
    its ``matter``, how many ``accounts`` show it, its ``weight`` as one piece of evidence (rare and sure: near 1),
    whether it is shown ``openly``, and its ``first`` post."""

    post: Ints
    account: Ints
    material: Ints
    matter: Ints
    accounts: Ints
    weight: Floats
    openly: NDArray[np.bool_]
    first: Ints
    every_post: Ints
    every_material: Ints


def materials_of(known: Evidence, settings: Settings) -> Materials:
    """The materials that at least two accounts show."""
    posts, named, matters, strengths = [], [], [], []
    count = 0
    for matter in np.unique(known.matter):
        mine = known.matter == matter
        ends, place = np.unique(np.concatenate((known.one[mine], known.other[mine])), return_inverse=True)
        half = int(mine.sum())
        part = components(len(ends), place[:half], place[half:])
        size = int(part.max()) + 1
        posts.append(ends)
        named.append(part + count)
        matters.append(np.full(size, matter, np.int64))
        # The middling likeness of a material speaks for the whole of it.
        total = np.bincount(part[place[:half]], known.strength[mine], size)
        strengths.append(total / np.maximum(np.bincount(part[place[:half]], minlength=size), 1))
        count += size
    if not count:
        none = np.zeros(0, np.int64)
        return Materials(none, none, none, none, none, np.zeros(0), np.zeros(0, np.bool_), none, none, none)
    post, material = np.concatenate(posts), np.concatenate(named)
    return _weighed(known, settings, post, material, np.concatenate(matters), np.concatenate(strengths))


def _weighed(
    known: Evidence, settings: Settings, post: Ints, material: Ints, matter: Ints, strength: Floats
) -> Materials:
    order = np.lexsort((post, known.at[post], material))
    post, material = post[order], material[order]
    account = known.by[post]
    key = material * max(1, len(known.accounts)) + account
    _, earliest = np.unique(key, return_index=True)  # the first of equals is the earliest in time
    earliest.sort()
    count = len(matter)
    accounts = np.bincount(material[earliest], minlength=count).astype(np.int64)
    first = np.zeros(count, np.int64)
    heads, places = np.unique(material, return_index=True)
    first[heads] = post[places]
    own = np.array([kind in OWN_NAME for kind in known.kinds], np.bool_)
    speaking = np.bincount(material[earliest], own[account[earliest]].astype(np.float64), count)
    openly = own[known.by[first]] | (speaking * 2 >= accounts)
    everybody = max(3, known.everybody)
    rare = np.clip(1 - np.log(np.maximum(accounts, 1)) / np.log(everybody), 0.05, 1)
    weight = strength * rare * np.where(openly, settings.openly, 1.0)
    shared = (accounts >= 2)[material]
    kept = np.zeros(len(post), np.bool_)
    kept[earliest] = True
    kept &= shared
    return Materials(post[kept], account[kept], material[kept], matter, accounts, weight, openly, first,
                     post[shared], material[shared])  # fmt: skip
