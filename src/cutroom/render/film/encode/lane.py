"""The way of one output: pictures are converted here, and encoded by a thread of its own."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

from av import VideoFrame

from cutroom.media.closing import Closing
from cutroom.render.film.encode.frame_filling import fill_frame, new_frame
from cutroom.render.film.encode.video_encoder import VideoEncoder
from cutroom.render.output import Coding
from cutroom.render.pixels.picture import Picture

_WAITING = 4
"""Frames between drawing and encoding; more would only cost memory, because each takes its steady time."""
_Job = VideoFrame | None
_AGAIN: _Job = None


class Lane(Closing):
    """Takes the pictures of a segment in their order. Close it, or use it as a context.

    Encoding runs beside drawing, because encoders let go of the interpreter's lock. The bytes are those of
    encoding one after the other.

    Attributes:
        path: The file that is written.
        convert_seconds: CPU time spent on conversion.
        encode_seconds: CPU time spent by the encoder in its own thread.
    """

    def __init__(self, path: Path, coding: Coding, size: tuple[int, int], rate: Fraction) -> None:
        """Begin a file; see `VideoEncoder`."""
        self.path = path
        self.convert_seconds = 0.0
        self.encode_seconds = 0.0
        self._coding = coding
        self._size = size
        self._encoder = VideoEncoder(path, coding, *size, rate)
        self._jobs: queue.Queue[tuple[bool, _Job]] = queue.Queue(_WAITING)
        self._free: queue.SimpleQueue[VideoFrame] = queue.SimpleQueue()
        self._error: BaseException | None = None
        self._is_dropped = False
        self._thread = threading.Thread(target=self._run, name=f"encode {path.name}", daemon=True)
        self._thread.start()

    def show(self, picture: Picture) -> None:
        """Encode a picture of the output's size; it may be changed afterwards."""
        start = time.thread_time()
        try:
            frame = self._free.get_nowait()
            frame.make_writable()
        except queue.Empty:
            frame = new_frame(*self._size, self._coding.pixel_format)
        fill_frame(frame, picture)
        self.convert_seconds += time.thread_time() - start
        self._put(frame)

    def repeat(self) -> None:
        """Encode the last picture once more."""
        self._put(_AGAIN)

    def close(self) -> None:
        """Wait for the encoder and finish the file.

        Raises:
            CutroomError: As `VideoEncoder`.
        """
        self._end()
        if self._error is not None:
            self._encoder.discard()
            raise self._error

    def discard(self) -> None:
        """Stop and remove what was written."""
        self._is_dropped = True
        self._end()
        self._encoder.discard()

    def _put(self, frame: _Job) -> None:
        if self._error is not None:
            raise self._error
        self._jobs.put((False, frame))

    def _end(self) -> None:
        if self._thread.is_alive():
            self._jobs.put((True, None))
            self._thread.join()

    def _run(self) -> None:
        last: _Job = None
        while True:
            is_over, frame = self._jobs.get()
            if is_over:
                break
            if frame is not None:
                if last is not None:
                    self._free.put(last)
                last = frame
            if last is not None:
                self._work(lambda frame=last: self._encoder.encode(frame))
        self._work(self._encoder.close)

    def _work(self, step: Callable[[], None]) -> None:
        if self._is_dropped or self._error is not None:
            return
        start = time.thread_time()
        try:
            step()
        except BaseException as error:  # noqa: BLE001 - raised again where the pictures come from
            self._error = error
        self.encode_seconds += time.thread_time() - start
