import pytest

from cutroom.base.errors import Refused
from cutroom.library.names import LONGEST_NAME, check_title, clean_name


def test_a_long_name_keeps_its_suffix():
    name = clean_name("x" * 500 + ".mp4")
    assert len(name) == LONGEST_NAME
    assert name.endswith("x.mp4")


@pytest.mark.parametrize("title", ["", "   ", "\x00", "\u202e", "x" * 201])
def test_a_title_without_content_is_refused(title):
    with pytest.raises(Refused, match="visible characters") as error:
        check_title(title)
    assert error.value.code_word == "invalid_name"


def test_a_title_may_hold_slashes():
    assert check_title(" Take 1/2 ") == "Take 1/2"
