"""Spoken test sentences without a download: espeak-ng through its wheel's C library."""

from __future__ import annotations

import ctypes
from functools import cache
from itertools import pairwise
from typing import Any

import espeakng_loader
import numpy as np
import soxr
from numpy.typing import NDArray

RATE = 48000
_SYNCHRONOUS = 2  # espeak_AUDIO_OUTPUT, speak_lib.h
_UTF8 = 1  # espeakCHARS_UTF8
_RATE_PARAMETER = 1  # espeakRATE, words per minute
_PITCH_PARAMETER = 3  # espeakPITCH, 0 to 100

_CALLBACK = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.c_void_p)


@cache
def _library() -> tuple[ctypes.CDLL, int]:
    library = ctypes.CDLL(espeakng_loader.get_library_path())
    folder = espeakng_loader.get_data_path().encode()
    rate = library.espeak_Initialize(_SYNCHRONOUS, 0, folder, 0x8000)
    if rate <= 0:
        raise RuntimeError("espeak-ng could not be started.")
    return library, rate


def speak(
    text: str, voice: str = "en-us", words_per_minute: int = 165, pitch: int = 50
) -> NDArray[np.float32]:
    """Speak a text.

    Returns:
        `(n,)` float32 in [-1, 1] at 48 kHz. The synthesiser's own rate is 22,050 Hz, so there is
        no energy above 11 kHz.
    """
    library, rate = _library()
    blocks: list[NDArray[np.int16]] = []

    def collect(samples: Any, count: int, _events: int) -> int:
        if samples and count > 0:
            blocks.append(np.ctypeslib.as_array(samples, (count,)).copy())
        return 0

    callback = _CALLBACK(collect)
    library.espeak_SetSynthCallback(callback)
    if library.espeak_SetVoiceByName(voice.encode()) != 0:
        raise RuntimeError(f"espeak-ng has no voice {voice!r}.")
    library.espeak_SetParameter(_RATE_PARAMETER, words_per_minute, 0)
    library.espeak_SetParameter(_PITCH_PARAMETER, pitch, 0)
    spoken = text.encode()
    library.espeak_Synth(spoken, len(spoken) + 1, 0, 1, 0, _UTF8, None, None)
    library.espeak_Synchronize()
    samples = np.concatenate(blocks).astype(np.float32) / 32768
    return soxr.resample(samples, rate, RATE).astype(np.float32)


def join_with_pauses(parts: list[NDArray[np.float32]], pause: float = 0.4) -> NDArray[np.float32]:
    """Put sentences one after the other with `pause` seconds of silence between them."""
    silence = np.zeros(round(pause * RATE), np.float32)
    joined = [parts[0]]
    for _, part in pairwise(parts):
        joined += [silence, part]
    return np.concatenate(joined)
