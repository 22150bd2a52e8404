"""From a recording to words: prepare the sound, choose an engine, hear window after window."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from fractions import Fraction
from functools import partial
from typing import Any

from cutroom.base.errors import CutroomError, Limited
from cutroom.base.settings import Settings
from cutroom.engines import hearing
from cutroom.engines.access import access_of
from cutroom.engines.hearing import HearingRequest, Window, prepare
from cutroom.engines.subtitling import hear_window
from cutroom.engines.transcriber import TRANSCRIBERS, Access, Wish
from cutroom.engines.transcriber_choice import check_transcriber, choose_transcriber
from cutroom.jobs.hosted import raise_explained
from cutroom.jobs.run import FileRef, Output, Part, Run, Step

_CODE_VERSION = 1  # of what this file does with the engines' results
UNKNOWN = "und"
_ADVICE = "Try again later, or choose the local engine."
_SPEAKERS = (
    "Speakers are told apart within stretches of at most ten minutes; in the next one the same number may be "
    "somebody else."
)
_PATIENCE = 60.0
"""Seconds: who asks us to come back later than this is not waited for where another engine can do it."""


@dataclass
class _State:
    """What is known so far while the windows are heard."""

    engine: str
    reason: str
    language: str | None
    language_confidence: float | None
    notes: list[str]
    failed: list[str]


async def transcribe(run: Run) -> Output:
    """Return where the words lie and everything that is to be said about them.

    Returns:
        `files`: kept JSON files of words, in order; `language`; `notes`; and where there are words
        `engine`, `engineReason`, `trust`, `languageConfidence`; else `reason`: why there are none.
    """
    source = run.input["source"]
    prepared = await run.step(
        "prepare", partial(_prepare, source), inputs={"source": source, "version": hearing.VERSION}
    )
    notes: list[str] = list(prepared["notes"])
    spoken = [window for window in prepared["windows"] if window["speechSeconds"]]
    measured = {"seconds": prepared["seconds"], "speechSeconds": prepared["speechSeconds"]}
    if prepared["snr"] is not None:
        measured["snr"] = prepared["snr"]
    measured["denoised"] = prepared["denoised"]
    language = run.input["language"]
    if not spoken:
        said = {"reason": prepared["reasonEmpty"], "language": language or UNKNOWN}
        return said | {"files": [], "notes": notes, "measured": measured}
    wanted = {name: run.input[name] for name in ("engine", "language")}
    chosen = await run.step("choose", partial(_choose, run), inputs=wanted)
    notes += chosen["notes"]
    state = _State(chosen["engine"], chosen["reason"], language, None, notes, [])
    files = [
        await _hear(run, state, window, Part(number, len(spoken))) for number, window in enumerate(spoken, 1)
    ]
    return _summary(state, files) | {"measured": measured}


def check_engine(wanted: str, settings: Settings, language: str | None) -> None:
    """Make sure that the engine a request names can work, without calling anybody.

    Raises:
        Refused: With code `unknown_engine`.
        Unsupported: When it lacks a key, a library or the language; a model may still be fetched.
    """
    if wanted not in {"auto", "local"}:
        check_transcriber(wanted, access_of(settings), language=language)


def _summary(state: _State, answers: list[Output]) -> Output:
    engine = TRANSCRIBERS.load(state.engine)
    summary: Output = {
        "files": [answer["file"] for answer in answers],
        "language": state.language or UNKNOWN,
        "notes": list(dict.fromkeys([*state.notes, *(note for each in answers for note in each["notes"])])),
        "engine": state.engine,
        "engineReason": state.reason,
        "trust": {"level": engine.trust.level, "sentence": engine.trust.sentence},
    }
    if state.language_confidence is not None:
        summary["languageConfidence"] = round(state.language_confidence, 3)
    if sum(answer["speakers"] > 0 for answer in answers) > 1:
        summary["notes"].append(_SPEAKERS)
    if not any(answer["words"] for answer in answers):
        summary["reason"] = "There is sound like speech, but no words were recognised in it."
    return summary


async def _prepare(source: Output, step: Step) -> Output:
    """Bring the sound into windows that every engine takes; see `engines.hearing`."""
    path = await step.open(FileRef.from_json(source))
    folder = step.scratch / "windows"
    folder.mkdir()
    prepared = await step.isolate(prepare, path, folder, HearingRequest())
    windows: list[Output] = []
    for window in prepared.windows:
        kept = await step.keep(window.path, name=window.path.name, mime_type="audio/flac")
        windows.append(
            {
                "file": kept.to_json(),
                "start": str(window.start),
                "seconds": str(window.seconds),
                "speechSeconds": round(window.speech_seconds, 2),
            }
        )
    return {
        "windows": windows,
        "seconds": round(float(prepared.seconds), 3),
        "snr": None if prepared.snr is None else round(prepared.snr, 1),
        "denoised": prepared.denoised,
        "speechSeconds": round(float(prepared.speech_seconds), 1),
        "reasonEmpty": prepared.reason_empty,
        "notes": list(prepared.notes),
    }


async def _choose(run: Run, step: Step) -> Output:
    """Choose the engine where the work is done; asking for a model can take 3 seconds."""
    choice = await asyncio.to_thread(
        choose_transcriber, run.input["engine"], access_of(run.settings), language=run.input["language"]
    )
    step.set_engine(choice.name)
    for sentence in (*choice.tried, choice.reason):
        await step.log(sentence)
    if choice.fetches:
        await step.log(f"{choice.fetches} is fetched first.")
    return {"engine": choice.name, "reason": choice.reason, "notes": list(choice.notes)}


async def _hear(run: Run, state: _State, window: Output, part: Part) -> Output:
    """Hear one window; where the request allows it, another engine takes over for the rest."""
    while True:
        engine = TRANSCRIBERS.load(state.engine)
        access = access_of(run.settings).get(state.engine, Access())
        inputs: Output = {
            "window": window,
            "engine": state.engine,
            "engineVersion": engine.version,
            "model": access.model,
            "language": state.language,
            "codeVersion": _CODE_VERSION,
        } | {name: run.input[name] for name in ("prompt", "glossary", "speakers")}
        answer = await run.step(
            "transcribe", partial(_transcribe, run, state, inputs), inputs=inputs, part=part
        )
        if "fellBack" not in answer:
            state.language = state.language or answer.get("language")
            if state.language_confidence is None:
                state.language_confidence = answer.get("languageConfidence")
            return answer
        state.failed.append(state.engine)
        state.engine, state.reason = answer["engine"], answer["fellBack"]
        state.notes += answer["notes"]


async def _transcribe(run: Run, state: _State, inputs: Output, step: Step) -> Output:
    engine = TRANSCRIBERS.load(inputs["engine"])
    step.set_engine(engine.name)
    file = FileRef.from_json(inputs["window"]["file"])
    window = Window(
        path=await step.open(file),
        start=Fraction(inputs["window"]["start"]),
        seconds=Fraction(inputs["window"]["seconds"]),
        speech_seconds=inputs["window"]["speechSeconds"],
    )
    wish = Wish(inputs["language"], inputs["prompt"], tuple(inputs["glossary"]), inputs["speakers"])
    words = step.scratch / "words.json"
    try:
        report = await step.isolate(
            hear_window, engine.name, window, wish, access_of(run.settings).get(engine.name, Access()), words
        )
    except CutroomError as error:
        if step.tries_left and _passes_soon(error):
            raise_explained(error, _ADVICE)
        failed = [*state.failed, engine.name]
        fallen = await asyncio.to_thread(_fall_back, run.settings, run.input, failed)
        if fallen is None:
            raise_explained(error, _ADVICE)
        sentence = f"{engine.title} could not do it ({error.message}) {fallen['title']} did."
        await step.log(sentence, "warning")
        return {"fellBack": sentence, "engine": fallen["engine"], "notes": fallen["notes"]}
    kept = await step.keep(words, name="words.json", mime_type="application/json")
    answer: Output = {
        "file": kept.to_json(),
        "words": report.words,
        "speakers": report.speakers,
        "notes": list(report.notes),
    }
    if report.language:
        answer["language"] = report.language
    if report.language_confidence is not None:
        answer["languageConfidence"] = report.language_confidence
    return answer


def _fall_back(settings: Settings, job_input: Output, failed: list[str]) -> dict[str, Any] | None:
    """Return the next engine for a job that leaves the choice to us; None when there is none."""
    if job_input["engine"] not in {"auto", "local"}:
        return None
    try:
        choice = choose_transcriber(
            job_input["engine"], access_of(settings), language=job_input["language"], besides=failed
        )
    except CutroomError:
        return None
    title = TRANSCRIBERS.load(choice.name).title
    return {"engine": choice.name, "title": title, "notes": list(choice.notes)}


def _passes_soon(error: CutroomError) -> bool:
    """Whether the same engine is worth waiting for: it is away or busy, and not for long."""
    return (error.retryable or isinstance(error, Limited)) and (error.retry_after or 0.0) <= _PATIENCE
