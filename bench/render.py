"""Render one scene with Cutroom, with x264 alone (the limit) and with other renderers, in turn.

    python bench/render.py --peers FOLDER --peer remotion='node .../render.mjs {out} {preset} 2'

FOLDER has `make_scene.py`, which makes the scene that every renderer draws: 1080 x 1920, 300 frames at 30 a
second, three photos with a slow zoom and cross-fades, a title, captions word by word, a box, sound. Each
command renders it into {out}; the scene's folder is in $SCENE. Figures are of the whole process tree: wall
seconds, CPU seconds, peak proportional memory; medians over the rounds. The CPU ratio is the robust one.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import shlex
import statistics
import subprocess
import sys
import tempfile
import time
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import psutil

from render_scene import template_of

PRESET = "veryfast"
CRF = 18
CHOICES = (("medium", 18), ("veryfast", 18), ("veryfast", 17), ("veryfast", 16))


def measure(command: list[str], environment: dict[str, str]) -> tuple[float, float, float]:
    """Return wall seconds, CPU seconds and peak MiB of a command with everything it starts."""
    begun, processor, peak = time.perf_counter(), {}, 0.0
    process = psutil.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    tick = 0
    while process.poll() is None:
        memory = 0.0
        for member in _tree(process):
            try:
                times = member.cpu_times()
                processor[member.pid] = times.user + times.system
                memory += member.memory_full_info().pss if tick % 4 == 0 else 0
            except psutil.Error:
                continue
        peak, tick = max(peak, memory), tick + 1
        time.sleep(0.1)
    wall = time.perf_counter() - begun
    if process.returncode:
        sys.exit(f"{command[0]} failed:\n{(process.stderr.read() if process.stderr else '')[-2000:]}")
    return wall, sum(processor.values()), peak / 2**20


def _tree(process: psutil.Popen) -> list[psutil.Process]:
    try:
        return [process, *process.children(recursive=True)]
    except psutil.Error:
        return []


def encode_only(film: Path) -> tuple[float, float]:
    """Return wall and CPU seconds of x264 on the frames of a film that lie in memory already."""
    with av.open(str(film)) as source:
        stream = source.streams.video[0]
        rate = stream.average_rate or Fraction(30)
        frames = [frame.reformat(format="yuv420p") for frame in source.decode(stream)]
    with tempfile.NamedTemporaryFile(suffix=".mp4") as scratch, av.open(scratch.name, "w") as target:
        out = target.add_stream("libx264", rate=rate)
        out.width, out.height, out.pix_fmt = frames[0].width, frames[0].height, "yuv420p"
        out.options = {"crf": str(CRF), "preset": PRESET}
        out.codec_context.thread_count = 0
        begun, processor = time.perf_counter(), time.process_time()
        for number, frame in enumerate(frames):
            frame.pts, frame.time_base, frame.pict_type = number, 1 / rate, 0
            target.mux(out.encode(frame))
        target.mux(out.encode())
        return time.perf_counter() - begun, time.process_time() - processor


def stages(scene: Path, folder: Path) -> dict[str, float]:
    """Return CPU milliseconds per frame by stage, as the renderer counts them thread by thread."""
    command = [*cutroom(scene, folder / "stages.mp4"), "--stats"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return {
        line.split()[0]: float(line.split()[1]) for line in done.stderr.splitlines() if "ms per frame" in line
    }


def quality(scene: Path, folder: Path) -> None:
    """Print luma PSNR and bytes of the scene at several settings, beside a film at crf 1."""
    reference = folder / "reference.mp4"
    subprocess.run(cutroom(scene, reference, "medium", 1), check=True, stdout=subprocess.DEVNULL)
    for preset, crf in CHOICES:
        film = folder / f"{preset}-{crf}.mp4"
        subprocess.run(cutroom(scene, film, preset, crf), check=True, stdout=subprocess.DEVNULL)
        size = film.stat().st_size / 1e6
        ratio = luma_psnr(reference, film)
        print(f"{preset:<9} crf {crf}  luma PSNR {ratio:6.2f} dB  {size:5.2f} MB", flush=True)


def luma_psnr(reference: Path, film: Path) -> float:
    """Return the mean over the frames of the luma's peak signal-to-noise ratio."""
    found: list[float] = []
    with av.open(str(reference)) as one, av.open(str(film)) as other:
        for left, right in zip(one.decode(video=0), other.decode(video=0), strict=True):
            planes = [frame.to_ndarray()[: frame.height].astype(np.int32) for frame in (left, right)]
            error = float(np.mean((planes[0] - planes[1]) ** 2))
            found.append(10 * math.log10(255**2 / max(error, 1e-9)))
    return statistics.mean(found)


