"""Bring the console's scripts from npm into the package: one minified file and the licence of each, by digest.

    python scripts/vendor_static.py            # fetch what vendor.yaml names, refuse other digests
    python scripts/vendor_static.py --accept   # the same after a version was raised: write the new digests

Nothing is built: a file is what the package on npm holds, so that anybody can compare it.
"""

from __future__ import annotations

import argparse
import hashlib
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

import yaml

VENDOR = Path(__file__).parents[1] / "src" / "mingjian" / "doors" / "console" / "static" / "vendor"
REGISTER = VENDOR / "vendor.yaml"


def packed(name: str, version: str, folder: Path) -> Path:
    """The package as npm hands it out."""
    done = subprocess.run(
        ["npm", "pack", f"{name}@{version}", "--silent", "--pack-destination", str(folder)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return folder / done.stdout.strip().splitlines()[-1]


def member(archive: Path, path: str) -> bytes:
    """One file of a package."""
    with tarfile.open(archive) as tar:
        file = tar.extractfile(f"package/{path}")
        if file is None:
            raise FileNotFoundError(f"{archive.name}: {path}")
        return file.read()


def fetch(entry: dict[str, Any], folder: Path, accept: bool) -> str | None:
    """Write one entry's file; what is wrong with it, or None."""
    archive = packed(entry["package"], entry["version"], folder)
    content = member(archive, entry["path"])
    found = hashlib.sha256(content).hexdigest()
    if found != entry["sha256"] and not accept:
        return f"{entry['file']}: sha256 is {found}, vendor.yaml says {entry['sha256']}"
    entry["sha256"] = found
    (VENDOR / entry["file"]).write_bytes(content)
    if entry.get("licence_path"):
        (VENDOR / entry["licence_file"]).write_bytes(member(archive, entry["licence_path"]))
    return None


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--accept", action="store_true", help="write the digests that come out")
    accept: bool = parser.parse_args().accept
    register = yaml.safe_load(REGISTER.read_text("utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        wrong = [fault for entry in register["files"] if (fault := fetch(entry, Path(folder), accept))]
    if accept:
        REGISTER.write_text(yaml.safe_dump(register, allow_unicode=True, sort_keys=False, width=120), "utf-8")
    print("\n".join(wrong) or f"{len(register['files'])} files are what npm holds")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
