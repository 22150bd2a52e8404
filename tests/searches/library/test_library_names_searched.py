"""Names of files from outside, of any characters."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cutroom.library.names import LONGEST_NAME, clean_name


@pytest.mark.parametrize(
    ("given_name", "shown"),
    [
        ("talk.mp4", "talk.mp4"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\talk.mp4", "talk.mp4"),
        ("a\r\nSet-Cookie: x.mp4", "a Set-Cookie: x.mp4"),
        ("nul\x00l.wav", "null.wav"),
        ("invoice\u202egpj.exe", "invoicegpj.exe"),
        ("cafe\u0301.wav", "café.wav"),
        ("  many   spaces .wav ", "many spaces .wav"),
        ("👨\u200d👩\u200d👧 family.mp4", "👨\u200d👩\u200d👧 family.mp4"),
        ("...", "untitled"),
        ("", "untitled"),
        (None, "untitled"),
        ("folder/", "untitled"),
    ],
)
def test_a_name_from_outside_is_one_harmless_line(given_name, shown):
    assert clean_name(given_name) == shown


@given(st.text() | st.text("ab .\u0301\x00\u202e\t/é", max_size=220))
def test_every_name_becomes_storable_and_stays(text):
    name = clean_name(text)
    assert 1 <= len(name) <= LONGEST_NAME
    assert "/" not in name
    assert "\\" not in name
    assert not any(unicodedata.category(c) in {"Cc", "Cs"} for c in name)
    name.encode("utf-8")
    assert clean_name(name) == name
