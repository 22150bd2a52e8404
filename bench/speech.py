"""How well and how fast is speech recognised here? Word error rates, speed and memory of every local engine.

    .venv/bin/python bench/speech.py [--model FOLDER] [--noise] [--hours 1]

Real recordings are added where the shared folder is found (CUTROOM_SHARED, or `shared` beside the
repository). `--model` is a Whisper model's folder or a fetched model's name; without it Whisper is left out.
The engines beside ours are the same libraries with their own defaults.
"""

from __future__ import annotations

import argparse
import importlib
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import numpy as np

from cutroom.base.settings import read_settings
from cutroom.engines.hearing import HearingRequest, place_words, prepare
from cutroom.engines.transcriber import TRANSCRIBERS, Access, Wish
from cutroom.media import AudioWriter, read_audio
from mixes import RATE, Samples
from speech_clips import Clip, add_noise, join_clips, make_clips
from word_errors import count_errors, normalise

SNRS = (20, 15, 10, 5, 0)
Recogniser = Callable[[Path], str]


def ours(name: str, model: str | None, denoise: str = "auto") -> Recogniser:
    """The whole way of a job: windows, noise, engine, times."""
    access = Access(model=model, models=read_settings().models_folder, may_fetch=False)
    engine = TRANSCRIBERS.load(name)

    def recognise(path: Path) -> str:
        with tempfile.TemporaryDirectory() as folder:
            prepared = prepare(path, Path(folder), HearingRequest(denoise=denoise))
            words = []
            for window in prepared.windows:
                heard = engine.transcribe(window.path, Wish(language="en"), access)
                words += place_words(window, heard)
        return " ".join(word.text for word in words)

    return recognise


def bare_whisper(model: str) -> Recogniser:
    """faster-whisper with its defaults, beside the language and 8-bit weights."""
    library = importlib.import_module("faster_whisper")

    def recognise(path: Path) -> str:
        loaded = library.WhisperModel(model, device="cpu", compute_type="int8", cpu_threads=2)
        segments, _ = loaded.transcribe(str(path), language="en")
        return " ".join(segment.text for segment in segments)

    return recognise


def bare_pocketsphinx(path: Path) -> str:
    """pocketsphinx with its defaults, the whole file at once."""
    library = importlib.import_module("pocketsphinx")
    with read_audio(path, rate=16_000) as reader:
        sound = np.concatenate([block.mean(axis=0) for block in reader])
    decoder = library.Decoder(samprate=16_000, loglevel="FATAL")
    decoder.start_utt()
    decoder.process_raw(np.clip(sound * 32768, -32768, 32767).astype(np.int16).tobytes(), full_utt=True)
    decoder.end_utt()
    found = decoder.hyp()
    return found.hypstr if found else ""


def engines(model: str | None) -> dict[str, Recogniser]:
    found: dict[str, Recogniser] = {
        "pocketsphinx, its defaults": bare_pocketsphinx,
        "cutroom pocketsphinx": ours("pocketsphinx", None),
    }
    if model and Path(model).is_dir():
        found["faster-whisper, its defaults"] = bare_whisper(model)
    if model:
        found["cutroom faster-whisper"] = ours("faster-whisper", model)
    return found


def write(samples: Samples, path: Path) -> Path:
    with AudioWriter(path, codec="flac", rate=RATE, layout="mono", bits=16) as writer:
        writer.write(samples[None])
    return path


class Tally:
    """Errors and words by column."""

    def __init__(self) -> None:
        self.errors: dict[str, int] = defaultdict(int)
        self.words: dict[str, int] = defaultdict(int)

    def add(self, clip: Clip, text: str, *columns: str) -> None:
        reference = normalise(clip.text)
        errors = count_errors(reference, normalise(text))
        for column in columns:
            self.errors[column] += errors
            self.words[column] += len(reference)

    def rate(self, column: str) -> float:
        return self.errors[column] / max(1, self.words[column])


def measure_clean(clips: list[Clip], model: str | None, folder: Path) -> None:
    columns = [*(clip.name for clip in clips if clip.kind == "real"), "real", "synthetic", "all"]
    print("Word error rate, clean\n" + " " * 30 + "".join(f"{name[:12]:>14}" for name in columns))
    for name, recognise in engines(model).items():
        tally = Tally()
        for clip in clips:
            tally.add(clip, recognise(write(clip.samples, folder / "clip.flac")), clip.name, clip.kind, "all")
        print(f"{name:30s}" + "".join(f"{tally.rate(column):14.3f}" for column in columns), flush=True)


