"""Segments rendered by several at once: threads of this process, or processes."""

from __future__ import annotations

import multiprocessing
import signal
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import (
    FIRST_EXCEPTION,
    BrokenExecutor,
    Future,
    ProcessPoolExecutor,
    ThreadPoolExecutor,
    wait,
)
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, Self

from cutroom.base.errors import CutroomError, Failed
from cutroom.render.film.segments import (
    CACHE_BYTES,
    AnyScene,
    Progress,
    Segment,
    SegmentMade,
    SegmentRenderer,
)
from cutroom.render.film.timings import Timings
from cutroom.render.output import Output
from cutroom.render.pixels.picture_cache import PictureCache
from cutroom.render.pixels.shared_pictures import StillPictures

_LOOK_SECONDS = 0.1
_LEAST_CACHE_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True)
class Work:
    """A segment to render for some outputs."""

    segment: Segment
    outputs: tuple[Output, ...]
    targets: tuple[Path, ...]


class Stopped(CutroomError):
    """Another segment failed, or nobody wants the film any more."""

    code = "stopped"


class _Flag(Protocol):
    def is_set(self) -> bool: ...

    def set(self) -> None: ...


class _Bench:
    """What one worker works with; its scene is made at its first segment."""

    def __init__(
        self, make_scene: Callable[[], AnyScene], cache: PictureCache, stop: _Flag, count: Callable[[], None]
    ) -> None:
        self._make_scene = make_scene
        self._cache = cache
        self._stop = stop
        self._count = count
        self._scene: AnyScene | None = None
        self._renderer: SegmentRenderer | None = None

    def render(self, work: Work) -> SegmentMade:
        """Render a segment.

        Raises:
            Stopped: When it was told so.
        """
        spent = Timings()
        if self._renderer is None:
            start = time.thread_time()
            self._scene = self._make_scene()
            self._renderer = SegmentRenderer(self._scene, self._cache)
            spent = Timings(prepare=time.thread_time() - start)
        made = self._renderer.render(work.segment, work.outputs, work.targets, self._go_on)
        return SegmentMade(made.segment, made.sizes, spent + made.timings)

    def close(self) -> None:
        """Let go of the scene."""
        if self._scene is not None:
            self._scene.close()

    def _go_on(self, share: float) -> None:
        del share
        self._count()
        if self._stop.is_set():
            raise Stopped


def render_works(
    make_scene: Callable[[], AnyScene],
    works: Sequence[Work],
    *,
    workers: int,
    in_processes: bool = False,
    progress: Progress | None = None,
) -> tuple[SegmentMade, ...]:
    """Render segments, several at once; the files are the same whatever the number of workers.

    Args:
        make_scene: Makes what is filmed, once for each worker; for processes it can be pickled.
        works: What to render.
        workers: How many at once, 1 or more.
        in_processes: Whether each worker is a process of its own, else a thread of this one. Encoders and
            kernels let go of the interpreter's lock, so that threads are as quick, start at once and import
            nothing again; processes survive each other's crashes.
        progress: Called with 0..1, a few times a second; what it raises stops the work.

    Raises:
        CutroomError: The first error of a worker.
        Failed: With code `worker_lost` when a process died.
    """
    count = max(1, min(workers, len(works)))
    frames = sum(work.segment.stop - work.segment.start for work in works)
    crew = _Processes if in_processes else _Threads
    with crew(make_scene, count) as pool:
        futures = [pool.submit(work) for work in works]
        pending = set(futures)
        try:
            while pending:
                finished, pending = wait(pending, _LOOK_SECONDS, FIRST_EXCEPTION)
                for future in finished:
                    future.result()
                if progress:
                    progress(min(1.0, pool.counted() / max(1, frames)))
            return tuple(future.result() for future in futures)
        except BrokenExecutor as error:
            message = "A process that drew frames was killed; give the machine more memory or use fewer."
            raise Failed(message, code="worker_lost") from error


class _Threads:
    def __init__(self, make_scene: Callable[[], AnyScene], count: int) -> None:
        self._pool = ThreadPoolExecutor(count, "render")
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._counted = 0
        self._own = threading.local()
        self._benches: list[_Bench] = []
        stills = StillPictures(CACHE_BYTES)
        self._make = lambda: _Bench(make_scene, stills.cache(), self._stop, self._count)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._stop.set()
        self._pool.shutdown(cancel_futures=True)
        for bench in self._benches:
            bench.close()

    def submit(self, work: Work) -> Future[SegmentMade]:
        return self._pool.submit(self._render, work)

    def counted(self) -> int:
        return self._counted

    def _count(self) -> None:
        with self._lock:
            self._counted += 1

    def _render(self, work: Work) -> SegmentMade:
        if not hasattr(self._own, "bench"):
            self._own.bench = self._make()
            self._benches.append(self._own.bench)
        return self._own.bench.render(work)


class _Processes:
    def __init__(self, make_scene: Callable[[], AnyScene], count: int) -> None:
        context = multiprocessing.get_context("forkserver")
        cache_bytes = max(_LEAST_CACHE_BYTES, CACHE_BYTES // count)
        context.set_forkserver_preload([__name__])
        self._stop = context.Event()
        self._counter = context.Value("l", 0)
        self._pool = ProcessPoolExecutor(
            count, context, _settle, (make_scene, cache_bytes, self._stop, self._counter)
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._stop.set()
        self._pool.shutdown(cancel_futures=True)

    def submit(self, work: Work) -> Future[SegmentMade]:
        return self._pool.submit(_render_here, work)

    def counted(self) -> int:
        return self._counter.value


_HERE: list[_Bench] = []
"""The bench of this process, where it is a worker."""


def _settle(make_scene: Callable[[], AnyScene], cache_bytes: int, stop: _Flag, counter: Any) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent says when to stop

    def count() -> None:
        with counter.get_lock():
            counter.value += 1

    _HERE.append(_Bench(make_scene, PictureCache(cache_bytes), stop, count))


def _render_here(work: Work) -> SegmentMade:
    return _HERE[0].render(work)
