"""Why a broken rule is left: what no other cut of the same words avoids, as a sentence."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cutroom.subtitles.cue import Cue, Track
from cutroom.subtitles.reading import count_words
from cutroom.subtitles.rules import Rules
from cutroom.subtitles.violation import Violation


@dataclass(frozen=True)
class _Case:
    violation: Violation
    cue: Cue
    after: Cue | None
    rules: Rules
    language: str


def explain(violation: Violation, track: Track, rules: Rules) -> str | None:
    """Say why a rule is broken that the segmenter left broken.

    Args:
        violation: What the checker found in a track that `segment` made.
        track: That track.
        rules: The rules it was made for.

    Returns:
        One sentence; None where nothing is known beyond the violation itself.
    """
    reason = _REASONS.get(violation.rule)
    if reason is None or not 0 <= violation.cue < len(track.cues):
        return None
    after = track.cues[violation.cue + 1] if violation.cue + 1 < len(track.cues) else None
    return reason(_Case(violation, track.cues[violation.cue], after, rules, track.language))


def _spoken(case: _Case) -> str:
    """Return how much is said in what time."""
    count = count_words(case.cue.text, case.language, case.cue.words)
    many = "This word is" if count == 1 else f"These {count} words are"
    if not case.cue.words:
        return f"{many} shown"
    seconds = float(case.cue.words[-1].end - case.cue.words[0].start)
    return f"{many} said in {seconds:.1f} s"


def _too_fast(case: _Case) -> str:
    if case.violation.value is None or case.after is None:
        return f"{_spoken(case)}, too fast to be read as they are."
    unit = "words per minute" if "words per minute" in case.violation.message else "characters per second"
    return (
        f"{_spoken(case)} and others follow at once: {case.violation.value:.1f} {unit} is the slowest "
        "they can be shown."
    )


def _too_short(case: _Case) -> str:
    return f"{_spoken(case)}, and what is said before and after leaves no more time."


def _too_long(case: _Case) -> str:
    if len(case.cue.words) == 1:
        return "This one word is said for longer than a cue may stay."
    return f"{_spoken(case)} and cannot be parted without breaking more rules."


def _line_too_long(case: _Case) -> str | None:
    lines = case.cue.text.split("\n")
    line = lines[min(case.violation.line or 0, len(lines) - 1)]
    if len(line.split()) > 1:
        return None
    return "This line is one word without a space, which is not hyphenated."


def _gap(case: _Case) -> str:
    return f"{_spoken(case)}, and the next words follow at once."


def _near_shot(_: _Case) -> str:
    return (
        "The words are said right beside the shot change; moving further would show them at the wrong time."
    )


def _after_end(case: _Case) -> str | None:
    words, seconds = case.cue.words, case.violation.limit
    if not words or seconds is None or words[-1].end <= seconds:
        return "It would be gone too soon to be read."
    return f"Its last word ends at {float(words[-1].end):.1f} s, after the recording."


def _bad_break(case: _Case) -> str:
    return f"{_spoken(case)}; every other place to break them breaks a graver rule or as many."


_REASONS: dict[str, Callable[[_Case], str | None]] = {
    "too-fast": _too_fast,
    "too-short": _too_short,
    "too-long": _too_long,
    "line-too-long": _line_too_long,
    "gap-too-small": _gap,
    "gap-not-closed": _gap,
    "overlap": _gap,
    "starts-near-shot": _near_shot,
    "ends-near-shot": _near_shot,
    "after-end": _after_end,
    "bad-line-break": _bad_break,
    "bad-cue-break": _bad_break,
}
