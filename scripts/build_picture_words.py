"""Learn the words of pictures (perception/reuse/data/vocabulary.npy) from drawn pictures that no benchmark uses.

    python scripts/build_picture_words.py [--pictures 600] [--means 1024]

Needs the extras media and sweep (k-means of faiss). The pictures are numbered from 1,000,000 on; of photographs only
those take part that the benchmarks do not show.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "benchmarks"))
TARGET = ROOT / "src/mingjian/perception/reuse/data/vocabulary.npy"
PHOTOS = ("retina.jpg", "coins.png", "cell.png", "clock_motion.png", "color.png", "microaneurysms.png", "text.png")


def descriptions(pictures: int) -> NDArray[np.float32]:
    """The kept descriptions of all the pictures, and those of their mirror images."""
    import cv2
    import skimage.data
    from media.reuse_pictures import picture

    from mingjian.perception.reuse import local, vocabulary

    taken: list[NDArray[np.float32]] = []

    def take(described: NDArray[np.float32]) -> NDArray[np.uint32]:
        taken.append(described)
        return np.zeros((len(described), vocabulary.PROBES), np.uint32)

    vocabulary.words = take
    folder = Path(skimage.data.__file__).parent
    for name in PHOTOS:
        whole = np.asarray(cv2.imread(str(folder / name), cv2.IMREAD_COLOR), np.uint8)
        for y in range(0, max(1, whole.shape[0] - 200), 200):
            for x in range(0, max(1, whole.shape[1] - 200), 200):
                local.places(np.ascontiguousarray(whole[y : y + 256, x : x + 256, ::-1]))
    for number in range(pictures):
        local.places(picture(1_000_000 + number)[0])
    return vocabulary.rooted_of(np.concatenate(taken))


def main() -> None:
    """Learn and write."""
    import faiss

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pictures", type=int, default=600)
    parser.add_argument("--means", type=int, default=1024)
    chosen = parser.parse_args()
    found = descriptions(chosen.pictures)
    means = []
    for half in range(2):
        learnt = faiss.Kmeans(64, chosen.means, niter=15, seed=7)
        learnt.train(np.ascontiguousarray(found[:, half * 64 : half * 64 + 64]))
        means.append(learnt.centroids)
    TARGET.parent.mkdir(exist_ok=True)
    np.save(TARGET, np.asarray(means, np.float16))
    print(f"{len(found)} descriptions, 2 x {chosen.means} means, {TARGET.stat().st_size} bytes")


if __name__ == "__main__":
    main()
