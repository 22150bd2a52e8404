"""One suite over every transcriber there is: what it says of itself, and what it refuses without a call."""

import pickle

import pytest
from pydantic import SecretStr

from cutroom.base.errors import Refused, Unsupported
from cutroom.engines.denoiser import Credentials
from cutroom.engines.transcriber import TRANSCRIBERS, Access, Wish
from cutroom.engines.transcriber_choice import choose_transcriber
from samples import silence, write_audio
from tiny_whisper import make_tiny_whisper

NAMES = TRANSCRIBERS.names()
LOCAL = [name for name in NAMES if TRANSCRIBERS.load(name).is_local]


@pytest.fixture(scope="module")
def access(tmp_path_factory):
    """Give each engine what it needs to be ready, and nobody to call."""
    model = make_tiny_whisper(tmp_path_factory.mktemp("model") / "tiny")
    keyed = Access(Credentials(SecretStr("a-key"), "http://127.0.0.1:9"))
    return {name: Access(model=str(model)) if name in LOCAL else keyed for name in NAMES}


@pytest.mark.parametrize("name", NAMES)
def test_it_says_who_it_is(name):
    engine = TRANSCRIBERS.load(name)
    assert engine.name == name
    assert engine.title
    assert engine.version
    assert engine.destination.endswith(".")
    assert engine.trust.level in {"high", "fair", "rough"}
    assert engine.trust.sentence.endswith(".")
    assert engine.languages is None or all(code == code.lower() for code in engine.languages)
    pickle.dumps(engine)


def test_hosted_engines_stand_before_local_ones_and_ranks_differ():
    engines = [TRANSCRIBERS.load(name) for name in NAMES]
    assert len({engine.rank for engine in engines}) == len(engines)
    assert max(e.rank for e in engines if not e.is_local) < min(e.rank for e in engines if e.is_local)


@pytest.mark.parametrize("name", NAMES)
def test_the_check_passes_or_says_what_to_do(name, access, tmp_path):
    engine = TRANSCRIBERS.load(name)
    engine.check(access[name])
    if not engine.is_local:
        with pytest.raises(Unsupported, match="KEY"):
            engine.check(Access())
    if name == "faster-whisper":
        with pytest.raises(Unsupported, match="models fetch"):
            engine.check(Access(models=tmp_path))


@pytest.mark.parametrize("name", LOCAL)
@pytest.mark.parametrize("seconds", [0.001, 0.02, 1.0])
def test_silence_and_scraps_have_no_words(name, seconds, access, tmp_path):
    window = write_audio(tmp_path / "w.flac", silence(seconds, rate=16000), codec="flac", rate=16000)
    heard = TRANSCRIBERS.load(name).transcribe(window, Wish(), access[name])
    assert heard.words == ()


def test_auto_takes_the_lowest_rank_that_is_ready(access):
    ready = dict(access)
    for engine in sorted((TRANSCRIBERS.load(name) for name in NAMES), key=lambda engine: engine.rank):
        choice = choose_transcriber("auto", ready, language="en")
        assert choice.name == engine.name
        assert engine.destination in choice.reason
        ready[engine.name] = Access(may_fetch=False)


def test_local_never_leaves_the_machine(access):
    assert choose_transcriber("local", access, language=None).name in LOCAL
    with pytest.raises(Refused):
        choose_transcriber("nobody", access, language=None)
