"""The engines that are compared, each a function from noisy to cleaned samples at 48 kHz."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import noisereduce
import numpy as np
from av.error import BlockingIOError as NoFrameYet
from av.error import EOFError as EndOfFrames

from cutroom.engines.denoiser import DENOISERS, Sound
from cutroom.engines.rnnoise_library import FRAME, LATENCY, Rnnoise
from mixes import RATE, Samples

Engine = Callable[[Samples], Samples]

_AFFTDN_LATENCY = 1200
"""Samples at 48 kHz, measured by cross-correlation."""


def cutroom(noisy: Samples) -> Samples:
    """The job at its default strength, with nothing but the noisy sound to go by."""
    denoiser = DENOISERS.load("rnnoise")
    with tempfile.TemporaryDirectory() as folder:
        listener = denoiser.listen(Sound(RATE, 1, "mono", None), Path(folder))
        for start in range(0, noisy.size, RATE):
            listener.write(noisy[None, start : start + RATE])
        separation = listener.finish()
        blocks = list(separation.render([noisy[None]], separation.findings.limit))
        separation.close()
    return np.concatenate(blocks, axis=1)[0]


def raw_rnnoise(noisy: Samples) -> Samples:
    """The network's own output, its latency taken out."""
    engine = Rnnoise()
    padding = LATENCY + -(noisy.size + LATENCY) % FRAME
    cleaned, _ = engine.process(np.pad(noisy, (0, padding)))
    engine.close()
    return cleaned[LATENCY : LATENCY + noisy.size]


def afftdn(noisy: Samples) -> Samples:
    """FFmpeg's FFT denoiser as it comes."""
    return _filter(noisy, "")


def afftdn_tuned(noisy: Samples) -> Samples:
    """The same with 20 dB of reduction and the noise floor measured from the quietest tenth of the frames."""
    frames = noisy[: noisy.size // 2400 * 2400].reshape(-1, 2400)
    power = (frames.astype(np.float64) ** 2).mean(axis=1)
    floor = 10 * np.log10(power[power <= np.quantile(power, 0.1)].mean() + 1e-12)
    return _filter(noisy, f"nr=20:nf={float(np.clip(floor, -80, -20)):.1f}")


def _filter(noisy: Samples, options: str) -> Samples:
    graph = av.filter.Graph()
    source = graph.add_abuffer(sample_rate=RATE, format="fltp", layout="mono", time_base=Fraction(1, RATE))
    denoiser = graph.add("afftdn", options)
    sink = graph.add("abuffersink")
    source.link_to(denoiser)
    denoiser.link_to(sink)
    graph.configure()
    padded = np.pad(noisy, (0, 2 * _AFFTDN_LATENCY))
    frame = av.AudioFrame.from_ndarray(padded[None], format="fltp", layout="mono")
    frame.sample_rate, frame.pts, frame.time_base = RATE, 0, Fraction(1, RATE)
    graph.push(frame)
    graph.push(None)
    blocks = []
    while True:
        try:
            blocks.append(graph.pull().to_ndarray()[0])
        except (NoFrameYet, EndOfFrames):
            break
    return np.concatenate(blocks)[_AFFTDN_LATENCY : _AFFTDN_LATENCY + noisy.size]


def noisereduce_default(noisy: Samples) -> Samples:
    """noisereduce as it comes: non-stationary, no noise profile."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return noisereduce.reduce_noise(y=noisy, sr=RATE).astype(np.float32)


def noisereduce_stationary(noisy: Samples) -> Samples:
    """noisereduce for steady noise."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return noisereduce.reduce_noise(y=noisy, sr=RATE, stationary=True).astype(np.float32)


ENGINES: dict[str, Engine] = {
    "noisy input": lambda noisy: noisy,
    "afftdn default": afftdn,
    "afftdn tuned": afftdn_tuned,
    "noisereduce": noisereduce_default,
    "noisereduce stationary": noisereduce_stationary,
    "RNNoise raw": raw_rnnoise,
    "cutroom": cutroom,
}
