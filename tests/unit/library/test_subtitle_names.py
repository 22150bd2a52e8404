"""Languages that names of subtitle files say."""

import pytest

from cutroom.library.subtitle_import import language_in


@pytest.mark.parametrize(
    ("name", "language"),
    [
        ("film.en.srt", "en"),
        ("film.EN.srt", "en"),
        ("film.eng.srt", "en"),
        ("film.pt-BR.srt", "pt-BR"),
        ("talk (de).vtt", "de"),
        ("what is it.srt", None),
        ("film.2024.srt", None),
        ("film.web.srt", None),
        ("en.srt", None),
        ("film", None),
        ("", None),
    ],
)
def test_the_language_stands_before_the_ending(name, language) -> None:
    assert language_in(name) == language