def measure_noise(clips: list[Clip], model: str | None, folder: Path) -> None:
    """Does removing noise first help? By engine and by ratio of speech to noise."""
    print(
        "\nWord error rate in noise, mean over kinds\n" + " " * 44 + "".join(f"{snr:>7} dB" for snr in SNRS)
    )
    for name in [*(["faster-whisper"] if model else []), "pocketsphinx"]:
        for denoise in ("never", "always", "auto"):
            recognise, tally = ours(name, model, denoise), Tally()
            for snr in SNRS:
                for kind, clip in add_noise(clips, snr):
                    text = recognise(write(clip.samples, folder / "clip.flac"))
                    tally.add(clip, text, str(snr), f"{kind} {snr}")
            row = "".join(f"{tally.rate(str(snr)):10.3f}" for snr in SNRS)
            print(f"{f'{name}, noise removed: {denoise}':44s}{row}", flush=True)


def measure_estimates(clips: list[Clip], folder: Path) -> None:
    """What ratio is measured where the true one is known."""
    print("\nMeasured ratio of speech to noise, quartiles")
    for snr in SNRS:
        found = []
        for _, clip in add_noise(clips, snr):
            path = write(clip.samples, folder / "clip.flac")
            prepared = prepare(path, folder, HearingRequest(denoise="never"))
            if prepared.snr is not None:
                found.append(prepared.snr)
        low, middle, high = np.percentile(found, [25, 50, 75])
        print(f"{snr:4d} dB: {low:6.1f} {middle:6.1f} {high:6.1f}   ({len(found)} clips with speech)")


def measure_speed(model: str | None, seconds: float) -> None:
    title = f"{seconds / 60:.0f} min of speech, fresh process"
    print(f"\n{title:44s}{'x CPU':>8}{'x wall':>8}{'peak MB':>9}{'above':>8}")
    for name in ["prepare", "prepare, noise removed", "pocketsphinx", *(["faster-whisper"] if model else [])]:
        options = ["--child", name, "--seconds", str(seconds), "--model", model or ""]
        answer = subprocess.run(
            [sys.executable, __file__, *options], check=True, capture_output=True, text=True
        )
        run = json.loads(answer.stdout.splitlines()[-1])
        speeds = f"{seconds / run['cpu']:8.1f}{seconds / run['wall']:8.1f}"
        print(f"{name:44s}{speeds}{run['peak']:9.0f}{run['peak'] - run['idle']:8.0f}", flush=True)


def be_child(name: str, model: str | None, seconds: float) -> None:
    """Prepare a long file; where an engine is named, measure it on the windows, one after the other."""
    clips = make_clips()
    with tempfile.TemporaryDirectory() as path:
        folder = Path(path)
        source = folder / "long.flac"
        block = join_clips(clips, 60)
        with AudioWriter(source, codec="flac", rate=RATE, layout="mono", bits=16) as writer:
            for _ in range(round(seconds / 60)):
                writer.write(block[None])
        request = HearingRequest(denoise="always" if "noise" in name else "never")
        idle, usage, begin = peak(), cpu(), time.monotonic()
        prepared = prepare(source, folder, request)
        if not name.startswith("prepare"):
            access = Access(model=model or None, models=read_settings().models_folder, may_fetch=False)
            engine = TRANSCRIBERS.load(name)
            usage, begin = cpu(), time.monotonic()
            for window in prepared.windows:
                engine.transcribe(window.path, Wish(language="en"), access)
        found = {"cpu": cpu() - usage, "wall": time.monotonic() - begin, "idle": idle, "peak": peak()}
    print(json.dumps(found))


def cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def peak() -> float:
    """Peak of resident memory in MB; `ru_maxrss` would begin with that of the parent process."""
    status = Path("/proc/self/status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) / 1024


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", default="", help="a Whisper model's folder, or a fetched model's name")
    parser.add_argument(
        "--noise", action="store_true", help="whether removing noise first helps: half an hour"
    )
    parser.add_argument("--hours", type=float, default=0, help="speed and memory on so long a recording")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    parser.add_argument("--seconds", type=float, default=600, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        be_child(options.child, options.model, options.seconds)
        return
    clips = make_clips()
    seconds = sum(clip.samples.size for clip in clips) / RATE
    print(f"{len(clips)} clips, {seconds:.0f} s, {sum(len(normalise(clip.text)) for clip in clips)} words\n")
    with tempfile.TemporaryDirectory() as folder:
        measure_clean(clips, options.model, Path(folder))
        if options.noise:
            measure_estimates(clips, Path(folder))
            measure_noise(clips, options.model, Path(folder))
    measure_speed(options.model, 300)
    if options.hours:
        measure_speed(options.model, options.hours * 3600)


if __name__ == "__main__":
    main()
