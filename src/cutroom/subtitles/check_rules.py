"""Each rule: what of it a cue breaks, said in a sentence with the value and the limit."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from fractions import Fraction

from cutroom.subtitles.check_limits import Limits, Shown
from cutroom.subtitles.line_break import is_bad_break
from cutroom.subtitles.violation import Violation

_AT_ONCE = Fraction(1, 2)
"""Seconds; a cue that begins sooner than this after a cue's last word goes on with its sentence."""

Neighbours = tuple[Shown | None, Shown | None]
Rule = Callable[[Limits, int, Shown, Neighbours], Iterator[Violation]]


def _empty(_: Limits, n: int, shown: Shown, __: Neighbours) -> Iterator[Violation]:
    if not shown.lines:
        yield Violation("empty", n, "The cue shows no text.")


def _before_zero(_: Limits, n: int, shown: Shown, __: Neighbours) -> Iterator[Violation]:
    if shown.cue.start < 0:
        start = float(shown.cue.start)
        yield Violation("before-zero", n, f"Begins {-start:.3f} s before the recording.", start, 0.0)


def _ends_before_start(_: Limits, n: int, shown: Shown, __: Neighbours) -> Iterator[Violation]:
    if shown.frames <= 0:
        how = "at once" if shown.frames == 0 else f"{_frames(-shown.frames)} before it begins"
        yield Violation("ends-before-start", n, f"Ends {how}; it must be shown.", float(shown.frames), 1.0)


def _overlap(_: Limits, n: int, shown: Shown, around: Neighbours) -> Iterator[Violation]:
    before = around[0]
    if before is not None and shown.start < before.end:
        frames = before.end - shown.start
        yield Violation("overlap", n, f"Begins {_frames(frames)} before cue {n} ends.", float(frames), 0.0)


def _line_too_long(limits: Limits, n: int, shown: Shown, _: Neighbours) -> Iterator[Violation]:
    for number, halves in enumerate(shown.halves):
        if halves > 2 * limits.line:
            sentence = f"Line {number + 1} has {halves / 2:g} characters; at most {limits.line}."
            yield Violation("line-too-long", n, sentence, halves / 2, float(limits.line), number)


def _too_many_lines(limits: Limits, n: int, shown: Shown, _: Neighbours) -> Iterator[Violation]:
    count, most = len(shown.lines), limits.rules.lines
    if count > most:
        yield Violation("too-many-lines", n, f"Has {count} lines; at most {most}.", float(count), float(most))


def _too_many_words(limits: Limits, n: int, shown: Shown, _: Neighbours) -> Iterator[Violation]:
    most = limits.rules.cue_words
    if most is not None and shown.words > most:
        sentence = f"Has {shown.words} words; at most {most}."
        yield Violation("too-many-words", n, sentence, float(shown.words), float(most))


def _too_short(limits: Limits, n: int, shown: Shown, _: Neighbours) -> Iterator[Violation]:
    if 0 < shown.frames < limits.shortest:
        yield Violation("too-short", n, *_duration(limits, shown, limits.shortest, "at least"))


def _too_long(limits: Limits, n: int, shown: Shown, _: Neighbours) -> Iterator[Violation]:
    if limits.longest is not None and shown.frames > limits.longest:
        yield Violation("too-long", n, *_duration(limits, shown, limits.longest, "at most"))


def _too_fast(limits: Limits, n: int, shown: Shown, _: Neighbours) -> Iterator[Violation]:
    if shown.frames <= 0 or not shown.lines:
        return
    seconds = shown.frames / limits.grid.rate
    speed = Fraction(sum(shown.halves), 2) / seconds
    if limits.speed is not None and speed > limits.speed:
        value = _beyond(speed, limits.speed)
        sentence = f"Asks for {value} characters per second; at most {float(limits.speed):g}."
        yield Violation("too-fast", n, sentence, float(speed), float(limits.speed))
        return
    most = limits.rules.words_per_minute
    pace = 60 * shown.words / seconds
    if most is not None and pace > most:
        sentence = f"Asks for {_beyond(pace, most)} words per minute; at most {float(most):g}."
        yield Violation("too-fast", n, sentence, float(pace), float(most))


def _gap_too_small(limits: Limits, n: int, shown: Shown, around: Neighbours) -> Iterator[Violation]:
    gap, least = _gap(shown, around), limits.rules.gap_frames
    if gap is not None and 0 <= gap < least:
        sentence = f"Leaves {_frames(gap)} before the next cue; at least {least}."
        yield Violation("gap-too-small", n, sentence, float(gap), float(least))


def _gap_not_closed(limits: Limits, n: int, shown: Shown, around: Neighbours) -> Iterator[Violation]:
    gap, least = _gap(shown, around), limits.rules.gap_frames
    if gap is not None and least < gap < limits.closed_below:
        sentence = f"Leaves {_frames(gap)} before the next cue; {least}, or {limits.closed_below} and more."
        yield Violation("gap-not-closed", n, sentence, float(gap), float(least))


