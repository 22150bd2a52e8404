"""Loudness by EBU R128: a streaming meter, and gain with a true-peak limiter to a target."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

import numpy as np
from av.error import BlockingIOError as NoFrameYet
from av.error import EOFError as EndOfFrames
from av.filter import Graph

from cutroom.media.blocks import Block
from cutroom.media.limiter import Limiter
from cutroom.media.samples import to_frame
from cutroom.media.true_peak import TruePeak

DEFAULT_TARGET = -16.0
"""LUFS: what podcast platforms ask for (AES TD1008 recommends -16 for speech on the net)."""

DEFAULT_CEILING = -1.0
"""dBTP: EBU R128, 2023, requirement (j)."""

_SHORTEST_SECONDS = 0.4
"""One gating block of BS.1770-5; anything shorter has no integrated loudness."""

_ABSOLUTE_GATE = -70.0
_FAR_FROM_GATE = -50.0
"""LUFS above which a plain gain moves the reading by as much: the relative gate, 10 LU under the mean, then
lies over the absolute one. Of a quieter sound the absolute gate hides parts that count once it is louder."""
_ROUNDS = 4
_DEEPEST_LIMITING = 12.0
"""Decibels: a limiter that works harder than this is heard as pumping, so the target is missed instead."""
_CLOSE_ENOUGH = 0.1
_TOO_PEAKY = "Single peaks stand so high that reaching the loudness would need audible limiting."
_PLANAR_LIMIT = 8


@dataclass(frozen=True)
class Loudness:
    """What a meter read."""

    integrated: float | None
    """LUFS over everything; None for silence and for less than 0.4 s."""
    range: float | None
    """LRA in LU (EBU Tech 3342); None where `integrated` is None."""
    true_peak: float | None
    """dBTP; None for digital silence."""
    seconds: float

    def to_json(self) -> dict[str, float | None]:
        """Return the numbers rounded as meters show them."""
        return {
            "integrated": _rounded(self.integrated),
            "range": _rounded(self.range),
            "truePeak": _rounded(self.true_peak),
        }


class Meter:
    """An EBU R128 meter fed with blocks: libavfilter's `ebur128` for loudness, our own true peak.

    Measured: 0.75 ms per second of 48 kHz stereo.
    """

    def __init__(self, rate: int, layout: str, channels: int) -> None:
        """Make a meter for blocks of `channels` rows at `rate` hertz in channel layout `layout`.

        A mono programme counts as one channel, so it reads 3 LU less than the same sound in stereo.
        """
        self._rate = rate
        self._layout = layout
        self._format = "flt" if channels >= _PLANAR_LIMIT else "fltp"
        self._position = 0
        self._graph = Graph()
        self._graph.threads = 1
        source = self._graph.add_abuffer(
            sample_rate=rate, format=self._format, layout=layout, time_base=Fraction(1, rate)
        )
        meter = self._graph.add("ebur128", "metadata=1")
        sink = self._graph.add("abuffersink")
        source.link_to(meter)
        meter.link_to(sink)
        self._graph.configure()
        self._peak = TruePeak(rate, channels)
        self._integrated = -math.inf
        self._range = 0.0
        self._result: Loudness | None = None

    def write(self, block: Block) -> None:
        """Measure `(channels, n)` samples."""
        if not block.shape[1]:
            return
        self._peak.write(block)
        frame = to_frame(block, self._format, self._layout, self._rate)
        frame.pts = self._position
        frame.time_base = Fraction(1, self._rate)
        self._position += block.shape[1]
        self._graph.push(frame)
        self._pull()

    def finish(self) -> Loudness:
        """Return the reading; call it once more and it is the same."""
        if self._result is None:
            if self._position:
                self._graph.push(None)
                self._pull()
            self._peak.finish()
            self._result = self._read()
        return self._result

    @property
    def integrated(self) -> float | None:
        """LUFS over everything written; finishes the meter."""
        return self.finish().integrated

    @property
    def range(self) -> float | None:
        """LRA in LU; finishes the meter."""
        return self.finish().range

    @property
    def true_peak(self) -> float | None:
        """The highest true peak in dBTP; finishes the meter."""
        return self.finish().true_peak

    def _pull(self) -> None:
        while True:
            try:
                metadata = self._graph.pull().metadata
            except (NoFrameYet, EndOfFrames):
                return
            # The last frame may be shorter than 100 ms and then says nothing.
            if "lavfi.r128.I" in metadata:
                self._integrated = float(metadata["lavfi.r128.I"])
                self._range = float(metadata.get("lavfi.r128.LRA", 0))

    def _read(self) -> Loudness:
        seconds = self._position / self._rate
        peak = 20 * math.log10(self._peak.peak) if self._peak.peak > 0 else None
        if seconds < _SHORTEST_SECONDS or self._integrated <= _ABSOLUTE_GATE:
            return Loudness(None, None, peak, seconds)
        return Loudness(self._integrated, self._range, peak, seconds)


def measure(blocks: Iterable[Block], rate: int, layout: str, channels: int) -> Loudness:
    """Measure all blocks."""
    meter = Meter(rate, layout, channels)
    for block in blocks:
        meter.write(block)
    return meter.finish()


@dataclass(frozen=True)
class Normalisation:
    """How to bring a sound to a target; `apply` does it."""

    before: Loudness
    after: Loudness
    target: float
    ceiling: float
    gain: float
    """Decibels; 0 where nothing is done."""
    is_limited: bool
    """Whether peaks have to be held down."""
    reason: str | None = None
    """Why nothing is done or the target is missed, in one sentence."""

    def apply(self, blocks: Iterable[Block], rate: int, channels: int) -> Iterator[Block]:
        """Yield the blocks with gain and limiter; as many samples as came in, in the same places."""
        limiter = Limiter(rate, channels, self.ceiling) if self.is_limited else None
        factor = np.float32(10 ** (self.gain / 20))
        for block in blocks:
            louder = block if self.gain == 0 else block * factor
            ready = louder if limiter is None else limiter.push(louder)
            if ready.shape[1]:
                yield ready
        if limiter is not None:
            tail = limiter.finish()
            if tail.shape[1]:
                yield tail


def plan_normalisation(
    read: Callable[[], Iterable[Block]],
    rate: int,
    layout: str,
    channels: int,
    *,
    target: float = DEFAULT_TARGET,
    ceiling: float = DEFAULT_CEILING,
    before: Loudness | None = None,
) -> Normalisation:
    """Find the gain that brings a sound to a loudness, its true peaks under a ceiling.

    Without peaks over the ceiling the gain is the difference and nothing is read again, unless the sound is
    so quiet that the meter's gate hid parts of it. Else the gain is tried, with the limiter where peaks need
    it, and corrected by what is missing, in at most 5 readings.

    Args:
        read: Gives the blocks from the beginning each time, for example from a scratch file.
        rate: Samples per second.
        layout: Channel layout.
        channels: Rows of the blocks.
        target: LUFS.
        ceiling: dBTP.
        before: The reading of these blocks where somebody has it.
    """
    measured = before or measure(read(), rate, layout, channels)
    plan = Normalisation(measured, measured, target, ceiling, 0.0, is_limited=False)
    if measured.seconds < _SHORTEST_SECONDS:
        return replace(plan, reason="The sound is shorter than 0.4 s, so it has no loudness to measure.")
    if measured.integrated is None or measured.true_peak is None:
        return replace(plan, reason="The sound is silent, so its loudness is left alone.")
    gain = target - measured.integrated
    plan = replace(plan, gain=gain, after=_raised(measured, gain))
    room = ceiling - measured.true_peak
    if gain <= room and measured.integrated >= _FAR_FROM_GATE:
        return plan
    highest = room + _DEEPEST_LIMITING
    plan = replace(plan, gain=min(gain, highest), is_limited=gain > room)
    for _ in range(_ROUNDS):
        after = measure(plan.apply(read(), rate, channels), rate, layout, channels)
        plan = replace(plan, after=after)
        missing = target - (after.integrated if after.integrated is not None else target)
        if abs(missing) <= _CLOSE_ENOUGH:
            return plan
        if plan.gain >= highest and missing > 0:
            return replace(plan, reason=_TOO_PEAKY)
        gain = min(plan.gain + missing, highest)
        plan = replace(plan, gain=gain, is_limited=gain > room)
    after = measure(plan.apply(read(), rate, channels), rate, layout, channels)
    return replace(plan, after=after)


def _raised(loudness: Loudness, gain: float) -> Loudness:
    """Predict a reading after a plain gain, which moves every level alike."""
    integrated = None if loudness.integrated is None else loudness.integrated + gain
    peak = None if loudness.true_peak is None else loudness.true_peak + gain
    return replace(loudness, integrated=integrated, true_peak=peak)


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 1)
