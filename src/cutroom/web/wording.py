"""Plain words for what programs call by codes: states, engines, files, and what was measured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cutroom.web.formatting import clock, decibels

_STATUS = {
    "pending": "Waiting",
    "processing": "Working",
    "completed": "Done",
    "failed": "Failed",
    "cancelled": "Cancelled",
    "skipped": "Not needed",
}
_KINDS = {
    "noise-removal": "Noise removal",
    "subtitle-generation": "Subtitles",
    "subtitle-translation": "Translation of subtitles",
    "subtitle-embedding": "Subtitles into the video",
    "video": "Video",
}
_ENGINES = {
    "rnnoise": "RNNoise, on this machine",
    "elevenlabs": "ElevenLabs",
    "local": "on this machine",
    "faster-whisper": "Whisper, on this machine",
    "pocketsphinx": "PocketSphinx, on this machine",
    "openai": "OpenAI",
    "groq": "Groq",
}
_FILES = {
    "audio": "Sound",
    "video": "Video",
    "image": "Picture",
    "subtitles": "Subtitles",
    "document": "Document",
}
_CHANNELS = {1: "mono", 2: "stereo", 6: "5.1 surround", 8: "7.1 surround"}
_QUARTER = 25


def status_word(status: str) -> str:
    """Say a job's or a step's status."""
    return _STATUS.get(status, status)


def kind_word(kind: str) -> str:
    """Say a job's kind."""
    return _KINDS.get(kind, kind.replace("-", " ").capitalize())


def job_title(job: Mapping[str, Any], names: Mapping[str, str]) -> str:
    """Name a job by its kind and its file or its own name: `Noise removal: talk.mp4`.

    Args:
        job: As the API shows it.
        names: Of the assets that jobs work on, by id.
    """
    name = names.get(job.get("assetId", "")) or job.get("name")
    return f"{kind_word(job['type'])}: {name}" if name else kind_word(job["type"])


def engine_word(engine: str) -> str:
    """Say which engine it was and where it works."""
    return _ENGINES.get(engine, engine)


def media_words(kind: str, media: dict[str, Any]) -> str:
    """Describe a file in a line: `Video · 1:05 · stereo`."""
    parts = [_FILES.get(kind, kind)]
    if media.get("duration"):
        parts.append(clock(float(media["duration"])))
    if media.get("width") and media.get("height"):
        parts.append(
            f"{media['width']}\N{NO-BREAK SPACE}\N{MULTIPLICATION SIGN}\N{NO-BREAK SPACE}{media['height']}"
        )
    if media.get("channels"):
        parts.append(_CHANNELS.get(media["channels"], f"{media['channels']} channels"))
    elif kind == "video":
        parts.append("no sound")
    return " · ".join(parts)


def spoken(job: dict[str, Any]) -> str:
    """Say a job's state for screen readers: it changes with the step and every quarter, not oftener."""
    if job["status"] == "processing":
        quarter = job["progress"] // _QUARTER * _QUARTER
        active = next((s for s in job["steps"] if s["status"] == "processing"), None)
        step = f"{active['title']}: " if active else ""
        return f"{step}{quarter} percent done."
    if job["status"] == "failed":
        return f"The job failed. {job.get('errorMessage', '')}"
    return f"The job is {status_word(job['status']).lower()}."


@dataclass(frozen=True)
class Measure:
    """One thing that was measured before and after, and what the change means."""

    name: str
    meaning: str
    before: str
    after: str


# name in outputData, what people read, what it means, its unit
_MEASURES = (
    ("noiseFloor", "Noise floor", "The level of the pauses: lower is quieter.", "dBFS"),
    ("snr", "Speech above noise", "How far speech stands out: higher is clearer.", "dB"),
    ("speechLevel", "Speech level", "The level while somebody speaks: it should hardly change.", "dBFS"),
    ("loudness", "Loudness", "How loud the whole sounds (EBU R 128).", "LUFS"),
    ("truePeak", "Highest peak", "Above \N{MINUS SIGN}1 dBTP some players distort.", "dBTP"),
)


def measures(measured: dict[str, Any] | None) -> list[Measure]:
    """Return the table of a result, without what was not measured on either side."""
    before, after = _sides(measured)
    return [
        Measure(title, meaning, decibels(before.get(name), unit), decibels(after.get(name), unit))
        for name, title, meaning, unit in _MEASURES
        if before.get(name) is not None or after.get(name) is not None
    ]


def summary(measured: dict[str, Any] | None) -> str | None:
    """Say in one sentence what became of the noise; None when it was not measured."""
    before, after = _sides(measured)
    if before.get("noiseFloor") is None or before.get("snr") is None:
        return None
    if after.get("noiseFloor") is None:
        return "The pauses are silent now."
    drop = before["noiseFloor"] - after["noiseFloor"]
    if drop < 1:
        return "There was little noise to remove; the recording is almost as it was."
    return f"The noise is {drop:.0f} dB quieter: about {_times(drop)} as loud as it was."


def equal_gains(measured: dict[str, Any] | None) -> tuple[float, float]:
    """Return gains in dB, none above 0, at which before and after are equally loud."""
    before, after = _sides(measured)
    if before.get("loudness") is None or after.get("loudness") is None:
        return 0.0, 0.0
    quieter = min(before["loudness"], after["loudness"])
    return round(quieter - before["loudness"], 2), round(quieter - after["loudness"], 2)


def _sides(measured: dict[str, Any] | None) -> tuple[dict[str, Any], dict[str, Any]]:
    measured = measured or {}
    return measured.get("before") or {}, measured.get("after") or {}


def _times(decibel: float) -> str:
    """Say a drop in perceived loudness: 10 dB are half as loud (Stevens' sone scale)."""
    share = 2 ** (-decibel / 10)
    names = (
        (0.75, "three quarters"),
        (0.6, "two thirds"),
        (0.42, "half"),
        (0.29, "a third"),
        (0.22, "a quarter"),
    )
    for least, name in names:
        if share >= least:
            return name
    return f"one {_ORDINALS.get(round(1 / share), f'{round(1 / share)}th')}"


_ORDINALS = {5: "fifth", 6: "sixth", 7: "seventh", 8: "eighth", 9: "ninth", 10: "tenth"}
