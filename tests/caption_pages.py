"""Cues, and the pages that captions show of them."""

from fractions import Fraction

from cutroom.render.captions.pages import Paging, ends_of, pages_of
from cutroom.subtitles import Cue

ANY = Paging(None, 2, keeps_lines=False, language="")


def count_lines(text, words):
    """Measure as if 20 characters fitted into a line."""
    assert all(0 <= word.start < word.end <= len(text) for word in words)
    return sum(-(-len(line) // 20) for line in text.split("\n"))


def cue(text, start=0, end=10, words=(), **fields):
    return Cue(Fraction(start), Fraction(end), text, tuple(words), **fields)


def pages(*cues, paging=ANY):
    ends = ends_of(cues)
    return tuple(
        page for one, end in zip(cues, ends, strict=True) for page in pages_of(one, end, paging, count_lines)
    )


def shown(page):
    return [page.text[word.start : word.end] for word in page.words]
