"""A story told in cues."""

from __future__ import annotations

from fractions import Fraction
from functools import cache

from cutroom.subtitles import Track, Word, read_preset
from cutroom.subtitles.editing.edit_words import DIRECTION
from cutroom.subtitles.reading import visible
from cutroom.subtitles.segment import segment

NETFLIX = read_preset("netflix")
RATES = [
    Fraction(24000, 1001),
    Fraction(24),
    Fraction(25),
    Fraction(30000, 1001),
    Fraction(30),
    Fraction(50),
    Fraction(60),
]
"""Frames per second of films and of broadcasts."""

STORY = (
    "When I was a child, my father took me to see the old lighthouse. It stood on a rock, far from the "
    "village, and nobody had lived there for years. We walked along the shore until the sun went down, "
    "and he told me about the people who had kept the light. I have never forgotten them. Some of the "
    "stories were sad. Most of them were about small things: a lost dog, a letter that came too late, "
    "the smell of bread in the morning. Did you ever want to go back to a place you loved?"
)


@cache
def told_story(rate: Fraction) -> Track:
    """Return a story as the segmenter cuts it, which breaks no rule."""
    words: list[Word] = []
    time = Fraction(1)
    for text in STORY.split():
        end = time + Fraction(80 + 60 * len(text), 1000)
        words.append(Word(time, end, text))
        time = end + {".": Fraction(3, 2), "?": Fraction(3, 2), ",": Fraction(3, 10)}.get(
            text[-1], Fraction(0)
        )
    return Track(segment(words, NETFLIX, language="en", rate=rate), "en", rate)


def letters_of(track: Track) -> str:
    """Return what a track shows, in the order of time."""
    texts = [visible(cue.text) for cue in sorted(track.cues, key=lambda cue: cue.start)]
    return "".join(DIRECTION.sub("", " ".join(texts)).split())
