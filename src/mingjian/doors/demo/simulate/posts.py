"""One item a slot: planned ones as planned, the others by honest people who now and then resemble each other."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from typing import Any

from mingjian.doors.demo.simulate.cast import moment_of
from mingjian.doors.demo.simulate.grammar import grammar, material, one_of
from mingjian.doors.demo.simulate.plan import Plan, Post
from mingjian.doors.demo.simulate.shots import Camera
from mingjian.doors.demo.simulate.stories import (
    filler,
    handle,
    handle_line,
    hashtags,
    plain,
    retell,
    subject,
    tell,
    trade_line,
)

Row = dict[str, Any]
PLATFORMS = ("xiaohongshu", "douyin", "weibo", "soyoung")
BRAND = 24  # pictures that makers of equipment give to every clinic
_HONEST = (
    ("everyday", 0.49),
    ("diary", 0.65),
    ("creator", 0.76),
    ("clinic", 0.85),
    ("doctor", 0.90),
    ("goods", 0.935),
    ("lawful", 0.965),
    ("pasta", 0.988),
    ("again", 1.0),
)


def slot_id(slot: int) -> str:
    """The id of the item in a slot: its number in order of time."""
    return f"n{slot:09d}"


class Writer:
    """Writes items. ``breaches``: (code of a rule, sentence that breaks it)."""

    def __init__(self, plan: Plan, breaches: Sequence[tuple[str, str]]) -> None:
        self.plan, self.cast, self.params = plan, plan.cast, plan.params
        self.breaches = breaches

    def block(self, first: int, last: int, camera: Camera | None = None) -> tuple[list[Row], list[Row], list[int]]:
        """Items ``first`` to ``last`` with their truth, and their authors' numbers. ``camera``: draws what they
        show."""
        moments = self.plan.calendar.moments(range(first, last)).tolist()
        rows, truth, authors = [], [], []
        for slot in range(first, last):
            rng = self._rng(slot)
            post = self.plan.posts.get(slot)
            if post is not None:
                row, told = self._planned(rng, post)
                at, author = post.at, post.author
            else:
                author, row, told = self._honest(rng, slot)
                at = moments[slot - first]
                if told.get("role") == "lawful" and told["origin"] >= slot_id(slot):
                    told["origin"] = None  # of the same information, published elsewhere before
            scene, of = row.pop("scene", None), row.pop("of", slot)
            rows.append(self._signed(rng, row, slot, at, author))
            truth.append({"id": slot_id(slot), "role": "honest", **told})
            if camera is not None:
                rows[-1]["pictures"], edits = camera.shoot(slot, slot_id(slot), scene, post, of)
                if edits:
                    truth[-1]["edit"] = ";".join(filter(None, (truth[-1].get("edit"), f"pictures:{','.join(edits)}")))
            authors.append(author)
        return rows, truth, authors

    def _signed(self, rng: random.Random, row: Row, slot: int, at: int, author: int) -> Row:
        cast = self.cast
        kind = cast.kinds[author]
        house = author if kind == "institution" else cast.house[author]
        by = row.pop("house", house)
        return {
            "id": slot_id(slot), "platform": PLATFORMS[author % 7 % 4], "kind": "note", "published_at": moment_of(at),
            "publisher_id": cast.id(author), "publisher_kind": kind, "publisher_name": cast.names[author],
            "channel": "public", "institution": cast.id(by) if by is not None else None,
            "device": cast.mark("d", one_of(rng, cast.devices[author])), "pictures": [], "videos": [], **row,
        }  # fmt: skip

    def _planned(self, rng: random.Random, post: Post) -> tuple[Row, Row]:
        if post.role == "official":
            text = material()["official"][post.text]
            row = {**self._row(text[:12] + "…", [text], ["健康科普"]), "scene": f"poster/{post.text}"}
            return row, {
                "role": "official",
                "origin": f"official/{post.text}",
            }
        if post.role == "client":
            return self._everyday(rng)
        if post.role == "product":
            return self._goods(rng, restricted=False)
        assert post.ring is not None
        if post.role == "original" and post.author not in post.ring.accounts:
            assert post.story is not None
            title, lines = plain(post.story)
            return self._told(rng, post, title, lines, {"role": "original"}, False)
        if post.story is None:
            story = tell("", one_of(rng, [one.procedure for one in post.ring.stories]), rng)
            title, lines = plain(story)
            return self._told(rng, post, title, lines, {"role": "fresh"}, True, story.procedure)
        if post.role == "original":
            title, lines = plain(post.story)
            return self._told(rng, post, title, lines, {"role": "original"}, True)
        title, lines, edits = retell(post.story, rng, self.params.skill)
        origin = slot_id(self.plan.origins[post.story.key])
        told = {"role": "reuse", "origin": origin, "edit": ";".join(edits)}
        return self._told(rng, post, title, lines, told, True)

    def _told(
        self, rng: random.Random, post: Post, title: str, lines: list[str], told: Row, paid: bool,
        procedure: int | None = None,
    ) -> tuple[Row, Row]:  # fmt: skip
        ring, skill = post.ring, self.params.skill
        assert ring is not None
        entry = material()["procedures"][post.story.procedure if post.story else procedure or 0]
        planted: list[str] = []
        if paid:
            if rng.random() < 0.6:
                lines = [*lines, trade_line(self.cast.names[ring.house], rng)]
            if rng.random() < 0.5 * (1 - 0.5 * skill):
                lines = [*lines, handle_line(one_of(rng, ring.handles), rng, skill)]
                planted.append("contact")
            if rng.random() < 0.5 * (1 - 0.6 * skill):
                lines = self._breached(rng, lines, planted)
        row = self._row(title, lines, hashtags(entry, rng))
        if rng.random() < (0.8 - 0.3 * skill if paid else 0.3):
            row["house"] = ring.house
        return row, {**told, "ring": ring.key, "planted": planted}

    def _honest(self, rng: random.Random, slot: int) -> tuple[int, Row, Row]:
        chance, cast = rng.random(), self.cast
        kind = next(name for name, share in _HONEST if chance < share)
        if kind == "again":
            return self._again(rng, slot)
        if kind == "everyday":
            return (self._person(rng), *self._everyday(rng))
        if kind == "diary":
            return (self._person(rng), *self._diary(rng))
        if kind == "creator":
            author = one_of(rng, cast.creators)
            row, told = self._everyday(rng) if rng.random() < 0.6 else self._diary(rng)
            if rng.random() < 0.15:  # an address for business of one's own
                own = random.Random(author)
                row["body"] += f"\n商务合作邮箱 {handle(own)}@mail.example,看到会回。"
            return author, row, told
        if kind == "clinic":
            return self._clinic(rng)
        if kind == "doctor":
            author = one_of(rng, cast.doctors)
            return (author, *self._education(rng))
        if kind == "goods":
            return (one_of(rng, cast.merchants), *self._goods(rng, restricted=rng.random() < 0.05))
        if kind == "lawful":
            return self._copied(rng)
        return (self._person(rng), *self._pasta(rng))

    def _again(self, rng: random.Random, slot: int) -> tuple[int, Row, Row]:
        """What one has posted before, posted again, mostly elsewhere: one's own, and honest."""
        before = slot - 1 - int(rng.random() * 3000)
        earlier = self._rng(before)
        if before < 0 or before in self.plan.posts or earlier.random() >= _HONEST[-2][1]:
            return (self._person(rng), *self._everyday(rng))
        author, row, told = self._honest(self._rng(before), before)
        if rng.random() < 0.7:
            row["platform"] = one_of(rng, PLATFORMS)
        return author, {**row, "of": before}, {**told, "origin": slot_id(before), "edit": "own"}

    def _rng(self, slot: int) -> random.Random:
        return random.Random(self.params.seed * 1_000_003 + slot)

    def _person(self, rng: random.Random) -> int:
        persons = self.cast.persons
        return persons[int(rng.random() ** 1.6 * len(persons))]

    def _everyday(self, rng: random.Random) -> tuple[Row, Row]:
        entry, words = one_of(rng, material()["everyday"]), grammar()
        texts = rng.sample(entry["lines"], 3 + int(rng.random() * 5))
        if rng.random() < 0.2:
            texts.append(one_of(rng, one_of(rng, material()["everyday"])["lines"]))
        lines = [words.say(text, rng, {}).text() for text in texts]
        title = words.say(one_of(rng, entry["titles"]), rng, {}).text()
        told = self._perhaps(rng, lines, 0.004)
        return {**self._row(title, lines, hashtags(entry, rng)), "scene": entry["scene"]}, told

    def _diary(self, rng: random.Random) -> tuple[Row, Row]:
        procedure = int(rng.random() * len(material()["procedures"]))
        title, lines = plain(tell("", procedure, rng))
        for _ in range(int(rng.random() * 3)):
            lines.insert(1 + int(rng.random() * len(lines)), filler(rng))
        house = one_of(rng, self.cast.houses)
        if rng.random() < 0.12:
            lines.append(trade_line(self.cast.names[house], rng, honest=True))
        told = self._perhaps(rng, lines, 0.02)
        row = self._row(title, lines, hashtags(material()["procedures"][procedure], rng))
        row["scene"] = "face"
        if rng.random() < 0.3:
            row["house"] = house
        return row, told

    def _clinic(self, rng: random.Random) -> tuple[int, Row, Row]:
        author, words = one_of(rng, self.cast.houses), grammar()
        given = subject(int(rng.random() * len(material()["procedures"])), rng)
        given |= {"house": self.cast.names[author], "phone": f"400-000-{author % 10_000:04d}"}
        entry = material()["clinic"]
        lines = [words.say(text, rng, given).text() for text in rng.sample(entry["lines"], 3 + int(rng.random() * 3))]
        told = self._perhaps(rng, lines, 0.08)
        row = self._row(words.say(one_of(rng, entry["titles"]), rng, given).text(), lines, ["门诊通知"])
        row["scene"] = "room"
        if rng.random() < 0.4:
            row["scene"] = told["origin"] = f"brand/{int(rng.random() * BRAND)}"
        return author, row, told

    def _education(self, rng: random.Random) -> tuple[Row, Row]:
        procedure, words, entry = int(rng.random() * len(material()["procedures"])), grammar(), material()["education"]
        given = subject(procedure, rng)
        lines = [words.say(text, rng, given).text() for text in rng.sample(entry["lines"], 4 + int(rng.random() * 4))]
        told = self._perhaps(rng, lines, 0.02)
        title = words.say(one_of(rng, entry["titles"]), rng, given).text()
        return self._row(title, lines, ["健康科普", *hashtags(material()["procedures"][procedure], rng)]), told

    def _goods(self, rng: random.Random, restricted: bool) -> tuple[Row, Row]:
        entry, words = material()["restricted" if restricted else "product"], grammar()
        given = subject(int(rng.random() * len(material()["procedures"])), rng)
        lines = [words.say(text, rng, given).text() for text in rng.sample(entry["lines"], 2 + int(rng.random() * 2))]
        row = self._row(words.say(one_of(rng, entry["titles"]), rng, given).text(), lines, [])
        row["kind"], row["scene"] = "product", "thing"
        row["facts"] = json.dumps({"price": 9 + int(rng.paretovariate(1.2) * 20)})
        return row, {"planted": ["restricted_goods"] if restricted else []}

    def _copied(self, rng: random.Random) -> tuple[int, Row, Row]:
        """Public information, copied as it is: reuse that is lawful and no ring."""
        number = int(rng.random() * len(material()["official"]))
        text = material()["official"][number]
        author = one_of(rng, one_of(rng, (self.cast.houses, self.cast.doctors, self.cast.creators)))
        lines = [text] if rng.random() < 0.6 else [f"转发科普:{text}", "来源:主管部门公开信息。"]
        row = self._row(one_of(rng, ("健康科普", "请大家收藏", "转:就医提示", text[:10])), lines, ["健康科普"])
        row["scene"] = f"poster/{number}"
        return author, row, {"role": "lawful", "origin": slot_id(self.plan.officials[number])}

    def _pasta(self, rng: random.Random) -> tuple[Row, Row]:
        """What everybody passes on for fun."""
        number = int(rng.random() * len(material()["pasta"]))
        lines = [material()["pasta"][number]]
        if rng.random() < 0.5:
            lines.append(filler(rng))
        return {**self._row("", lines, ["日常"]), "scene": f"pasta/{number}"}, {"origin": f"pasta/{number}"}

    def _perhaps(self, rng: random.Random, lines: list[str], share: float) -> Row:
        planted: list[str] = []
        if rng.random() < share:
            lines[:] = self._breached(rng, lines, planted)
        return {"planted": planted}

    def _breached(self, rng: random.Random, lines: list[str], planted: list[str]) -> list[str]:
        if not self.breaches:
            return lines
        code, text = one_of(rng, self.breaches)
        planted.append(code)
        at = int(rng.random() * (len(lines) + 1))
        return [*lines[:at], text, *lines[at:]]

    def _row(self, title: str, lines: list[str], tags: list[str]) -> Row:
        return {"title": title or None, "body": "\n".join(lines), "hashtags": tags}