def _off_frame(limits: Limits, n: int, shown: Shown, _: Neighbours) -> Iterator[Violation]:
    off = [
        name
        for name, time in (("start", shown.cue.start), ("end", shown.cue.end))
        if not limits.grid.is_on(time)
    ]
    if off:
        be = "lie" if len(off) > 1 else "lies"
        yield Violation("off-frame", n, f"Its {' and '.join(off)} {be} between two frames.")


def _starts_near_shot(limits: Limits, n: int, shown: Shown, _: Neighbours) -> Iterator[Violation]:
    near = [shot for shot in shots_near(limits, shown.start) if shot != shown.start]
    if near:
        shot = min(near, key=lambda shot: abs(shot - shown.start))
        yield Violation("starts-near-shot", n, *_beside(limits, "Begins", shown.start - shot))


def _ends_near_shot(limits: Limits, n: int, shown: Shown, around: Neighbours) -> Iterator[Violation]:
    gap = limits.rules.gap_frames
    if around[1] is not None and around[1].start - shown.end == gap:
        return
    near = [shot for shot in shots_near(limits, shown.end) if shown.end != shot - gap]
    if near:
        shot = min(near, key=lambda shot: abs(shot - shown.end))
        yield Violation("ends-near-shot", n, *_beside(limits, "Ends", shown.end - shot))


def _bad_line_break(limits: Limits, n: int, shown: Shown, _: Neighbours) -> Iterator[Violation]:
    if not limits.rules.breaks:
        return
    for number in range(len(shown.lines) - 1):
        why = is_bad_break(shown.lines[number], shown.lines[number + 1], limits.language)
        if why:
            yield Violation(
                "bad-line-break", n, f"Line {number + 1} ends where it must not: {why}.", line=number
            )


def _bad_cue_break(limits: Limits, n: int, shown: Shown, around: Neighbours) -> Iterator[Violation]:
    after = around[1]
    if not limits.rules.breaks or after is None or not shown.lines or not after.lines:
        return
    if after.cue.speaker != shown.cue.speaker or after.cue.start - shown.spoken_end >= _AT_ONCE:
        return
    why = is_bad_break(" ".join(shown.lines), " ".join(after.lines), limits.language)
    if why:
        yield Violation("bad-cue-break", n, f"The cue ends where it must not: {why}.")


def _after_end(limits: Limits, n: int, shown: Shown, _: Neighbours) -> Iterator[Violation]:
    if limits.seconds is not None and limits.last_frame is not None and shown.end > limits.last_frame:
        end, most = float(shown.cue.end), float(limits.seconds)
        yield Violation("after-end", n, f"Ends at {end:.3f} s; the recording at {most:.3f} s.", end, most)


CHECKS: tuple[Rule, ...] = (
    _empty,
    _before_zero,
    _ends_before_start,
    _overlap,
    _line_too_long,
    _too_many_lines,
    _too_many_words,
    _too_short,
    _too_long,
    _too_fast,
    _gap_too_small,
    _gap_not_closed,
    _off_frame,
    _starts_near_shot,
    _ends_near_shot,
    _bad_line_break,
    _bad_cue_break,
    _after_end,
)
"""In the order of `violation.RULES`."""


def violations_of(limits: Limits, n: int, shown: Shown, around: Neighbours) -> list[Violation]:
    """Return what a cue breaks.

    Args:
        limits: The rules.
        n: The cue's place in the track.
        shown: The cue.
        around: The cue before and the cue after it.
    """
    return [violation for rule in CHECKS for violation in rule(limits, n, shown, around)]


def shots_near(limits: Limits, frame: int) -> Sequence[int]:
    """Return the shot changes nearer to a frame than the rules have it, that frame included."""
    if not limits.shots:
        return ()
    near = limits.shot_frames
    return limits.shots[bisect_right(limits.shots, frame - near) : bisect_left(limits.shots, frame + near)]


def _gap(shown: Shown, around: Neighbours) -> int | None:
    return None if around[1] is None else around[1].start - shown.end


def _duration(limits: Limits, shown: Shown, limit: int, side: str) -> tuple[str, float, float]:
    """Return the sentence, the value and the limit of a cue that is shown too briefly or too long."""
    bound = limits.rules.min_seconds if side == "at least" else limits.rules.max_seconds
    seconds = shown.frames / limits.grid.rate
    sentence = (
        f"Shown for {float(seconds):.2f} s ({_frames(shown.frames)}); "
        f"{side} {float(bound or 0):.2f} s ({_frames(limit)})."
    )
    return sentence, float(seconds), float(bound or 0)


def _beside(limits: Limits, verb: str, frames: int) -> tuple[str, float, float]:
    side = "after" if frames > 0 else "before"
    where = f"{_frames(abs(frames))} {side} a shot change" if frames else "right on a shot change"
    sentence = f"{verb} {where}; at it, or at least {float(limits.rules.shot_seconds):g} s from it."
    return sentence, float(abs(frames)), float(limits.shot_frames)


def _beyond(value: Fraction, limit: Fraction) -> str:
    """Write a value that is above a limit so that it is seen to be above it."""
    return next(
        (text for text in (f"{float(value):.{digits}f}" for digits in (1, 2, 3)) if float(text) > limit),
        f"{float(value):.6f}",
    )


def _frames(count: int) -> str:
    return "1 frame" if count == 1 else f"{count} frames"
