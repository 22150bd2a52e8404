"""Subtitles of a very long recording, the whole way of a job: seconds, memory, and where the words lie.

    .venv/bin/python bench/long_subtitles.py [--hours 6] [--every 10]

A synthetic voice says one sentence every `--every` minutes of silence, as a camera that was left running
hears it. pocketsphinx recognises it; the work runs in child processes, as on the platform.
"""

from __future__ import annotations

import argparse
import asyncio
import resource
import tempfile
import time
from pathlib import Path

import numpy as np

from cutroom.boot.local_subtitles import Subtitled, subtitle_file
from cutroom.boot.platform import PRELOAD
from cutroom.jobs.kinds.subtitle_generation import SubtitleOptions
from cutroom.media import AudioWriter
from cutroom.sandbox import Sandbox
from voices import RATE, speak

SENTENCE = "This is a sentence that somebody says after a very long time."


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hours", type=float, default=6)
    parser.add_argument("--every", type=int, default=10, help="minutes from one sentence to the next")
    options = parser.parse_args()
    minutes = round(options.hours * 60)
    with tempfile.TemporaryDirectory(prefix="cutroom-bench-") as folder:
        source = Path(folder) / "long.flac"
        write_recording(source, minutes, options.every)
        print(f"{minutes} minutes, {source.stat().st_size / 1e6:.1f} MB as FLAC, {RATE} Hz")
        begin = time.monotonic()
        result = asyncio.run(make(source))
        seconds = time.monotonic() - begin
        left = sorted(path.name for path in Path(folder).iterdir())
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(
        f"{seconds:.1f} s: {minutes * 60 / seconds:.0f} times real time; the largest child had {peak:.0f} MB"
    )
    said = range(0, minutes * 60, options.every * 60)
    found = [place for place in said if any(0 <= start - place < 8 for start, _, _ in result.cues)]
    stray = [start for start, _, _ in result.cues if start % (options.every * 60) > 10]
    print(
        f"{len(result.cues)} cues; {len(found)} of {len(said)} sentences found; {len(stray)} cues elsewhere"
    )
    print(f"left in the folder: {', '.join(left)}")


def write_recording(path: Path, minutes: int, every: int) -> None:
    """Write minutes of silence, a sentence at the beginning of each `every`."""
    silence = np.zeros((1, 60 * RATE), np.float32)
    spoken = silence.copy()
    said = speak(SENTENCE)
    spoken[0, : said.size] = said
    with AudioWriter(path, codec="flac", rate=RATE, layout="mono", bits=16) as writer:
        for minute in range(minutes):
            writer.write(silence if minute % every else spoken)


async def make(source: Path) -> Subtitled:
    """Make subtitles as the command does."""
    sandbox = Sandbox(PRELOAD)
    try:
        options = SubtitleOptions(engine="pocketsphinx")
        return await subtitle_file(source, None, options, sandbox=sandbox)
    finally:
        await sandbox.close()


if __name__ == "__main__":
    main()
