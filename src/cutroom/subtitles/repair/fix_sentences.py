"""What the fixer did, and why it could not do more, as people read it."""

from __future__ import annotations

from collections.abc import Sequence

from cutroom.subtitles.check_limits import Limits, Shown
from cutroom.subtitles.cue import Cue
from cutroom.subtitles.violation import RULES, Violation

_NO_TIME = (
    "The cues here need the time they have to be read, and there is none free near them; "
    "shorten a text or delete a cue."
)
_NO_MOVE = "Moved onto the shot change or away from it, a cue would lose time it needs, or its words."
_NO_CUT = "Every other place to cut these words breaks as many rules."
_REASONS = {
    "overlap": _NO_TIME,
    "gap-too-small": _NO_TIME,
    "gap-not-closed": _NO_TIME,
    "starts-near-shot": _NO_MOVE,
    "ends-near-shot": _NO_MOVE,
    "bad-line-break": _NO_CUT,
    "bad-cue-break": _NO_CUT,
}


def describe(rule: str, old: Sequence[Cue], new: Sequence[Cue], place: int, deed: str) -> str:
    """Return what was done to some cues, as one sentence.

    Args:
        rule: What was broken.
        old: The cues before.
        new: The cues afterwards.
        place: Which of the old ones broke the rule.
        deed: What was done, when it is more than other times.
    """
    parts: list[str] = [deed] if deed else []
    if len(old) == len(new):
        for n, (before, after) in enumerate(zip(old, new, strict=True)):
            moves = _moves(before, after)
            if moves:
                parts.append(f"{_who(n - place)} {moves}")
    what = "; ".join(parts) or "Changed"
    reason = RULES[rule][1]
    return f"{what[0].upper()}{what[1:]} ({reason[0].lower()}{reason[1:]})."


def reason_for(violation: Violation, cues: Sequence[Shown], limits: Limits) -> str:
    """Return why nothing mends a violation without breaking as much elsewhere."""
    shown, rule = cues[violation.cue], violation.rule
    if rule in {"line-too-long", "too-many-lines"}:
        return _text_reason(shown, limits)
    if rule in {"too-fast", "too-short", "too-many-words"}:
        return _time_reason(violation.cue, cues, limits)
    if rule == "too-long" and shown.cue.words:
        spoken = float(shown.cue.words[-1].end - shown.cue.words[0].start)
        return f"Its words take {spoken:.2f} s to be said, and no other cut of them breaks less."
    return _REASONS.get(rule, "Nothing that keeps the text mends this without breaking as much elsewhere.")


def _text_reason(shown: Shown, limits: Limits) -> str:
    word = max((word for line in shown.lines for word in line.split()), key=len, default="")
    if len(word) > limits.line:
        return f"“{word[:40]}{'…' if len(word) > 40 else ''}” is longer than a line, and words are not cut."  # noqa: PLR2004 - enough to know it by
    return _needs(shown, limits) + ", and cut into more cues each would be shown too briefly."


def _time_reason(n: int, cues: Sequence[Shown], limits: Limits) -> str:
    shown, gap = cues[n], limits.rules.gap_frames
    start = cues[n - 1].end + gap if n else 0
    end = cues[n + 1].start - gap if n + 1 < len(cues) else limits.last_frame
    if end is None:
        return _needs(shown, limits) + ", and it would have to begin too early for that."
    seconds = max(0.0, float((end - start) / limits.grid.rate))
    return (
        _needs(shown, limits) + f"; between the cues around it are {seconds:.2f} s, "
        "and these can give no more. Shorten the text."
    )


def _needs(shown: Shown, limits: Limits) -> str:
    characters = sum(shown.halves) / 2
    seconds = float(shown.needed / limits.grid.rate)
    return f"Its {characters:g} characters need {seconds:.2f} s"


def _who(distance: int) -> str:
    names = {0: "it", -1: "the cue before", 1: "the next cue"}
    side = "before" if distance < 0 else "after"
    return names.get(distance) or f"the cue {abs(distance)} places {side}"


def _moves(old: Cue, new: Cue) -> str:
    """Return how the times of a cue changed."""
    moves: list[str] = []
    for verb, before, after in (("begins", old.start, new.start), ("ends", old.end, new.end)):
        delta = float(after - before)
        if delta:
            size = f"{abs(delta):.2f} s" if abs(delta) >= 0.01 else f"{abs(delta) * 1000:.1f} ms"  # noqa: PLR2004 - below, "0.00"
            moves.append(f"{verb} {size} {'later' if delta > 0 else 'earlier'}")
    return " and ".join(moves)
