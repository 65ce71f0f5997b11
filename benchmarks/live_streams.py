"""What reading live rooms costs, beside the naive way: processor seconds a room, one room to eight, words found.

    python benchmarks/live_streams.py [--rooms 1,2,4,8] [--seconds 40] [--key-every 2.0] [--workers N]
        [--skip naive] [--skip threads] [--json FILE]

The rooms are files played at their own pace, made on the spot (tests/perception/video/makers.py): 720p at 25 frames a
second, somebody who moves, a board, a product card, a subtitle every four seconds, a cut every fifteen, a voice. Each
room is read by a process of its own, recorded, and shares one reader of letters with the others, which is how
`mingjian live watch` does it. ``threads`` reads all rooms in one process. ``naive`` decodes and samples as we do and
reads the whole of each sample: what it had no time for is dropped, and ``cores_needed`` is what it would have taken.
``reckoned`` is one room of both ways with no haste, all in one process: with `--rooms 0` there is nothing else.

Figures: ``cpu_room`` processor seconds a second and room, warmed up, with ``letters`` the part of the shared reader;
``found`` the share of words staged that were told, ``late`` seconds from when they were shown until they were told;
``dropped`` the share of samples that nobody had time for. Processor time changes little with what else the machine
does; ``late`` and ``dropped`` need a machine that does nothing else.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import numpy as np
import psutil

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.perception.sound.voices import voice, wav
from tests.perception.video.makers import SAID, Script, Words, make

from mingjian.perception.live import Alive, Eyes, Observed, RoomReader, Shown, StreamSettings
from mingjian.perception.live.clock import RoomTime
from mingjian.perception.live.frames import Frames
from mingjian.perception.live.looking import Looker, Slot
from mingjian.perception.live.marks import Marks
from mingjian.perception.live.opening import open_stream
from mingjian.perception.live.pictures import Pictures
from mingjian.perception.live.record import Recorder
from mingjian.perception.live.room import Task, read_room
from mingjian.perception.live.settings import Looking, Recording
from mingjian.perception.live.taking import Taker
from mingjian.perception.ocr import ocr
from mingjian.perception.video.frames import Sample

Row = dict[str, Any]
WARM = 8.0
"""Seconds of the beginning that are not counted: processes start, networks load."""
LIKE = 0.75


def script(seconds: float, key_every: float, seed: int) -> Script:
    """What a room shows."""
    said = [Words(SAID[(index + 5 * seed) % len(SAID)] + f"{index}号", 4.0 * index + 0.4, 4.0 * index + 3.9)
            for index in range(int(seconds / 4))]  # fmt: skip
    board = [Words("星光医疗美容", 0, seconds, "background"), Words("预约咨询请加顾问", 0, seconds, "background", 1)]
    sold = ("水光精华液 30ml", "到手价 ¥199", "立即购买")
    card = [Words(text, 12.0, 30.0, "card", row) for row, text in enumerate(sold)]
    cuts = [15.0 * index for index in range(1, int(seconds / 15) + 1)]
    options = {"preset": "veryfast", "crf": "23", "g": str(round(25 * key_every)), "sc_threshold": "0"}
    return Script(seconds, ground="person", words=[*said, *board, *card], cuts=cuts, seed=seed, options=options)


class Room:
    """What was told of a room, and when."""

    def __init__(self, script: Script) -> None:
        self.script, self.began = script, time.monotonic()
        self.shown: list[tuple[float, str]] = []
        self.alive: list[Alive] = []

    def take(self, what: Observed) -> None:
        if isinstance(what, Shown) and what.how in ("new", "changed"):
            self.shown.append((time.monotonic() - self.began, what.text))
        elif isinstance(what, Alive):
            self.alive.append(what)

    def late(self, offset: float) -> list[float | None]:
        """For each of the words staged after the beginning: seconds until they were told, None when they were not."""
        found: list[float | None] = []
        for words in self.script.words:
            if words.start < WARM or words.start + 2 > self.script.seconds:
                continue
            start = words.start + offset
            told = [at - start for at, text in self.shown if at >= start - 0.2 and is_in(words.text, text)]
            found.append(max(0.0, min(told)) if told else None)
        return found

    def warm(self) -> Alive:
        return next((each for each in self.alive if each.time >= WARM), self.alive[-1])


def is_in(words: str, text: str) -> bool:
    """Whether the words were read, a misread sign allowed."""
    if len(text) < 0.6 * len(words):
        return False
    blocks = SequenceMatcher(None, words, text, autojunk=False).get_matching_blocks()
    return sum(block.size for block in blocks) >= LIKE * len(words)


def judged(rooms: list[Room], row: Row) -> Row:
    late = [each for room in rooms for each in room.late(0.6)]
    told = sorted(each for each in late if each is not None)
    row["staged"], row["found"] = len(late), round(len(told) / max(1, len(late)), 3)
    if told:
        row["late_median"] = round(statistics.median(told), 2)
        row["late_p95"] = round(told[int(0.95 * (len(told) - 1))], 2)
    return row


def ours(clips: list[tuple[Path, Script]], count: int, folder: Path, workers: int) -> Row:
    """A process a room."""
    rooms = [Room(clips[index % len(clips)][1]) for index in range(count)]
    me = psutil.Process()
    with Eyes(workers) as eyes:
        eyes.address()
        readers = []
        for index, room in enumerate(rooms):
            settings = StreamSettings(folder=folder / f"room{index}")
            readers.append(RoomReader(f"{index}", str(clips[index % len(clips)][0]), settings, room.take, eyes))
        for reader, room in zip(readers, rooms, strict=True):
            room.began = time.monotonic()
            reader.start()
        seconds = rooms[0].script.seconds
        time.sleep(WARM)
        letters, mine, from_ = eyes.load.processor, sum(me.cpu_times()[:2]), time.monotonic()
        time.sleep(seconds - WARM - 2)
        over = time.monotonic() - from_
        letters, mine = eyes.load.processor - letters, sum(me.cpu_times()[:2]) - mine
        resident = [each.memory_info().rss / 1e6 for each in me.children(recursive=True)]
        reached = [reader.state().alive for reader in readers]
        for reader in readers:
            reader.join(seconds + 30)
    spent = 0.0
    for room, last in zip(rooms, reached, strict=True):
        assert last is not None
        first = room.warm()
        spent += (last.processor - first.processor) / max(1.0, last.time - first.time) * over
    samples = sum(room.alive[-1].samples for room in rooms)
    dropped = sum(room.alive[-1].dropped for room in rooms)
    row: Row = {
        "way": "processes", "rooms": count, "cpu_room": round((spent + letters + mine) / over / count, 4),
        "decode_and_gate": round(spent / over / count, 4), "letters": round(letters / over / count, 4),
        "parent": round(mine / over / count, 4), "cores": round((spent + letters + mine) / over, 3),
        "looks_a_minute": round(60 * sum(room.alive[-1].looks for room in rooms) / count / seconds, 1),
        "dropped": round(dropped / max(1, samples + dropped), 3),
        "memory_mb_room": round(min(resident)), "memory_mb_letters": round(max(resident)),
        "megabytes_recorded_minute": round(megabytes(folder) / count * 60 / seconds, 1),
    }  # fmt: skip
    return judged(rooms, row)


def megabytes(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.rglob("segments/*.mp4")) / 1e6


def threads(clips: list[tuple[Path, Script]], count: int, folder: Path, workers: int) -> Row:
    """All rooms in this process, letters read as above."""
    rooms = [Room(clips[index % len(clips)][1]) for index in range(count)]

    def read(index: int) -> None:
        task = Task(f"{index}", str(clips[index % len(clips)][0]), StreamSettings(folder=folder / f"room{index}"),
                    RoomTime.starting(0.0), eyes.address(), folder / "never")  # fmt: skip
        rooms[index].began = time.monotonic()
        for found in read_room(task):
            for each in found:
                rooms[index].take(each)

    with Eyes(workers) as eyes:
        eyes.address()
        running = [threading.Thread(target=read, args=(index,)) for index in range(count)]
        for each in running:
            each.start()
        time.sleep(WARM)
        began, letters, from_ = sum(os.times()[:2]), eyes.load.processor, time.monotonic()
        time.sleep(rooms[0].script.seconds - WARM - 2)
        spent, letters = sum(os.times()[:2]) - began, eyes.load.processor - letters
        over = time.monotonic() - from_
        for each in running:
            each.join()
    row = {
        "way": "threads", "rooms": count, "cpu_room": round((spent + letters) / over / count, 4),
        "decode_and_gate": round(spent / over / count, 4), "letters": round(letters / over / count, 4),
        "cores": round((spent + letters) / over, 3), "memory_mb": round(psutil.Process().memory_info().rss / 1e6),
    }  # fmt: skip
    return judged(rooms, row)


def reckoned(clip: Path, script: Script, folder: Path) -> list[Row]:
    """Processor seconds a second of one room, every sample read and none in haste: ours and the naive way. This holds
    on a machine that does other things too."""
    room, spent = Room(script), {"decode": 0.0, "record": 0.0, "gate_and_letters": 0.0}
    marks, reader = Marks("r", RoomTime.starting(0.0)), ocr()
    reader.lines(np.zeros((64, 64, 3), np.uint8))
    looker, recorder = Looker(marks, Looking(), reader, Frames(folder, Looking())), Recorder(folder, Recording())
    samples: list[Sample] = []

    def timed(part: str, work: Callable[[], Any]) -> Any:
        began = time.process_time()
        found = work()
        spent[part] += time.process_time() - began
        return found

    with open_stream(str(clip), StreamSettings()) as container:
        video, voice = container.streams.video[0], container.streams.audio[0]
        pictures = Pictures(video, Looking())
        recorder.begin(video, voice)
        for packet in timed("decode", lambda: list(container.demux(video, voice))):
            if packet.dts is None:
                continue
            at = float(packet.dts * packet.time_base)
            if packet.stream is video and (sample := timed("decode", lambda: pictures.take(packet, at, at, 0.0))):  # noqa: B023
                samples.append(sample)
                timed("gate_and_letters", lambda: looker.take(sample))
            timed("record", lambda: recorder.packet(packet, at))  # noqa: B023
    recorder.close()
    while not marks.out.empty():
        what = marks.out.get()
        if isinstance(what, Shown):
            room.shown.append((what.start, what.text))
    seconds = script.seconds
    ours = {"way": "reckoned", "cpu_room": round(sum(spent.values()) / seconds, 4),
            "looks_a_minute": round(60 * looker.looks / seconds, 1)}  # fmt: skip
    ours |= {name: round(value / seconds, 4) for name, value in spent.items()}
    whole = Room(script)
    began = time.process_time()
    for sample in samples:
        whole.shown += [(sample.time, line.text) for line in reader.lines(sample.rgb())]
    reading = (time.process_time() - began) / seconds
    plain = {"way": "reckoned naive", "cpu_room": round(reading + spent["decode"] / seconds, 4),
             "samples": len(samples), "cpu_sample": round(reading * seconds / len(samples), 3)}  # fmt: skip
    return [_found(room, ours), _found(whole, plain)]


def _found(room: Room, row: Row) -> Row:
    late = room.late(0.0)
    return row | {"staged": len(late), "found": round(sum(each is not None for each in late) / max(1, len(late)), 3)}


def naive(clips: list[tuple[Path, Script]], count: int) -> Row:
    """Every sample read whole, with one reader for all rooms."""
    rooms = [Room(clips[index % len(clips)][1]) for index in range(count)]
    reader = ocr()
    slots = [Slot() for _ in rooms]
    every: list[threading.Thread] = []
    read = [0]
    for index, room in enumerate(rooms):
        marks = Marks(f"{index}", RoomTime.starting(0.0))
        # As we take them, but with no key pictures alone: samples of the same instants.
        settings = StreamSettings(looking=Looking(keys_within=0.0))
        taker = Taker(str(clips[index % len(clips)][0]), settings, marks, slots[index], None, None)
        every.append(threading.Thread(target=taker.run))
        room.began = time.monotonic()
    began = sum(os.times()[:2])
    reading = [0.0]
    for each in every:
        each.start()
    from_ = time.monotonic()
    while any(each.is_alive() for each in every):
        for room, slot in zip(rooms, slots, strict=True):
            sample = slot.take(0.0)
            if sample is not None:
                start = sum(os.times()[:2])
                for line in reader.lines(sample.rgb()):
                    room.shown.append((time.monotonic() - room.began, line.text))
                reading[0] += sum(os.times()[:2]) - start
                read[0] += 1
        time.sleep(0.002)
    over, spent = time.monotonic() - from_, sum(os.times()[:2]) - began
    dropped = sum(slot.dropped for slot in slots)
    a_sample = reading[0] / max(1, read[0])
    row = {
        "way": "naive", "rooms": count, "cores": round(spent / over, 3), "cpu_sample": round(a_sample, 3),
        "dropped": round(dropped / max(1, read[0] + dropped), 3),
        "cores_needed": round(2 * a_sample * count, 2),
    }  # fmt: skip
    return judged(rooms, row)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rooms", default="1,2,4,8")
    parser.add_argument("--seconds", type=float, default=40.0)
    parser.add_argument("--key-every", type=float, default=2.0)
    parser.add_argument("--workers", type=int, default=0)
    parser.add_argument("--skip", action="append", default=[], choices=["naive", "threads"])
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    counts = [int(each) for each in options.rooms.split(",") if int(each)]
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        clips = []
        sound = wav(folder / "voice.wav", voice(options.seconds))
        for seed in (1, 2):
            made = script(options.seconds, options.key_every, seed)
            clips.append((make(folder / f"{seed}.mp4", made, sound), made))
        for count in counts:
            rows.append(ours(clips, count, folder / f"ours{count}", options.workers))
            print(json.dumps(rows[-1]), flush=True)
        rows[:0] = reckoned(*clips[0], folder / "reckoned")
        print("\n".join(json.dumps(row) for row in rows[:2]), flush=True)
        most = max(counts, default=0)
        if most and "threads" not in options.skip:
            rows.append(threads(clips, most, folder / "threads", options.workers))
            print(json.dumps(rows[-1]), flush=True)
        if most and "naive" not in options.skip:
            rows.append(naive(clips, most))
            print(json.dumps(rows[-1]), flush=True)
    if options.json:
        options.json.write_text(json.dumps({"cores": os.cpu_count(), "rows": rows}, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
