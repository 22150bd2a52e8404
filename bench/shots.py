"""Are shot changes found to the frame, what is taken for one wrongly, and how fast?

    .venv/bin/python bench/shots.py [--films 10]

Films are made: textured scenes that pan, shake, have grain, are dark, flash, change their light, hold moving
things or move on every second frame, joined by cuts, fades and dissolves, at 23.976 to 60 frames per second.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

from cutroom.media import find_shots

RATES = [Fraction(rate) for rate in ("24000/1001", "25", "30000/1001", "50", "60")]
KINDS = ["still", "pan", "shake", "grain", "things", "dark", "flash", "light", "wild", "twos"]
WIDTH, HEIGHT = 320, 180
ROOM_X, ROOM_Y = 120, 80
FADE = 12

Picture = NDArray[np.float64]


class Scene:
    """A large random picture, seen through a window that moves as the scene's kind says."""

    def __init__(self, kind: str, chance: np.random.Generator) -> None:
        self.kind = kind
        self.length = int(chance.integers(12, 60))
        self._chance = chance
        contrast, mean = (1.0, 18.0) if kind == "dark" else (chance.uniform(3, 9), chance.uniform(50, 190))
        tints = [texture(chance, (8, 16, 32, 64)) * contrast / 2 for _ in range(3)]
        luma = texture(chance, (2, 4, 8, 16, 32, 64)) * contrast + mean
        self._whole = np.clip(
            np.stack([luma + tint for tint in tints], -1) + chance.uniform(-25, 25, 3), 0, 255
        )
        self._step = chance.uniform(-4, 4) if kind == "pan" else 0.0
        self._shake = {"shake": chance.uniform(1, 4), "wild": 5.0}.get(kind, 0.0)
        self._grain = {"grain": chance.uniform(5, 25), "dark": 2.0, "wild": 4.0}.get(kind, 0.0)
        count = {"things": 3, "wild": 6}.get(kind, 0)
        self._things = [
            (chance.uniform(0, 1, 2), chance.uniform(-5, 5, 2), chance.uniform(0, 255, 3))
            for _ in range(count)
        ]
        self._flashes = set(chance.integers(4, max(5, self.length - 4), 2)) if kind == "flash" else set()

    def frame(self, number: int) -> Picture:
        at = number // 2 * 2 if self.kind == "twos" else number
        jitter = self._chance.normal(0, self._shake, 2) if self._shake else (0, 0)
        left = int(np.clip(ROOM_X + self._step * at + jitter[0], 0, 2 * ROOM_X))
        top = int(np.clip(ROOM_Y + jitter[1], 0, 2 * ROOM_Y))
        shown = self._whole[top : top + HEIGHT, left : left + WIDTH].copy()
        for place, speed, colour in self._things:
            x, y = (place * (WIDTH, HEIGHT) + speed * at).astype(int) % (WIDTH, HEIGHT)
            shown[max(0, y - 30) : y + 30, max(0, x - 30) : x + 30] = colour
        shown += self._chance.normal(0, self._grain, shown.shape) if self._grain else 0
        if number in self._flashes or number - 1 in self._flashes:
            return shown * 0.3 + 200
        return shown * 1.5 + 20 if self.kind == "light" and number >= self.length // 2 else shown


def texture(chance: np.random.Generator, sides: tuple[int, ...]) -> Picture:
    height, width = HEIGHT + 2 * ROOM_Y, WIDTH + 2 * ROOM_X
    total = np.zeros((height, width))
    for side in sides:
        coarse = chance.standard_normal((height // side + 1, width // side + 1))
        total += np.kron(coarse, np.ones((side, side)))[:height, :width] * side**0.5
    return total


def film(seed: int) -> Iterator[tuple[Picture, str | None]]:
    """Yield pictures, each with what kind of scene begins at it by a cut."""
    chance = np.random.default_rng(seed)
    last: Picture | None = None
    for _ in range(25):
        scene = Scene(str(chance.choice(KINDS)), chance)
        joint = str(chance.choice(["cut", "cut", "cut", "fade", "dissolve"]))
        if last is not None and joint != "cut":
            yield from ((shown, None) for shown in joined(last, scene.frame(0), joint))
        for number in range(scene.length):
            shown = scene.frame(number)
            yield shown, scene.kind if number == 0 and joint == "cut" and last is not None else None
            last = shown


def joined(old: Picture, new: Picture, joint: str) -> Iterator[Picture]:
    """Yield the pictures of a dissolve, or of a fade through black."""
    for share in np.linspace(0, 1, FADE + 2)[1:-1]:
        if joint == "fade":
            yield old * max(0.0, 1 - 2 * share) + new * max(0.0, 2 * share - 1)
        else:
            yield old * (1 - share) + new * share


def write(path: Path, seed: int, rate: Fraction) -> dict[int, str]:
    """Encode a film; return the frames of its cuts."""
    cuts: dict[int, str] = {}
    with av.open(str(path), "w") as output:
        stream = output.add_stream("libx264", rate=rate, width=WIDTH, height=HEIGHT, pix_fmt="yuv420p")
        stream.codec_context.options = {"preset": "ultrafast", "crf": "26"}
        for number, (shown, kind) in enumerate(film(seed)):
            if kind:
                cuts[number] = kind
            pixels = np.ascontiguousarray(np.clip(shown, 0, 255).astype(np.uint8))
            output.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, format="rgb24")))
        output.mux(stream.encode(None))
    return cuts


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--films", type=int, default=10)
    parser.add_argument("--video", type=Path, help="a recording of yours to time instead")
    arguments = parser.parse_args()
    if arguments.video:
        report(arguments.video)
        return
    cuts = missed = wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        for seed in range(arguments.films):
            rate = RATES[seed % len(RATES)]
            path = Path(folder) / "film.mp4"
            truth = write(path, seed, rate)
            found = {round(change * rate) for change in find_shots(path).changes}
            misses, extra = sorted(truth.keys() - found), sorted(found - truth.keys())
            cuts, missed, wrong = cuts + len(truth), missed + len(misses), wrong + len(extra)
            said = [f"{frame} ({truth[frame]})" for frame in misses]
            print(f"film {seed} at {float(rate):.3f}: {len(truth)} cuts, missed {said}, wrong {extra}")
        report(path)
    print(f"{cuts} cuts, {missed} missed, {wrong} wrong")


def report(path: Path) -> None:
    begin = time.process_time()
    found = find_shots(path)
    seconds = time.process_time() - begin
    speed = found.frames / seconds
    print(f"{found.frames} frames, {len(found.changes)} changes, {speed:.0f} frames per CPU second")


if __name__ == "__main__":
    main()
