"""Edit one word of a film of a minute: how much of the whole render's CPU the second render takes.

    python bench/render_edit.py --rounds 3

A vertical film of 60 s with a moving background, a title and a line every 2 s is rendered three times by the
command line, each in a process of its own: with an empty cache, with one word changed, and unchanged.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

SECONDS = 60
SAID = "every word of this film is shown for a moment while colours move behind it"
WORDS = SAID.split()
LIMIT = 0.15


def document(changed: bool) -> dict[str, Any]:
    """Return the template, with one more word in the middle or not."""
    lines = [" ".join(WORDS[3 * n % 12 : 3 * n % 12 + 3]) for n in range(SECONDS // 2)]
    if changed:
        lines[len(lines) // 2] = lines[len(lines) // 2] + " now"
    captions = [
        {
            "type": "text",
            "text": line,
            "size": 84,
            "y": "70%",
            "start": 2 * n,
            "length": 2,
            "outline": {"width": 6},
        }
        for n, line in enumerate(lines)
    ]
    angle = {"keyframes": [{"time": 0, "value": 0}, {"time": SECONDS, "value": 720}]}
    gradient = {"angle": angle, "stops": [{"color": "#4f46e5"}, {"color": "#0f172a"}]}
    return {
        "version": 1,
        "tracks": [
            {"clips": [{"type": "background", "gradient": gradient, "length": SECONDS}]},
            {"clips": [{"type": "text", "text": "One minute", "size": 120, "y": "20%", "length": SECONDS}]},
            {"clips": captions},
        ],
    }


def cpu_seconds(folder: Path, changed: bool, name: str) -> float:
    """Render in a process of its own; return its CPU seconds."""
    (folder / "template.json").write_text(json.dumps(document(changed)), encoding="utf-8")
    program = str(Path(sys.executable).with_name("cutroom"))
    options = ["-o", str(folder / f"{name}.mp4"), "--cache", str(folder / "cache"), "--force"]
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [program, "render", str(folder / "template.json"), *options], check=True, stdout=subprocess.DEVNULL
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=3)
    rows: dict[str, list[float]] = {"whole": [], "one word": [], "nothing": []}
    for _ in range(parser.parse_args().rounds):
        with tempfile.TemporaryDirectory(prefix="bench-edit-") as scratch:
            folder = Path(scratch)
            rows["whole"].append(cpu_seconds(folder, changed=False, name="first"))
            rows["one word"].append(cpu_seconds(folder, changed=True, name="second"))
            rows["nothing"].append(cpu_seconds(folder, changed=True, name="third"))
            same = (folder / "second.mp4").read_bytes() == (folder / "third.mp4").read_bytes()
            print("the last two films are equal:", same, flush=True)
    whole = statistics.median(rows["whole"])
    for name, several in rows.items():
        processor = statistics.median(several)
        limit = f"  limit {LIMIT:.0%}" if name == "one word" else ""
        print(f"{name:<10}{processor:8.2f} CPU s {processor / whole:8.1%}{limit}")


if __name__ == "__main__":
    main()
