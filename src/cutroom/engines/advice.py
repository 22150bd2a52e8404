"""What the user should know about a cleaned sound, each as a code and a sentence."""

from __future__ import annotations

from dataclasses import dataclass

from cutroom.engines.denoiser import Findings
from cutroom.media import Loudness

_MUSIC = 0.5
_CLEAN_SNR = 26.0
_SHORT_SECONDS = 1.0


@dataclass(frozen=True)
class Advice:
    """A stable code for programs and a sentence for people."""

    code: str
    message: str


def advise(
    findings: Findings, loudness: Loudness, *, keep_music: bool, strength: float, skipped: str | None
) -> tuple[Advice, ...]:
    """Collect what deserves to be said.

    Args:
        findings: What the denoiser heard.
        loudness: The source's reading.
        keep_music: Whether the user asked to spare music.
        strength: What the user asked for.
        skipped: Why the loudness was left alone, where it was asked for.
    """
    found: list[Advice] = []
    if findings.snr is None:
        found.append(Advice("silence", "Nothing can be heard in this sound, so nothing was removed."))
    elif loudness.seconds < _SHORT_SECONDS:
        found.append(
            Advice(
                "very_short", "The sound is shorter than a second: noise and voice are hard to tell apart."
            )
        )
    if findings.music >= _MUSIC and not keep_music and strength > 0:
        message = "This sounds like music, which noise removal damages; switch on keepMusic to spare it."
        found.append(Advice("music", message))
    if findings.snr is not None and findings.snr >= _CLEAN_SNR:
        found.append(Advice("already_clean", "The sound is clean already; hardly anything was changed."))
    if skipped is not None:
        found.append(Advice("loudness_skipped", skipped))
    return (*found, *(Advice("engine", note) for note in findings.notes))


def describe_repairs(packets: int, silence: int, rate: int) -> tuple[Advice, ...]:
    """Say what had to be mended while decoding: packets that did not decode, samples of gaps filled."""
    found: list[Advice] = []
    if packets:
        message = f"{packets} damaged places could not be decoded; silence stands there."
        found.append(Advice("damaged", message))
    if silence >= rate // 100:
        message = (
            f"Gaps of {silence / rate:.2f} s in all were filled with silence to keep everything in time."
        )
        found.append(Advice("gaps", message))
    return tuple(found)
