"""The fixer: mends what a track breaks, and says what it did."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from cutroom.base.errors import Refused
from cutroom.subtitles.check import check
from cutroom.subtitles.check_limits import Limits, Shown, limits_of
from cutroom.subtitles.check_rules import violations_of
from cutroom.subtitles.cue import Track
from cutroom.subtitles.repair.fix_repairs import Repair, Scene, repairs_for
from cutroom.subtitles.repair.fix_sentences import describe, reason_for
from cutroom.subtitles.repair.fix_tally import Tally, tally
from cutroom.subtitles.repair.fix_text import Cuts, keeps_words
from cutroom.subtitles.rules import Rules
from cutroom.subtitles.violation import RULES, Violation

_REACH = 6
"""Cues to either side that a repair may look at; beyond them, nothing changes what can be done."""
_BEARABLE = 1.25
"""How many times its limit a repair may bring a value to that was within it, or less far beyond it."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that was done.

    Attributes:
        cue: The cue's place in the track before, from 0.
        rule: What was broken.
        sentence: What was done.
    """

    cue: int
    rule: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Fixed:
    """What the fixer made of a track.

    Attributes:
        track: The track afterwards.
        changes: What was done, in order.
        remaining: What is still broken, each with the reason where nothing could mend it.
    """

    track: Track
    changes: tuple[Change, ...]
    remaining: tuple[Violation, ...]


@dataclass(frozen=True, slots=True)
class _Item:
    """A cue on its way: where it came from, and whether it may be mended."""

    shown: Shown
    origin: int
    is_chosen: bool


def fix(
    track: Track,
    rules: Rules,
    *,
    shots: Sequence[Fraction] = (),
    seconds: Fraction | None = None,
    cues: Collection[int] | None = None,
    only: Collection[str] | None = None,
) -> Fixed:
    """Mend a track.

    One violation after another is mended by what changes least: other times, other lines, cues joined,
    words shared out anew. A repair is kept only when it mends its rule and leaves fewer errors, or as
    many and fewer warnings, and never more in all; so a second run finds nothing to do (but in tracks so
    hopeless that the bounds of `fix_text.Cuts` end the first). No visible word is lost, changed or moved; a
    neighbour may be changed too.

    Args:
        track: Any cues; they are put in the order of their starts.
        rules: What they must satisfy.
        shots: Seconds; the first frame of every new shot.
        seconds: How long the recording is; None: nobody knows.
        cues: The places of the cues to mend; None: all.
        only: The rules to mend, keys of `violation.RULES`; None: all.

    Raises:
        Refused: With code `unknown_rule`.
    """
    limits = limits_of(rules, track.language, track.rate, shots=shots, seconds=seconds)
    fixer = _Fixer(track, limits, cues, only)
    fixer.run()
    result = Fixed(fixer.mended(), tuple(fixer.changes), tuple(fixer.remaining()))
    if fixer.is_reordered:
        # Putting a file in order alone can break more: what was a list becomes a crowd.
        before = check(track, rules, shots=shots, seconds=seconds)
        left, found = tally(result.remaining), tally(before)
        if left.counts.total() > found.counts.total() or left.weight > found.weight:
            return Fixed(track, (), tuple(before))
    return result


def mend(
    track: Track,
    rules: Rules,
    *,
    shots: Sequence[Fraction] = (),
    seconds: Fraction | None = None,
    cues: Collection[int] | None = None,
    only: Collection[str] | None = None,
) -> tuple[Track, tuple[Change, ...]]:
    """Return what `fix` makes of a track and how, without counting what is left in all of it."""
    limits = limits_of(rules, track.language, track.rate, shots=shots, seconds=seconds)
    fixer = _Fixer(track, limits, cues, only)
    if fixer.is_reordered:
        fixed = fix(track, rules, shots=shots, seconds=seconds, cues=cues, only=only)
        return fixed.track, fixed.changes
    fixer.run()
    return fixer.mended(), tuple(fixer.changes)


class _Fixer:
    """A track that is being mended."""

    def __init__(
        self, track: Track, limits: Limits, cues: Collection[int] | None, only: Collection[str] | None
    ) -> None:
        order = sorted(range(len(track.cues)), key=lambda n: track.cues[n].start)
        chosen = None if cues is None else frozenset(cues)
        unknown = sorted(set(only or ()) - RULES.keys())
        if unknown:
            raise Refused(f"There is no rule {unknown[0]!r}; known: {', '.join(RULES)}.", code="unknown_rule")
        self.track = track
        self.limits = limits
        self.is_reordered = order != list(range(len(order)))
        self.only = None if only is None else frozenset(only)
        self.items = [_Item(Shown(track.cues[n], limits), n, chosen is None or n in chosen) for n in order]
        self.shown = [item.shown for item in self.items]
        self.changes = [
            Change(n, "overlap", f"Moved from place {n + 1} to {place + 1}, where its start belongs.")
            for place, n in enumerate(order)
            if n != place
        ]
        # What was tried in vain, by the cues that it looked at; these stay alive, so that ids stay theirs.
        self.cuts = Cuts(limits, len(order))
        self.vain: dict[tuple[str, int, tuple[int, ...]], list[Shown]] = {}

    def run(self) -> None:
        """Mend until nothing can be mended any more."""
        # First what hides where it belongs, before others spread into its time.
        for n in reversed(range(len(self.items))):
            if n < len(self.shown) and self.shown[n].frames <= 0:
                self._mend(n)
        while self._sweep():
            pass

    def mended(self) -> Track:
        """Return the track as it is now."""
        return replace(self.track, cues=tuple(shown.cue for shown in self.shown))

    def remaining(self) -> list[Violation]:
        """Return what is broken now, with the reason where nothing mends it."""
        return [
            replace(violation, reason=reason_for(violation, self.shown, self.limits))
            if self._is_wanted(violation.rule, n)
            else violation
            for n in range(len(self.items))
            for violation in self._violations(n)
        ]

    def _sweep(self) -> bool:
        """Go through the track once; return whether something was mended."""
        mended = False
        n = 0
        while n < len(self.items):
            if self._mend(n):
                mended = True
                n = max(0, n - 2)
            else:
                n += 1
        return mended

    def _mend(self, n: int) -> bool:
        """Mend one thing of a cue; return whether that succeeded."""
        if not self.items[n].is_chosen:
            return False
        for rule in dict.fromkeys(violation.rule for violation in self._violations(n)):
            if not self._is_wanted(rule, n) or self._is_vain(rule, n):
                continue
            repair = self._best(rule, n)
            if repair is not None:
                self._do(repair, rule, n)
                return True
            self._note_vain(rule, n)
        return False

    def _is_wanted(self, rule: str, n: int) -> bool:
        return self.items[n].is_chosen and (self.only is None or rule in self.only)

    def _best(self, rule: str, n: int) -> Repair | None:
        """Return the repair of a rule that leaves least broken, the first of those; None: none is better."""
        best: Repair | None = None
        least: tuple[int, int] | None = None
        for repair in repairs_for(rule, Scene(self.shown, n, self.limits, self.cuts)):
            first, last = repair.first - 1, repair.first + repair.count
            before = self._tally(self.shown, range(max(0, first), min(last + 1, len(self.shown))))
            after = self._after(repair)
            if after is None or not _is_better(rule, before, after):
                continue
            if not +(after.counts - before.counts):
                return repair
            if least is None or after.weight < least:
                best, least = repair, after.weight
        return best

    def _after(self, repair: Repair) -> Tally | None:
        """Return what would be broken around a repair; None when it must not be done."""
        first, last = repair.first, repair.first + repair.count
        old = [shown.cue for shown in self.shown[first:last]]
        if not keeps_words(old, repair.cues):
            return None
        head, tail = self.shown[max(0, first - 2) : first], self.shown[last : last + 2]
        cues = [*head, *self._counted(repair), *tail]
        starts = [shown.cue.start for shown in cues]
        if starts != sorted(starts):
            return None
        begin = max(0, len(head) - 1)
        return self._tally(cues, range(begin, len(cues) - max(0, len(tail) - 1)))

    def _counted(self, repair: Repair) -> list[Shown]:
        known = {shown.cue.text: shown for shown in self.shown[repair.first : repair.first + repair.count]}
        counted: list[Shown] = []
        for cue in repair.cues:
            like = known.get(cue.text)
            is_like = like is not None and like.cue.words is cue.words
            counted.append(Shown(cue, self.limits, like if is_like else None))
        return counted

    def _tally(self, cues: Sequence[Shown], places: range) -> Tally:
        return tally(violation for n in places for violation in self._violations(n, cues))

    def _violations(self, n: int, cues: Sequence[Shown] | None = None) -> list[Violation]:
        cues = self.shown if cues is None else cues
        around = (cues[n - 1] if n else None, cues[n + 1] if n + 1 < len(cues) else None)
        return violations_of(self.limits, n, cues[n], around)

    def _do(self, repair: Repair, rule: str, n: int) -> None:
        first, last = repair.first, repair.first + repair.count
        replaced = self.items[first:last]
        old = [item.shown.cue for item in replaced]
        sentence = describe(rule, old, repair.cues, n - first, repair.deed)
        self.changes.append(Change(self.items[n].origin, rule, sentence))
        chosen = any(item.is_chosen for item in replaced)
        is_same = len(replaced) == len(repair.cues)
        items = [
            _Item(shown, replaced[place].origin, replaced[place].is_chosen)
            if is_same
            else _Item(shown, replaced[0].origin, chosen)
            for place, shown in enumerate(self._counted(repair))
        ]
        self.items[first:last] = items
        self.shown[first:last] = [item.shown for item in items]

    def _around(self, n: int) -> list[Shown]:
        return self.shown[max(0, n - _REACH) : n + _REACH + 1]

    def _is_vain(self, rule: str, n: int) -> bool:
        return self._key(rule, n) in self.vain

    def _note_vain(self, rule: str, n: int) -> None:
        self.vain[self._key(rule, n)] = self._around(n)

    def _key(self, rule: str, n: int) -> tuple[str, int, tuple[int, ...]]:
        return rule, min(n, _REACH), tuple(id(shown) for shown in self._around(n))


def _is_better(rule: str, before: Tally, after: Tally) -> bool:
    """Whether a repair mends its rule, and leaves less broken and nothing much worse."""
    if after.counts[rule] >= before.counts[rule]:
        return False
    if rule == "ends-before-start":
        # No player shows such a cue: that it asks for too much is seen only when its times are right.
        return after.weight <= before.weight
    if after.weight >= before.weight or after.counts.total() > before.counts.total():
        return False
    # Three cues that are a little too fast are better than one that nobody can read.
    return all(
        excess <= max(before.excess.get(name, 1.0), _BEARABLE) for name, excess in after.excess.items()
    )
