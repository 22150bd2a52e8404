"""Segments of Whisper made into words: what is written without a space between."""

from types import SimpleNamespace

import pytest

from cutroom.engines.transcribers.faster_whisper import gather
from cutroom.subtitles import join_words


def segments(*texts):
    """Return a segment for each list of words."""
    for number, words in enumerate(texts):
        said = [
            SimpleNamespace(word=word, start=number + n / 10, end=number + n / 10 + 0.1, probability=0.9)
            for n, word in enumerate(words)
        ]
        yield SimpleNamespace(words=said, end=number + 1)


@pytest.mark.parametrize(
    ("language", "texts", "said"),
    [
        ("zh", [["你好", "世界"], ["再见"]], "你好世界再见"),
        ("ja", [["こんにちは"], ["世界"]], "こんにちは世界"),
        ("en", [[" Hello", "-", "world."], [" Bye."]], "Hello-world. Bye."),
        ("en", [["Hello."], ["Bye."]], "Hello. Bye."),
        ("en", [[" \ufffd", " so"], []], "so"),
    ],
)
def test_words_are_joined_as_the_language_writes_them(language, texts, said):
    told = []
    words = gather(segments(*texts), language, 2.0, told.append)
    assert join_words(words) == said
    assert told[-1] == 1.0
