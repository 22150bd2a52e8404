"""One suite over every translator there is: what it says of itself, and what it refuses without a call."""

import pickle

import pytest
from pydantic import SecretStr

from cutroom.base.errors import Refused
from cutroom.engines.denoiser import Credentials
from cutroom.engines.transcriber import Access
from cutroom.engines.translator import TRANSLATORS

NAMES = TRANSLATORS.names()
NOWHERE = Access(Credentials(SecretStr("a-key"), "http://127.0.0.1:9"))


@pytest.mark.parametrize("name", NAMES)
def test_it_says_who_it_is(name):
    translator = TRANSLATORS.load(name)
    assert translator.name == name
    assert translator.title
    assert translator.version
    assert translator.destination.endswith(".")
    pickle.dumps(translator)


@pytest.mark.parametrize("name", NAMES)
def test_a_key_is_enough_for_the_check_and_nobody_is_called(name):
    TRANSLATORS.load(name).check(NOWHERE)


@pytest.mark.parametrize("name", NAMES)
def test_a_language_that_it_cannot_name_is_refused(name):
    with pytest.raises(Refused) as caught:
        TRANSLATORS.load(name).translate(["Hello."], "en", "tlh", NOWHERE)
    assert caught.value.code_word == "unknown_language"


@pytest.mark.parametrize("name", NAMES)
def test_nothing_gives_nothing(name):
    assert TRANSLATORS.load(name).translate([], "en", "de", NOWHERE) == []
