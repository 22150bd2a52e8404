"""From heard windows to a track, its translations and its files: the heavy parts of subtitles.

Every function here is called in a child process: paths and small values in, paths and small values out.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any

from cutroom.engines.hearing import Window, place_words
from cutroom.engines.transcriber import TRANSCRIBERS, Access, Wish
from cutroom.engines.translator import TRANSLATORS
from cutroom.engines.word_starts import settle_starts
from cutroom.media import MuxedSubtitles, SubtitleStream, mux_subtitles
from cutroom.subtitles import Cue, Track, Violation, read_preset
from cutroom.subtitles.check import check
from cutroom.subtitles.codec import word_from_json, word_to_json
from cutroom.subtitles.explain import explain
from cutroom.subtitles.exporting import write_subtitles
from cutroom.subtitles.fix import fix
from cutroom.subtitles.format import FORMATS
from cutroom.subtitles.line_break import wrap
from cutroom.subtitles.reading import visible
from cutroom.subtitles.segment import segment

Progress = Callable[[float, str], None]


@dataclass(frozen=True)
class WindowReport:
    """What was heard in one window, beside the words that were written to a file.

    Attributes:
        words: How many there are.
        speakers: How many people were told apart; 0: nobody looked.
        language: A BCP 47 tag; None where the engine does not say.
        language_confidence: 0 to 1; None where it was given or the engine does not say.
        notes: Sentences for the user.
    """

    words: int
    speakers: int
    language: str | None
    language_confidence: float | None
    notes: tuple[str, ...]


def hear_window(
    engine: str, window: Window, wish: Wish, access: Access, target: Path, *, progress: Progress
) -> WindowReport:
    """Recognise a window and write its words, with times of the whole recording, as JSON.

    Raises:
        CutroomError: As `Transcriber.transcribe`.
    """
    heard = TRANSCRIBERS.load(engine).transcribe(window.path, wish, access, progress=progress)
    heard = replace(heard, words=settle_starts(heard.words, window.path))
    words = place_words(window, heard)
    target.write_text(json.dumps([word_to_json(word) for word in words], ensure_ascii=False), "utf-8")
    speakers = {word.speaker for word in words} - {None}
    return WindowReport(len(words), len(speakers), heard.language, heard.language_confidence, heard.notes)


@dataclass(frozen=True)
class Cutting:
    """How words become cues.

    Attributes:
        preset: Whose rules.
        language: A BCP 47 tag.
        rate: Frames per second.
        shots: First moments of new shots, in seconds.
        seconds: Length of the recording.
    """

    preset: str
    language: str
    rate: Fraction
    shots: tuple[Fraction, ...]
    seconds: Fraction


@dataclass(frozen=True)
class CueReport:
    """What became of a track.

    Attributes:
        cues: Of which it is made: startTime, endTime and text without markup, for the contract.
        violations: Rules that no cut of these words keeps, each with its reason.
    """

    cues: list[dict[str, Any]]
    violations: list[dict[str, Any]]


def cut_cues(sources: Sequence[Path], target: Path, cutting: Cutting, *, progress: Progress) -> CueReport:
    """Cut the words of all windows into cues and write the track."""
    words = [word_from_json(each) for source in sources for each in json.loads(source.read_text("utf-8"))]
    cues = segment(
        words,
        read_preset(cutting.preset),
        language=cutting.language,
        rate=cutting.rate,
        shots=cutting.shots,
        seconds=cutting.seconds,
        progress=lambda share: progress(0.9 * share, "Cutting into cues"),
    )
    return _finish(Track(cues, cutting.language, cutting.rate), target, cutting)


def translate_track(
    source: Path,
    target: Path,
    cutting: Cutting,
    engine: str,
    access: Access,
    glossary: Sequence[str] = (),
    *,
    progress: Progress,
) -> CueReport:
    """Translate a track cue by cue, keep its times, and flow the texts to the rules again.

    Args:
        source: The track to translate.
        target: Where the new one is written.
        cutting: The rules; `language` is the one to translate to.
        engine: A translator.
        access: Its key, address and model.
        glossary: Terms that stay as they are.
        progress: Told how far it is.
    """
    track, rules = read_track(source), read_preset(cutting.preset)
    texts = [" ".join(cue.text.split()) for cue in track.cues]  # with markup, which the translator keeps
    spoken = [number for number, text in enumerate(texts) if visible(text).strip()]
    translated = TRANSLATORS.load(engine).translate(
        [texts[number] for number in spoken],
        track.language,
        cutting.language,
        access,
        glossary=glossary,
        progress=lambda share, text: progress(0.95 * share, text),
    )
    cues = [
        replace(track.cues[number], text=wrap(text, rules, cutting.language), words=())
        for number, text in zip(spoken, translated, strict=True)
    ]
    flowed = Track(tuple(cues), cutting.language, cutting.rate)
    mended = fix(flowed, rules, shots=cutting.shots, seconds=cutting.seconds)
    return _finish(mended.track, target, cutting)


def _finish(track: Track, target: Path, cutting: Cutting) -> CueReport:
    """Write a track and say which rules it breaks, and why."""
    write_track(track, target)
    rules = read_preset(cutting.preset)
    left = check(track, rules, shots=cutting.shots, seconds=cutting.seconds)
    return CueReport(
        contract_cues(track),
        [_violation(replace(each, reason=each.reason or explain(each, track, rules))) for each in left],
    )


def write_files(
    source: Path, folder: Path, stem: str, formats: Sequence[str], *, progress: Progress
) -> list[Path]:
    """Write a track in several formats; return the paths in the order of the formats."""
    track = read_track(source)
    paths: list[Path] = []
    for done, name in enumerate(formats):
        progress(done / len(formats), f"Writing {name.upper()}")
        path = folder / f"{done}{FORMATS.load(name).suffixes[0]}"
        path.write_bytes(write_subtitles(track, name, title=stem))
        paths.append(path)
    return paths


def embed_tracks(video: Path, tracks: Sequence[Path], target: Path, *, progress: Progress) -> MuxedSubtitles:
    """Put tracks into a video as subtitles that a player can switch; nothing is encoded again.

    Raises:
        CutroomError: As `media.mux_subtitles`.
    """
    words = "Putting the subtitles into the video"
    streams = [
        SubtitleStream(
            cues=tuple((cue.start, cue.end, cue.text) for cue in track.cues),
            language=track.language,
            default=number == 0,
        )
        for number, track in enumerate(map(read_track, tracks))
    ]
    return mux_subtitles(video, streams, target, progress=lambda share: progress(share, words))


def write_track(track: Track, path: Path) -> None:
    """Write a track as our own JSON document."""
    path.write_bytes(write_subtitles(track, "json"))


def read_track(path: Path) -> Track:
    """Read what `write_track` wrote."""
    return FORMATS.load("json").read(path.read_text("utf-8"), rate=None).track


def contract_cues(track: Track) -> list[dict[str, Any]]:
    """Return cues as the fixed contract names them: seconds, and text without markup."""
    return [_contract_cue(cue) for cue in track.cues]


def _contract_cue(cue: Cue) -> dict[str, Any]:
    return {
        "startTime": round(float(cue.start), 3),
        "endTime": round(float(cue.end), 3),
        "text": visible(cue.text),
    }


def _violation(found: Violation) -> dict[str, Any]:
    view = {"rule": found.rule, "cue": found.cue, "message": found.message, "reason": found.reason}
    return {name: value for name, value in view.items() if value is not None}
