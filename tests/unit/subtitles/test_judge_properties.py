"""The checker against a second opinion that was written apart from it, on tracks that break every rule."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from cutroom.subtitles import Cue, Rules, Track, Word, preset_names, read_preset
from cutroom.subtitles.check import check
from subtitle_judge import Court, Finding, Said, Shown, judge, limits_of, read_limits

RATES = [Fraction(rate) for rate in ("24000/1001", "24", "25", "30000/1001", "30", "50", "60")]
LANGUAGES = ["en", "de", "fr", "es", "ru", "ar", "he", "ja", "zh", "ko", "th", "und", "pt-BR"]

VOCABULARY = """
the a and of I he will not my Mr. Dr Peter Parker New York maybe then 5 1,000 people years km percent said
house, house. house? "house" (house) the, der die und nicht mein Jahre le la et ne pas Marie M. el los y
и не мой в я 東京 字幕です。 が は 你好 我们 안녕하세요 사람 שלום את ה قال في ال สวัสดี
extraordinarily Donaudampfschifffahrt 🎬 👩\u200d👩\u200d👧 🇩🇪 e\u0301t\u00e9 \u202bab\u202c ｱｲ \uff21\uff22 ...
"""

words = st.sampled_from(VOCABULARY.split())
lines = st.lists(words, min_size=1, max_size=9).map(" ".join)
texts = st.one_of(
    st.lists(lines, min_size=1, max_size=3).map("\n".join), st.sampled_from(["", " ", "\n", "<i></i>"])
)
styled = st.tuples(texts, st.sampled_from(["{}", "<i>{}</i>", "<b>{}", "- {}"])).map(
    lambda t: t[1].format(t[0])
)


@st.composite
def tracks(draw: st.DrawFn) -> tuple[Track, tuple[Fraction, ...], Fraction | None]:
    """Tracks whose cues are mostly in order, on the grid and near the limits."""
    rate = draw(st.sampled_from(RATES))
    cues: list[Cue] = []
    at = draw(st.integers(-3, 30))
    for _ in range(draw(st.integers(1, 5))):
        length = draw(st.one_of(st.integers(1, 40), st.integers(-2, 8 * int(rate))))
        shift = draw(st.sampled_from([Fraction(0)] * 5 + [Fraction(1, 30), Fraction(2, 5)]))
        start, end = (at + shift) / rate, (at + length + shift) / rate
        text = draw(styled)
        spoken: tuple[Word, ...] = ()
        if draw(st.booleans()) and length > 0 and start >= 0:
            last = start + (end - start) * Fraction(draw(st.integers(5, 10)), 10)
            spoken = tuple(Word(start, last, each) for each in text.split()) or ()
        cues.append(Cue(start, end, text, spoken, draw(st.sampled_from([None, None, "1", "2"]))))
        at += length + draw(st.one_of(st.integers(0, 14), st.integers(-3, 60)))
    shots = draw(st.lists(st.integers(0, 200), max_size=3))
    seconds = draw(st.one_of(st.none(), st.integers(0, 300).map(lambda n: Fraction(n, 30))))
    track = Track(tuple(cues), draw(st.sampled_from(LANGUAGES)), rate)
    return track, tuple(Fraction(shot) / rate for shot in sorted(set(shots))), seconds


@st.composite
def houses(draw: st.DrawFn) -> Rules:
    """A preset, as it is or with other limits."""
    rules = read_preset(draw(st.sampled_from(preset_names())))
    if draw(st.booleans()):
        return rules
    fractions = st.integers(0, 8).map(lambda n: Fraction(n, 8))
    return rules.with_changes(
        lines=draw(st.integers(1, 3)),
        line_characters={"default": draw(st.integers(5, 50)), "ja": 13, "en": 37},
        min_seconds=draw(st.one_of(st.none(), fractions)),
        max_seconds=draw(st.one_of(st.none(), fractions.map(lambda x: x + 2))),
        gap_frames=draw(st.integers(0, 4)),
        close_gap_seconds=draw(fractions),
        reading_speed=draw(st.sampled_from([None, {"default": Fraction(17)}, {"default": Fraction(50, 3)}])),
        words_per_minute=draw(st.sampled_from([None, Fraction(160), Fraction(180)])),
        cue_words=draw(st.sampled_from([None, 1, 3])),
        shot_seconds=draw(fractions),
        breaks=draw(st.booleans()),
    )


def second_opinion(
    track: Track, rules: Rules, shots: Sequence[Fraction], seconds: Fraction | None
) -> list[Finding]:
    shown = [
        Shown(
            cue.start,
            cue.end,
            cue.text,
            tuple(Said(word.start, word.end, word.text, word.speaker) for word in cue.words),
            cue.speaker,
        )
        for cue in track.cues
    ]
    return judge(shown, Court(limits_of(rules), track.language, track.rate, tuple(shots), seconds))


def test_both_read_the_presets_alike():
    for name in preset_names():
        assert read_limits(name) == limits_of(read_preset(name))


@settings(max_examples=60, deadline=None)
@given(tracks(), houses())
def test_checker_and_judge_agree(sample: tuple[Track, tuple[Fraction, ...], Fraction | None], rules: Rules):
    track, shots, seconds = sample
    found = check(track, rules, shots=shots, seconds=seconds)
    expected = second_opinion(track, rules, shots, seconds)
    assert Counter((each.rule, each.cue) for each in found) == Counter(
        (each.rule, each.cue) for each in expected
    )
