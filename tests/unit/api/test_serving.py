import pytest

from cutroom.api.serving import INLINE_TYPES, disposition, with_suffix


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("talk.mp4", "attachment; filename=\"talk.mp4\"; filename*=UTF-8''talk.mp4"),
        ("für Änne.wav", "attachment; filename=\"f_r _nne.wav\"; filename*=UTF-8''f%C3%BCr%20%C3%84nne.wav"),
        ('a"b\\c%.mp4', "attachment; filename=\"a_b_c_.mp4\"; filename*=UTF-8''a%22b%5Cc%25.mp4"),
        ("a;b'c*(d).mp4", "attachment; filename=\"a;b'c*(d).mp4\"; filename*=UTF-8''a%3Bb%27c%2A%28d%29.mp4"),
    ],
)
def test_downloads_carry_a_human_name(name, expected):
    assert disposition(name, inline=False) == expected


def test_a_name_without_a_suffix_gets_one():
    assert with_suffix("talk", "video/mp4") == "talk.mp4"
    assert with_suffix("talk.mov", "video/mp4") == "talk.mov"
    assert with_suffix("talk", "application/x-nobody-knows") == "talk"


@pytest.mark.parametrize(
    "mime_type", ["text/html", "image/svg+xml", "application/pdf", "text/xml", "text/plain"]
)
def test_nothing_that_could_run_is_shown_inline(mime_type):
    assert mime_type not in INLINE_TYPES
