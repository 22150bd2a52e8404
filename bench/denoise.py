"""How good is noise removal? PESQ-WB, STOI and SI-SDR per signal-to-noise ratio, against what people use.

    .venv/bin/python bench/denoise.py [--list tuning]

Needs the `bench` dependency group. Prints every mix of the list, then a table per measure; ends with 1 when
a target is missed. Real recordings are added where the shared folder is found (CUTROOM_SHARED, or `shared`
beside the repository).
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict

import numpy as np
import soxr
from pesq import PesqError, pesq
from pystoi import stoi

from engines import ENGINES
from mixes import RATE, SNRS, Mix, Samples, make_mixes, shared_folder

TARGET_GAIN = 0.45
"""PESQ above the noisy input, mean over 0 to 15 dB."""

_SCORE_RATE = 16_000
_NOISY = [snr for snr in SNRS if snr < 30]
Scores = dict[int, list[tuple[float, float, float]]]


def score(mix: Mix, cleaned: Samples) -> tuple[float, float, float]:
    """Return PESQ-WB (ITU-T P.862.2), STOI (Taal 2011) at 16 kHz, and SI-SDR in decibels at 48 kHz."""
    if cleaned.size != mix.clean.size:
        raise SystemExit(f"{mix.name}: {cleaned.size} samples came back for {mix.clean.size}.")
    reference = soxr.resample(mix.clean, RATE, _SCORE_RATE)
    degraded = soxr.resample(cleaned, RATE, _SCORE_RATE)
    quality = pesq(_SCORE_RATE, reference, degraded, "wb", on_error=PesqError.RETURN_VALUES)
    return max(1.0, float(quality)), float(stoi(reference, degraded, _SCORE_RATE)), si_sdr(mix.clean, cleaned)


def si_sdr(clean: Samples, cleaned: Samples) -> float:
    """Scale-invariant signal-to-distortion ratio in decibels (Le Roux 2019)."""
    target, estimate = clean.astype(np.float64), cleaned.astype(np.float64)
    target, estimate = target - target.mean(), estimate - estimate.mean()
    scaled = (target @ estimate) / (target @ target) * target
    return float(10 * np.log10((scaled @ scaled) / max((estimate - scaled) @ (estimate - scaled), 1e-20)))


def print_list(mixes: list[Mix]) -> None:
    by_name: dict[str, list[float]] = defaultdict(list)
    for mix in mixes:
        by_name[mix.name].append(mix.snr)
    print(f"{len(mixes)} mixes, {mixes[0].clean.size / RATE:.1f} s and less, speech at -26 dBFS:")
    for name, snrs in by_name.items():
        print(f"  {name:34s} at {', '.join(f'{snr:g}' for snr in snrs)} dB")
    if shared_folder() is None:
        print("  (no shared recordings found: synthetic voices only)")


def print_table(title: str, column: int, results: dict[str, Scores], digits: int) -> None:
    head = "".join(f"{snr:>8} dB" for snr in SNRS)
    print(f"\n{title}\n{'':24s}{head}{'0-15 dB':>11}")
    for name, scores in results.items():
        means = [mean(scores, snr, column) for snr in SNRS]
        overall = np.mean([mean(scores, snr, column) for snr in _NOISY])
        cells = "".join(f"{value:11.{digits}f}" for value in [*means, overall])
        print(f"{name:24s}{cells}")


def mean(scores: Scores, snr: int, column: int) -> float:
    return float(np.mean([entry[column] for entry in scores[snr]]))


def print_by_noise(mixes: list[Mix], results: dict[str, dict[str, list[float]]]) -> None:
    noises = sorted({mix.name.partition("+")[2] for mix in mixes})
    print("\nPESQ-WB by noise, mean of 0-15 dB")
    print(f"{'':24s}" + "".join(f"{noise:>9}" for noise in noises))
    for name, found in results.items():
        print(f"{name:24s}" + "".join(f"{np.mean(found[noise]):9.2f}" for noise in noises))


def judge(results: dict[str, Scores]) -> bool:
    noisy, ours = results["noisy input"], results["cutroom"]
    gains = {snr: mean(ours, snr, 0) - mean(noisy, snr, 0) for snr in SNRS}
    gain = float(np.mean([gains[snr] for snr in _NOISY]))
    print(f"\nPESQ above the noisy input, 0-15 dB: {gain:+.3f} (target +{TARGET_GAIN})")
    print(f"PESQ above the noisy input, 30 dB:   {gains[30]:+.3f} (target +0)")
    return gain >= TARGET_GAIN and gains[30] >= 0


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--list", choices=["report", "tuning"], default="report")
    mixes = make_mixes(parser.parse_args().list)
    print_list(mixes)
    results: dict[str, Scores] = {}
    by_noise: dict[str, dict[str, list[float]]] = {}
    for name, engine in ENGINES.items():
        results[name], by_noise[name] = defaultdict(list), defaultdict(list)
        for mix in mixes:
            entry = score(mix, engine(mix.noisy))
            results[name][int(mix.snr)].append(entry)
            if mix.snr in _NOISY:
                by_noise[name][mix.name.partition("+")[2]].append(entry[0])
    print_table("PESQ-WB", 0, results, 2)
    print_table("STOI", 1, results, 3)
    print_table("SI-SDR, dB", 2, results, 1)
    print_by_noise(mixes, by_noise)
    sys.exit(0 if judge(results) else 1)


if __name__ == "__main__":
    main()
