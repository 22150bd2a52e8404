"""What the user learns about the recognisers that were not taken."""

from pathlib import Path

import pytest
from pydantic import SecretStr

from cutroom.base.errors import Refused
from cutroom.engines.denoiser import Credentials
from cutroom.engines.transcriber import Access
from cutroom.engines.transcriber_choice import check_transcriber, choose_transcriber

NOT_HERE = {"faster-whisper": Access(may_fetch=False, models=Path("nowhere"), model="base")}


@pytest.mark.parametrize("wanted", ["auto", "local"])
def test_a_rough_engine_says_what_keeps_the_better_one_of_this_machine(wanted):
    choice = choose_transcriber(wanted, NOT_HERE, language="en")
    assert choice.name == "pocketsphinx"
    (note,) = choice.notes
    assert "Whisper on this machine" in note
    assert "`cutroom models fetch base`" in note
    assert "key" not in note.lower(), "a service is a choice, not a lack"


def test_who_asked_for_the_rough_engine_is_not_told():
    assert choose_transcriber("pocketsphinx", NOT_HERE, language="en").notes == ()


def test_a_good_engine_needs_no_note():
    key = Access(Credentials(SecretStr("gsk_test"), None))
    choice = choose_transcriber("auto", NOT_HERE | {"groq": key}, language="en")
    assert (choice.name, choice.notes) == ("groq", ())


@pytest.mark.parametrize(
    "ask",
    [lambda: choose_transcriber("x", {}, language=None), lambda: check_transcriber("x", {}, language=None)],
)
def test_an_unknown_engine_is_refused_with_those_that_are_known(ask):
    with pytest.raises(Refused, match=r"'x'; known: auto, local, .*pocketsphinx") as caught:
        ask()
    assert caught.value.code_word == "unknown_engine"
