"""Checker and segmenter against a second opinion that was written apart from them."""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from cutroom.subtitles import Cue, Rules, Track, Word, preset_names, read_preset
from cutroom.subtitles.check import check
from cutroom.subtitles.fix import fix
from cutroom.subtitles.format import FORMATS
from cutroom.subtitles.reading import visible
from cutroom.subtitles.segment import segment
from subtitle_judge import (
    Court,
    Finding,
    Said,
    Shown,
    cost_of,
    judge,
    limits_of,
    read_limits,
    read_track,
    total,
)
from subtitle_oracle import fewest

RATES = [Fraction(rate) for rate in ("24000/1001", "24", "25", "30000/1001", "30", "50", "60")]
LANGUAGES = ["en", "de", "fr", "es", "ru", "ar", "he", "ja", "zh", "ko", "th", "und", "pt-BR"]

VOCABULARY = """
the a and of I he will not my Mr. Dr Peter Parker New York maybe then 5 1,000 people years km percent said
house, house. house? "house" (house) the, der die und nicht mein Jahre le la et ne pas Marie M. el los y
и не мой в я 東京 字幕です。 が は 你好 我们 안녕하세요 사람 שלום את ה قال في ال สวัสดี
e\u0301t\u00e9 \u202bab\u202c
extraordinarily Donaudampfschifffahrt 🎬 👩\u200d👩\u200d👧 🇩🇪 ｱｲ \uff21\uff22 ...
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
    return judge(
        [as_shown(cue) for cue in track.cues],
        Court(limits_of(rules), track.language, track.rate, tuple(shots), seconds),
    )


def as_shown(cue: Cue) -> Shown:
    return Shown(cue.start, cue.end, cue.text, as_said(cue.words), cue.speaker)


def as_said(words: Sequence[Word]) -> tuple[Said, ...]:
    return tuple(Said(word.start, word.end, word.text, word.speaker) for word in words)


def test_both_read_the_presets_alike():
    for name in preset_names():
        assert read_limits(name) == limits_of(read_preset(name))


def test_the_judge_reads_what_is_exported():
    spoken = (Word(Fraction(1), Fraction(2), "The"), Word(Fraction(2), Fraction(3), "end."))
    track = Track((Cue(Fraction(1), Fraction(13, 4), "The\nend.", spoken, "1"),), "en", RATES[0])
    written = FORMATS.load("json").write(track)
    cues, language, rate = read_track(json.loads(written))
    assert (cues, language, rate) == ([as_shown(track.cues[0])], "en", RATES[0])


@settings(max_examples=40, deadline=None)
@given(tracks(), houses())
def test_checker_and_judge_agree(sample: tuple[Track, tuple[Fraction, ...], Fraction | None], rules: Rules):
    track, shots, seconds = sample
    found = check(track, rules, shots=shots, seconds=seconds)
    expected = second_opinion(track, rules, shots, seconds)
    assert Counter((each.rule, each.cue) for each in found) == Counter(
        (each.rule, each.cue) for each in expected
    )


def in_order(track: Track) -> Track:
    return Track(tuple(sorted(track.cues, key=lambda cue: cue.start)), track.language, track.rate)


def letters(track: Track) -> str:
    """Everything seen, in order, without spaces and signs of direction: the fixer may change those."""
    text = "".join(visible(cue.text) for cue in in_order(track).cues)
    return "".join(sign for sign in text if not sign.isspace() and unicodedata.category(sign) != "Cf")


@settings(max_examples=12, deadline=None)
@given(tracks(), houses())
def test_the_fixer_leaves_what_it_says_and_no_more_than_before(
    sample: tuple[Track, tuple[Fraction, ...], Fraction | None], rules: Rules
):
    track, shots, seconds = sample
    fixed = fix(track, rules, shots=shots, seconds=seconds)
    before, after = (
        [each.rule for each in second_opinion(in_order(one), rules, shots, seconds)]
        for one in (track, fixed.track)
    )
    assert Counter(each.rule for each in fixed.remaining) == Counter(after)
    assert cost_of(after) <= cost_of(before)
    assert letters(fixed.track) == letters(track)


ENGLISH = """
the a of and I he will not my house, house. said extraordinarily people 5 Peter Parker New York maybe then
walks quickly. No, yes. big red ball through window
"""


@st.composite
def speeches(draw: st.DrawFn) -> list[Word]:
    """A few words, said slowly or fast, with and without pauses."""
    pace = draw(st.sampled_from([120, 200, 300, 450]))
    at = draw(st.integers(0, 1500))
    spoken: list[Word] = []
    for _ in range(draw(st.integers(1, 9))):
        length = draw(st.integers(pace // 3, pace * 2))
        text = draw(st.sampled_from(ENGLISH.split()))
        spoken.append(Word(Fraction(at, 1000), Fraction(at + length, 1000), text))
        at += length + draw(st.sampled_from([0, 0, 0, 1, 20, 90, 400, 900, 2500]))
    return spoken


@settings(max_examples=12, deadline=None)
@given(speeches(), houses(), st.sampled_from(RATES), st.lists(st.integers(0, 250), max_size=2))
def test_no_cut_of_the_words_breaks_less(spoken: list[Word], rules: Rules, rate: Fraction, frames: list[int]):
    shots = tuple(Fraction(frame) / rate for frame in sorted(set(frames)))
    court = Court(limits_of(rules), "en", rate, shots)
    cues = segment(spoken, rules, language="en", rate=rate, shots=shots)
    assert [word for cue in cues for word in cue.words] == spoken
    assert total([as_shown(cue) for cue in cues], court) <= fewest(as_said(spoken), court)


@settings(max_examples=30, deadline=None)
@given(speeches(), houses(), st.sampled_from(RATES))
def test_cues_stay_with_their_words(spoken: list[Word], rules: Rules, rate: Fraction):
    cues = segment(spoken, rules, language="en", rate=rate)
    for number, cue in enumerate(cues):
        early = cue.words[0].start - cue.start
        assert Fraction(-1, 20) <= early * rate < 1
        cut_off = (cue.words[-1].end - cue.end) * rate
        follows = number + 1 < len(cues) and cues[number + 1].start - cue.end <= rules.gap_frames / rate
        assert cut_off <= (rules.gap_frames + 1 if follows else Fraction(1, 20))
