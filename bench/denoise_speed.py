"""How fast and how small is noise removal? Audio seconds per CPU second of the whole job, and its memory.

    .venv/bin/python bench/denoise_speed.py [--minutes 2] [--rounds 3] [--hours 1]

Each case runs in a fresh child process, as in a worker; CPU time is user plus system of that child while the
job's function runs. Memory is the child's peak of resident memory above what it had after its imports.
Needs the `bench` dependency group only for the voices.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from fractions import Fraction
from pathlib import Path
from statistics import median

import av
import numpy as np

from cutroom.engines.cleaning import CleanRequest, clean
from cutroom.engines.rnnoise_library import FRAME, Rnnoise
from cutroom.media import AudioWriter
from voices import RATE, join_with_pauses, speak

TEXT = "We measured the temperature of the water every hour, and it never rose above eleven degrees."
TARGETS = {"mono WAV to FLAC": 28, "stereo WAV to FLAC, one gain": 25, "video with AAC": 0}


def make_block(channels: int) -> np.ndarray:
    """About 30 s of speech with pauses over fan-like noise, the channels' noises independent."""
    random = np.random.default_rng(0)
    speech = join_with_pauses([speak(TEXT, "en-us", 150 + 10 * k, 30 + 15 * k) for k in range(5)])
    noise = random.standard_normal((channels, speech.size)) * 0.01
    pan = np.linspace(1.0, 0.6, channels)[:, None]
    return (0.2 * speech * pan + noise).astype(np.float32)


def write_sound(path: Path, seconds: float, channels: int) -> None:
    block = make_block(channels)
    layout = "mono" if channels == 1 else "stereo"
    with AudioWriter(path, codec="wav", rate=RATE, layout=layout, bits=16) as writer:
        left = round(seconds * RATE)
        while left > 0:
            writer.write(block[:, :left])
            left -= block.shape[1]


def write_video(path: Path, seconds: float) -> None:
    """A small moving picture at 25 frames per second beside stereo AAC."""
    block = make_block(2)
    with av.open(str(path), "w") as output:
        picture = output.add_stream("libx264", rate=25, options={"preset": "ultrafast"})
        picture.width, picture.height, picture.pix_fmt = 320, 180, "yuv420p"
        sound = output.add_stream("aac", rate=RATE)
        sound.layout = "stereo"
        for number in range(round(seconds * 25)):
            frame = av.VideoFrame(320, 180, "yuv420p")
            for plane in frame.planes:
                plane.update(bytes([number % 256]) * plane.buffer_size)
            frame.pts, frame.time_base = number, Fraction(1, 25)
            output.mux(picture.encode(frame))
            at = (number * RATE // 25) % (block.shape[1] - RATE // 25)
            piece = np.ascontiguousarray(block[:, at : at + RATE // 25])
            samples = av.AudioFrame.from_ndarray(piece, format="fltp", layout="stereo")
            samples.sample_rate, samples.pts, samples.time_base = RATE, number * RATE // 25, Fraction(1, RATE)
            output.mux(sound.encode(samples))
        output.mux(picture.encode(None))
        output.mux(sound.encode(None))


def engine_alone(seconds: float) -> float:
    block = make_block(1)[0]
    sound = np.resize(block, round(seconds * RATE) // FRAME * FRAME)
    engine = Rnnoise()
    begin = time.process_time()
    for at in range(0, sound.size, RATE):
        engine.process(sound[at : at + RATE])
    return sound.size / RATE / (time.process_time() - begin)


def run_child(path: Path, loudness: str = "") -> dict[str, float]:
    """Run `clean` in a fresh interpreter and return what it measured about itself."""
    command = [sys.executable, __file__, "--child", str(path), "--loudness", loudness]
    answer = subprocess.run(command, check=True, capture_output=True, text=True)
    return json.loads(answer.stdout.splitlines()[-1])


def be_child(path: Path, loudness: str) -> None:
    idle = resident()
    before = resource.getrusage(resource.RUSAGE_SELF)
    begin = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        request = CleanRequest(loudness=float(loudness) if loudness else None)
        report = clean(path, Path(folder), request)
    after = resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    print(
        json.dumps(
            {
                "seconds": report.seconds,
                "cpu": cpu,
                "wall": time.monotonic() - begin,
                "idle": idle,
                "peak": after.ru_maxrss / 1024,
            }
        )
    )


def resident() -> float:
    """Resident memory in MB (binary) at this moment."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=2)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--hours", type=float, default=1)
    parser.add_argument("--child", type=Path)
    parser.add_argument("--loudness", default="")
    options = parser.parse_args()
    if options.child:
        be_child(options.child, options.loudness)
        return
    with tempfile.TemporaryDirectory() as folder:
        is_good = measure_speed(Path(folder), options.minutes * 60, options.rounds)
        if options.hours:
            is_good &= measure_memory(Path(folder), options.hours * 3600)
    sys.exit(0 if is_good else 1)


def measure_speed(folder: Path, seconds: float, rounds: int) -> bool:
    write_sound(folder / "mono.wav", seconds, 1)
    write_sound(folder / "stereo.wav", seconds, 2)
    write_video(folder / "video.mp4", seconds)
    files = dict(zip(TARGETS, ("mono.wav", "stereo.wav", "video.mp4"), strict=True))
    files["mono WAV to FLAC at -16 LUFS"] = "mono.wav"
    print(f"{'audio seconds per CPU second':34s}{'median':>8}{'all rounds':>28}{'target':>9}")
    alone = [engine_alone(min(30, seconds)) for _ in range(rounds)]
    print(f"{'RNNoise alone':34s}{median(alone):8.1f}{shown(alone):>28}")
    is_good = True
    for name, file in files.items():
        loudness = "-16" if "LUFS" in name else ""
        runs = [run_child(folder / file, loudness) for _ in range(rounds)]
        speeds = [run["seconds"] / run["cpu"] for run in runs]
        target = TARGETS.get(name, 0)
        is_good &= median(speeds) >= target
        print(f"{name:34s}{median(speeds):8.1f}{shown(speeds):>28}{target or '':>9}")
    return is_good


def shown(speeds: list[float]) -> str:
    return " ".join(f"{speed:.1f}" for speed in speeds)


def measure_memory(folder: Path, seconds: float) -> bool:
    print(f"\n{'memory of the child, MB':34s}{'idle':>8}{'peak':>8}{'above':>8}{'wall s':>8}")
    above = 0.0
    for part in (seconds / 12, seconds):
        write_sound(folder / "long.wav", part, 2)
        run = run_child(folder / "long.wav")
        above = run["peak"] - run["idle"]
        name = f"stereo, {part / 60:.0f} min"
        print(f"{name:34s}{run['idle']:8.0f}{run['peak']:8.0f}{above:8.0f}{run['wall']:8.0f}")
    print("target: 400 MB above idle")
    return above < 400


if __name__ == "__main__":
    main()
