"""The slow way to cut words: every partition, beginning, end and line break, counted by the checker."""

from fractions import Fraction
from functools import cache
from itertools import pairwise, product

from cutroom.subtitles.check import check
from cutroom.subtitles.cue import Cue, Track
from cutroom.subtitles.frame_grid import FrameGrid
from cutroom.subtitles.reading import count_characters, count_words


def count(cues, rules, language, rate, shots=(), seconds=None):
    """Return how many errors and warnings cues have."""
    found = check(Track(tuple(cues), language, rate), rules, shots=shots, seconds=seconds)
    return _tally(each.severity for each in found)


def _tally(graves):
    graves = list(graves)
    return graves.count("error"), graves.count("warning")


class Judged:
    """All ways to cut words that are in order, stand between spaces and have one speaker."""

    def __init__(self, words, rules, language, rate, shots=(), seconds=None):
        self.words, self.rules, self.language, self.rate = words, rules, language, rate
        self.shots, self.seconds = list(shots), seconds
        self.grid = FrameGrid(rate)
        self.least = cache(self.least)

    def fewest(self):
        """Return the least (errors, warnings) of all ways."""
        length = len(self.words)
        begins = [self.begins(n) for n in range(length)]
        found = []
        for marks in product((False, True), repeat=length - 1):
            cuts = (0, *(n + 1 for n, marked in enumerate(marks) if marked), length)
            for chosen in product(*(begins[cut] for cut in cuts[:-1])):
                stretches = zip(pairwise(cuts), pairwise((*chosen, None)), strict=True)
                costs = [self.least(*cut, *frames) for cut, frames in stretches]
                if None not in costs:
                    found.append(tuple(map(sum, zip(*costs, strict=True))))
        return min(found)

    def begins(self, n):
        """Every frame a cue may begin with: its word's, or onto or just away from a shot change."""
        spoken = self.grid.floor(self.words[n].start)
        free = self.grid.ceil(self.words[n - 1].end) if n else 0
        reach, distance = self.rules.shot_snap_seconds * self.rate, self.rules.shot_seconds * self.rate
        frames = {spoken}
        changes = [self.grid.nearest(shot) for shot in self.shots]
        if any(0 < abs(spoken - change) < distance for change in changes):
            back, free = max(int(reach), int(distance)), max(0, min(free, spoken))
            for frame in range(max(free, spoken - back), spoken + int(reach) + 1):
                away = any(distance <= abs(frame - change) < distance + 1 for change in changes)
                onto = frame in changes and spoken - frame < max(distance, reach + 1)
                if onto or (away and abs(frame - spoken) <= reach):
                    frames.add(frame)
        return sorted(frames)

    def least(self, first, last, begin, following):
        """Return the least that one cue breaks before the next one; what it breaks is its own affair."""
        words = self.words[first:last]
        low, high = self.bounds(self.grid.ceil(words[-1].end), begin, following)
        after = ()
        if following is not None:
            word = self.words[last]
            after = (Cue(following / self.rate, (following + 1) / self.rate, word.text, (word,)),)
        found = []
        for text in self.texts(words):
            for end in range(low, high + 1):
                cue = Cue(begin / self.rate, end / self.rate, text, tuple(words))
                track = Track((cue, *after), self.language, self.rate)
                broken = check(track, self.rules, shots=self.shots, seconds=self.seconds)
                # An overlap belongs to the later cue.
                found.append(
                    _tally(each.severity for each in broken if (each.cue == 0) != (each.rule == "overlap"))
                )
        return min(found, default=None)

    def bounds(self, spoken, begin, following):
        gap = self.rules.gap_frames
        if following is None:
            return max(spoken, begin + 1), max(spoken, begin + int(20 * self.rate))
        high = following - gap
        low = max(min(spoken, max(high, spoken - gap - 1)), begin + 1)
        return low, max(high, low)

    def texts(self, words):
        """Every way to lay out words within the lines allowed; a lone word goes as it is."""
        rules = self.rules
        for marks in product(("\n", " "), repeat=len(words) - 1):
            text = "".join(word.text + mark for word, mark in zip(words, (*marks, ""), strict=True))
            lines = text.split("\n")
            longest = max(count_characters(line, self.language) for line in lines)
            fits = len(lines) <= rules.lines and longest <= rules.line_limit(self.language)
            fits = fits and (rules.cue_words is None or count_words(text, self.language) <= rules.cue_words)
            if fits or len(words) == 1:
                yield text


def fewest(words, rules, language, rate, shots=(), seconds=None):
    return Judged(words, rules, language, Fraction(rate), shots, seconds).fewest()
