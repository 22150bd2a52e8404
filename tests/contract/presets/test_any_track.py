"""The fixer on tracks that break whatever they can: nothing is lost, and nothing gets worse."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from cutroom.subtitles import Cue, Track, preset_names, read_preset
from cutroom.subtitles.check import check
from cutroom.subtitles.editing.edit_words import DIRECTION, timed
from cutroom.subtitles.fix import fix
from cutroom.subtitles.reading import visible

RATES = [Fraction(rate) for rate in ("24000/1001", "24", "25", "30000/1001", "30", "50", "60")]


def letters(track: Track) -> str:
    """Return what a track shows, in the order of time."""
    texts = [visible(cue.text) for cue in sorted(track.cues, key=lambda cue: cue.start)]
    return "".join(DIRECTION.sub("", " ".join(texts)).split())


TOKENS = {
    "en": "the of Hello, friend. and Mr. Smith 12 km <i>it</i> <b>extraordinarily</b> not yes? x".split(),  # noqa: SIM905 - a text
    "zh": ["你好", "。", "世界", "我们", "A", "中国人", ","],
    "ar": ["مرحبا", "يا", "صديقي.", "<i>كيف</i>", "حالك"],
}


@st.composite
def hostile(draw: st.DrawFn) -> Track:
    """Draw cues that break whatever they can."""
    language = draw(st.sampled_from(sorted(TOKENS)))
    rate = draw(st.sampled_from(RATES))
    is_known = draw(st.booleans())
    cues: list[Cue] = []
    time = Fraction(0)
    for _ in range(draw(st.integers(0, 6))):
        parts = draw(
            st.lists(st.tuples(st.sampled_from(TOKENS[language]), st.sampled_from(" \n")), max_size=16)
        )
        text = "".join(word + space for word, space in parts)
        start = time + draw(st.sampled_from([0, 0, 0, 40, -1500, 300, 2000])) * Fraction(1, 1000)
        seconds = draw(st.sampled_from([-1000, 0, 100, 700, 1500, 3000, 9000])) * Fraction(1, 1000)
        spoken = timed(text, max(start, Fraction(0)), max(start, Fraction(0)) + 2) if is_known else ()
        place = draw(st.sampled_from(["bottom", "bottom", "top"]))
        cues.append(Cue(start, start + seconds, text, spoken, draw(st.sampled_from([None, "1"])), place))
        time = max(time, start + seconds)
    return Track(tuple(cues), language, rate)


@given(
    track=hostile(),
    preset=st.sampled_from(preset_names()),
    shots=st.lists(st.fractions(0, 12, max_denominator=24), max_size=3),
    seconds=st.none() | st.just(Fraction(9)),
)
@settings(max_examples=60)
def test_any_track_is_mended_safely(
    track: Track, preset: str, shots: list[Fraction], seconds: Fraction | None
) -> None:
    rules = read_preset(preset)
    before = check(track, rules, shots=shots, seconds=seconds)
    fixed = fix(track, rules, shots=shots, seconds=seconds)
    assert letters(fixed.track) == letters(track)
    after = check(fixed.track, rules, shots=shots, seconds=seconds)
    assert [replace(violation, reason=None) for violation in fixed.remaining] == after
    assert len(after) <= len(before)
    assert sum(v.severity == "error" for v in after) <= sum(v.severity == "error" for v in before)
    again = fix(fixed.track, rules, shots=shots, seconds=seconds)
    assert (again.track, again.changes) == (fixed.track, ())
