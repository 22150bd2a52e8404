"""Whatever JSON a speech service answers: words in order within the sound, or an error of ours."""

import math

from hypothesis import given, settings
from hypothesis import strategies as st

from cutroom.base.errors import Unavailable, Unsupported
from cutroom.engines.transcriber import Heard, Wish
from cutroom.engines.transcribers.elevenlabs import read_answer as read_scribe
from cutroom.engines.vendors.openai import OPENAI
from cutroom.engines.whisper_answer import make_prompt, read_answer

ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)

TIME = st.floats(-1, 70) | ANY

TEXT = st.sampled_from(["Hello,", "world.", "我们", "-", " ", "(laughs)", "it's", "¿Qué?"]) | st.text(
    max_size=6
)


def objects(**fields):
    return st.lists(st.fixed_dictionaries({}, optional=fields) | ANY, max_size=8) | ANY


WHISPER = st.fixed_dictionaries(
    {},
    optional={
        "text": TEXT | ANY,
        "language": st.sampled_from(["english", "zh", "klingon"]) | ANY,
        "words": objects(word=TEXT | ANY, start=TIME, end=TIME),
        "segments": objects(
            text=TEXT | ANY,
            start=TIME,
            end=TIME,
            avg_logprob=st.floats(-3, 0) | ANY,
            no_speech_prob=st.floats(0, 1) | ANY,
            compression_ratio=st.floats(0, 5) | ANY,
        ),
    },
)

SCRIBE = st.fixed_dictionaries(
    {},
    optional={
        "text": TEXT | ANY,
        "language_code": st.sampled_from(["eng", "zho", "xx"]) | ANY,
        "language_probability": st.floats(-1, 2) | ANY,
        "words": objects(
            text=TEXT | ANY,
            start=TIME,
            end=TIME,
            type=st.sampled_from(["word", "spacing", "audio_event"]) | ANY,
            speaker_id=st.sampled_from(["speaker_0", "speaker_11", "agent"]) | ANY,
            logprob=st.floats(-3, 1) | ANY,
        ),
    },
)


def attempt(read):
    """Return what was heard and no code, or nothing and the error's."""
    try:
        return read(), None
    except (Unavailable, Unsupported) as error:
        return Heard(()), error.code_word


def check(heard, seconds):
    starts = [word.start for word in heard.words]
    assert starts == sorted(starts)
    for word in heard.words:
        assert 0 <= word.start <= word.end <= seconds
        assert word.text == " ".join(word.text.split()) != ""
        assert word.confidence is None or 0 <= word.confidence <= 1
    assert heard.language_confidence is None or math.isfinite(heard.language_confidence)
    assert not heard.words or not heard.words[0].glued


@settings(max_examples=50)
@given(WHISPER, st.fractions(0, 60))
def test_any_answer_of_whisper_is_read_or_refused(answer, seconds):
    heard, code = attempt(lambda: read_answer(answer, seconds, Wish(), OPENAI, "whisper-1"))
    assert code in {None, "bad_answer", "no_word_times"}
    check(heard, seconds)


@settings(max_examples=50)
@given(SCRIBE, st.fractions(0, 60), st.booleans())
def test_any_answer_of_scribe_is_read_or_refused(answer, seconds, speakers):
    heard, code = attempt(lambda: read_scribe(answer, seconds, Wish(speakers=speakers), []))
    assert code in {None, "bad_answer"}
    check(heard, seconds)


@settings(max_examples=25)
@given(st.text(max_size=2000), st.lists(st.text(min_size=1, max_size=49), max_size=60))
def test_a_prompt_always_fits(prompt, glossary):
    made, notes = make_prompt(Wish("en", prompt, tuple(glossary)))
    assert len(made) <= 896
    assert len(notes) <= 2
