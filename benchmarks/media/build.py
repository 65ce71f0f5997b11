"""Make a test set: python benchmarks/media/build.py DIR [--styles STYLE …] [--per-style N] [--seed N]

Writes pictures and clips by style with ``truth.jsonl`` beside them: what is written on each, and whether a sentence
that breaks the law is planted in it. The same arguments make the same pixels.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))

from media import fonts
from media.clips import encode
from media.model import Drawn, Filmed
from media.styles import STYLES
from media.texts import scripts


@dataclass(frozen=True)
class Sample:
    """One medium. ``written``: role and text, in the words that stand there; ``depicted`` as of ``Drawn``."""

    name: str
    style: str
    planted: bool
    sentence: str
    written: tuple[tuple[str, str], ...]
    medium: Drawn | Filmed
    depicted: str | None = None

    def write(self, folder: Path) -> Path:
        """The file in ``folder``, made now."""
        folder.mkdir(parents=True, exist_ok=True)
        if isinstance(self.medium, Filmed):
            path = folder / f"{self.name}.mp4"
            encode(self.medium, path)
            return path
        style = STYLES[self.style]
        path = folder / f"{self.name}{style.suffix}"
        if style.suffix == ".jpg":
            self.medium.picture.save(path, quality=style.quality)
        else:
            self.medium.picture.save(path, compress_level=1)
        return path


def samples(styles: Sequence[str] = (), per_style: int = 2, seed: int = 1) -> Iterator[Sample]:
    """Planted and clean by turns in each of ``styles`` (all when empty). MissingFonts when fonts are missing."""
    fonts.check()
    for style in styles or STYLES:
        for number, script in enumerate(scripts(style, per_style, seed)):
            rng = Random(f"{seed}/{style}/{number}")
            medium = STYLES[style].make(rng, script)
            name = f"{style}-{number:03d}-{'planted' if script.planted else 'clean'}"
            if isinstance(medium, Drawn):
                written = tuple(("ocr", text) for text in medium.written)
                yield Sample(name, style, script.planted, script.sentence, written, medium, medium.depicted)
            else:
                yield Sample(name, style, script.planted, script.sentence, medium.written, medium)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--styles", nargs="*", default=[], choices=list(STYLES), metavar="STYLE")
    parser.add_argument("--per-style", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)
    with (arguments.folder / "truth.jsonl").open("w", encoding="utf-8") as truth:
        for sample in samples(arguments.styles, arguments.per_style, arguments.seed):
            file = sample.write(arguments.folder / sample.style).relative_to(arguments.folder)
            row = {"file": file.as_posix(), "style": sample.style, "planted": sample.planted}
            row |= {"sentence": sample.sentence, "written": sample.written, "depicted": sample.depicted}
            truth.write(json.dumps(row, ensure_ascii=False) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