def cutroom(scene: Path, out: Path, preset: str = PRESET, crf: int = CRF) -> list[str]:
    program = str(Path(sys.executable).with_name("cutroom"))
    options = ["--force", "--crf", str(crf), "--preset", preset]
    return [program, "render", str(scene / "template.json"), "-o", str(out), *options]


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--peers", type=Path, required=True, help="the folder with make_scene.py")
    parser.add_argument("--peer", action="append", default=[], metavar="NAME=COMMAND")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--crf", type=int, default=CRF, help="of Cutroom")
    parser.add_argument("--peer-preset", default=PRESET, help="of the others: Remotion's own is medium")
    parser.add_argument("--quality", action="store_true", help="print luma PSNR by setting, and stop")
    return parser.parse_args()


def main() -> None:
    asked = arguments()
    with tempfile.TemporaryDirectory(prefix="bench-render-") as scratch:
        folder = Path(scratch)
        scene = Path(os.environ.get("SCENE") or folder / "scene")
        if not scene.exists():
            subprocess.run([sys.executable, str(asked.peers / "make_scene.py"), str(scene)], check=True)
        numbers = json.loads((scene / "scene.json").read_text(encoding="utf-8"))
        (scene / "template.json").write_text(json.dumps(template_of(numbers)), encoding="utf-8")
        environment = os.environ | {"SCENE": str(scene)}
        if asked.quality:
            quality(scene, folder)
            return
        commands = {"cutroom": cutroom(scene, folder / "cutroom.mp4", PRESET, asked.crf)}
        for peer in asked.peer:
            name, _, command = peer.partition("=")
            commands[name] = shlex.split(command.format(out=folder / f"{name}.mp4", preset=asked.peer_preset))
        rows: dict[str, list[tuple[float, ...]]] = {name: [] for name in (*commands, "x264 alone")}
        for _ in range(asked.rounds):
            for name, command in commands.items():
                rows[name].append(measure(command, environment))
            rows["x264 alone"].append((*encode_only(folder / "cutroom.mp4"), 0.0))
        report(rows, numbers["frames"])
        print()
        found = stages(scene, folder)
        whole = sum(found.values())
        for name, milliseconds in found.items():
            print(f"{name:<12}{milliseconds:7.2f} ms per frame  {milliseconds / whole:6.1%}")


def report(rows: dict[str, list[tuple[float, ...]]], frames: int) -> None:
    ours = statistics.median(row[1] for row in rows["cutroom"])
    print(f"{'':<14}{'wall s':>8}{'CPU s':>8}{'fps':>7}{'peak MiB':>10}{'CPU of Cutroom':>16}")
    for name, several in rows.items():
        wall, processor = (statistics.median(row[index] for row in several) for index in (0, 1))
        peak = max(row[2] for row in several)
        memory = f"{peak:10.0f}" if peak else f"{'-':>10}"
        print(f"{name:<14}{wall:8.1f}{processor:8.1f}{frames / wall:7.1f}{memory}{processor / ours:16.2f}")


if __name__ == "__main__":
    main()
