"""Who client commands are: never this machine's operator on somebody else's platform."""

import pytest

from cutroom.base.errors import CutroomError, Refused
from cutroom.base.settings import Settings
from cutroom.boot.client import connect


def test_another_machine_needs_a_key_of_its_own(tmp_path):
    settings = Settings(_env_file=None, data=tmp_path, url="https://elsewhere.example")
    with pytest.raises(Refused, match="CUTROOM_API_KEY") as caught, connect(settings):
        pass
    assert caught.value.code_word == "api_key_needed"


@pytest.mark.parametrize(
    "url", [None, "http://localhost:8420", "http://127.0.0.1:9000", "http://[::1]:8420/"]
)
def test_this_machine_is_asked_as_its_operator(tmp_path, url):
    settings = Settings(_env_file=None, data=tmp_path, url=url)
    with pytest.raises(CutroomError) as caught, connect(settings):
        pass
    assert caught.value.code_word == "no_database"
