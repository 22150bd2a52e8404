"""How likely somebody speaks, every 32 ms: the Silero network, fed block by block in flat memory.

The network is the file that faster-whisper's wheel carries (Silero VAD 6, MIT). Its frames are 512 samples at
16 kHz, each seen with the 64 samples before it; its two states go from frame to frame. It costs one second of
CPU time for some 1,000 seconds of sound.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cutroom.base.errors import Unsupported
from cutroom.engines.lift import Lift

RATE = 16_000
"""Samples per second that the network and every recogniser here take."""

FRAME = 512
"""Samples per probability: 32 ms."""

_CONTEXT = 64
_STATE = (1, 1, 128)

Samples = NDArray[np.float32]


@dataclass(frozen=True)
class Activity:
    """What was found in each frame of 512 samples; the last frame may reach behind the end.

    Attributes:
        probability: That somebody speaks, `(frames,)`, 0 to 1.
        power: Mean square of the samples as they came, `(frames,)`.
        samples: How many samples were heard.
    """

    probability: NDArray[np.float32]
    power: NDArray[np.float32]
    samples: int


class SpeechDetector:
    """Hears 16 kHz sound in blocks of any size and says at the end where somebody speaks."""

    def __init__(self) -> None:
        """Begin with nothing heard.

        Raises:
            Unsupported: With code `missing_library`.
        """
        self._session = _open_network()
        self._lift = Lift()
        self._states = (np.zeros(_STATE, np.float32), np.zeros(_STATE, np.float32))
        self._context: Samples = np.zeros(_CONTEXT, np.float32)
        self._waiting: Samples = np.zeros(0, np.float32)
        self._probabilities: list[NDArray[np.float32]] = []
        self._powers: list[NDArray[np.float32]] = []
        self._samples = 0

    def write(self, samples: Samples) -> None:
        """Hear `(n,)` samples without NaN; any n."""
        self._samples += samples.size
        gathered = np.concatenate([self._waiting, samples])
        count = gathered.size // FRAME * FRAME
        self._waiting = gathered[count:]
        if count:
            self._hear(gathered[:count])

    def finish(self) -> Activity:
        """Return what was found. The detector cannot be used afterwards."""
        if self._waiting.size:
            self._hear(np.pad(self._waiting, (0, FRAME - self._waiting.size)))
            self._waiting = self._waiting[:0]
        empty = np.zeros(0, np.float32)
        return Activity(
            np.concatenate([empty, *self._probabilities]),
            np.concatenate([empty, *self._powers]),
            self._samples,
        )

    def _hear(self, samples: Samples) -> None:
        frames = samples.reshape(-1, FRAME)
        self._powers.append(np.einsum("fn,fn->f", frames, frames) / np.float32(FRAME))
        lifted = self._lift.apply(samples)
        joined = np.concatenate([self._context, lifted])
        # Row k: the 64 samples before frame k, then the frame.
        rows = np.lib.stride_tricks.sliding_window_view(joined, _CONTEXT + FRAME)[::FRAME]
        self._context = lifted[-_CONTEXT:]
        inputs = {"input": np.ascontiguousarray(rows), "h": self._states[0], "c": self._states[1]}
        probability, *states = self._session.run(None, inputs)
        self._states = (states[0], states[1])
        self._probabilities.append(np.asarray(probability, np.float32).reshape(-1))


@cache
def _find_network() -> Path:
    spec = find_spec("faster_whisper")
    folders = list(spec.submodule_search_locations or ()) if spec else []
    found = [path for folder in folders for path in sorted(Path(folder, "assets").glob("silero_vad*.onnx"))]
    if not found:
        message = "The network that finds speech is missing; install it with `pip install faster-whisper`."
        raise Unsupported(message, code="missing_library")
    return found[-1]


def _open_network() -> Any:
    # Importing it starts threads, which a process that forks children must not have.
    onnxruntime: Any = importlib.import_module("onnxruntime")  # it has no types
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    options.log_severity_level = 4
    return onnxruntime.InferenceSession(
        str(_find_network()), sess_options=options, providers=["CPUExecutionProvider"]
    )
