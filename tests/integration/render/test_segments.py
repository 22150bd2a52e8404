"""Segments: the cut, their keys, the same bytes whoever renders them, several outputs of one drawing."""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial
from pathlib import Path

import av
import numpy as np
import pytest

from cutroom.base.errors import Failed, Refused
from cutroom.render.document.values import Color
from cutroom.render.film.joining import JoinOrder, join, render_still
from cutroom.render.film.segments import (
    Segment,
    SegmentOrder,
    SegmentRenderer,
    cut,
    render_segment,
    segment_key,
    segment_keys,
)
from cutroom.render.film.workers import Work, render_works
from cutroom.render.output import Output
from cutroom.render.pixels.picture import Picture
from cutroom.render.pixels.sprite import Matrix, Source, Sprite

WIDTH, HEIGHT, BITS = 128, 64, 12
BLACK = Color(0, 0, 0)


def draw_count(number: int) -> Picture:
    pixels = np.zeros((HEIGHT, WIDTH, 4), np.uint8)
    pixels[..., 3] = 255
    for bit in range(BITS):
        top, left = (bit // 6) * 32, (bit % 6) * 20
        pixels[top : top + 20, left : left + 20, :3] = 255 * (number >> bit & 1)
    return Picture(pixels, is_opaque=True)


def draw_dot(color: int) -> Picture:
    return Picture(np.full((6, 6, 4), (0, 0, color, 255), np.uint8), is_opaque=True)


def read_count(luma: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> int:
    number = 0
    for bit in range(BITS):
        top, left = (bit // 6) * 32, (bit % 6) * 20
        number |= int(luma[top + 6 : top + 14, left + 6 : left + 14].mean() > 120) << bit
    return number


@dataclass
class Counter:
    """A scene whose frames show their number, and a dot that moves by thirds of a pixel."""

    frame_count: int
    rate: Fraction = Fraction(25)
    step: int = 1
    """So many frames show the same."""
    broken: int = -1
    width: int = WIDTH
    height: int = HEIGHT
    background: Color = BLACK
    shown: list[int] = field(default_factory=list[int])

    def frame(self, number: int) -> tuple[Sprite, ...]:
        count = number // self.step * self.step
        if number == self.broken:
            raise Refused("The frame cannot be drawn.", code="broken_frame")
        self.shown.append(count)
        return (
            Sprite(Source(f"count {count}", WIDTH, HEIGHT, partial(draw_count, count), is_still=False)),
            Sprite(Source("dot", 6, 6, partial(draw_dot, 200)), Matrix(e=60 + count / 3, f=22.0)),
        )

    def close(self) -> None:
        """Nothing is open."""


def work(folder: Path, scene: Counter, *outputs: Output) -> list[Work]:
    folder.mkdir(parents=True, exist_ok=True)
    return [
        Work(segment, outputs, tuple(folder / f"{segment.number}-{n}" for n in range(len(outputs))))
        for segment in cut(scene.frame_count)
    ]


def film(folder: Path, scene: Counter, output: Output, workers: int = 1, *, processes: bool = False) -> Path:
    works = work(folder, scene, output)
    make = partial(Counter, scene.frame_count, scene.rate, scene.step)
    render_works(make, works, workers=workers, in_processes=processes)
    target = folder / "film"
    join(JoinOrder(output, scene.rate, tuple(each.targets[0] for each in works), None, target))
    return target


def test_segments_cut_is_fixed() -> None:
    assert cut(0) == ()
    assert cut(90) == (Segment(0, 0, 90),)
    assert [(s.start, s.stop) for s in cut(300)] == [(0, 120), (120, 240), (240, 300)]


@pytest.mark.parametrize(
    "rate", [Fraction(24000, 1001), Fraction(25), Fraction(30000, 1001), Fraction(30), Fraction(60)], ids=str
)
def test_segments_show_every_frame_once(tmp_path: Path, rate: Fraction) -> None:
    made = film(tmp_path, Counter(241, rate), Output(), workers=2)
    with av.open(str(made)) as opened:
        frames = list(opened.decode(video=0))
    assert [read_count(frame.to_ndarray(format="gray")) for frame in frames] == list(range(241))
    assert [(frame.pts or 0) * (frame.time_base or 0) * rate for frame in frames] == list(range(241))


def test_segments_are_equal_whoever_renders_them(tmp_path: Path) -> None:
    scene = Counter(250)
    alone = film(tmp_path / "alone", scene, Output()).read_bytes()
    assert film(tmp_path / "again", scene, Output()).read_bytes() == alone
    assert film(tmp_path / "threads", scene, Output(), workers=3).read_bytes() == alone
    assert film(tmp_path / "processes", scene, Output(), workers=2, processes=True).read_bytes() == alone


def test_segments_of_several_outputs_share_one_drawing(tmp_path: Path) -> None:
    scene = Counter(60, step=3)
    outputs = (Output(), Output(format="webm", width=64), Output(format="gif", most_frames=13))
    targets = tuple(tmp_path / str(number) for number in range(3))
    made = SegmentRenderer(scene).render(cut(60)[0], outputs, targets)
    assert scene.shown == [number // 3 * 3 for number in range(60)]
    assert (made.timings.drawn, made.timings.repeated) == (20, 40)
    assert made.sizes == tuple(target.stat().st_size for target in targets)
    assert made.timings.encode > 0
    for output, target in zip(outputs, targets, strict=True):
        alone = tmp_path / "alone"
        SegmentRenderer(Counter(60, step=3)).render(cut(60)[0], (output,), (alone,))
        assert alone.read_bytes() == target.read_bytes(), output.format
    with av.open(str(targets[1])) as opened:
        assert (opened.streams.video[0].width, opened.streams.video[0].height) == (64, 32)


def test_segments_keep_repeated_frames_in_place(tmp_path: Path) -> None:
    made = film(tmp_path, Counter(130, step=7), Output())
    with av.open(str(made)) as opened:
        counts = [read_count(frame.to_ndarray(format="gray")) for frame in opened.decode(video=0)]
    assert counts == [number // 7 * 7 for number in range(130)]


def test_segments_have_keys_of_what_they_show() -> None:
    scene, output = Counter(240), Output()
    first, second = cut(240)
    assert segment_key(scene, output, first) == segment_key(Counter(240), output, first)
    assert segment_key(scene, output, first) == segment_key(Counter(120), output, first)
    others = {
        segment_key(scene, output, second),
        segment_key(Counter(240, step=2), output, first),
        segment_key(Counter(240, Fraction(24)), output, first),
        segment_key(Counter(240, background=Color(1, 0, 0)), output, first),
        segment_key(scene, Output(crf=19), first),
        segment_key(scene, Output(width=64), first),
        segment_key(scene, Output(format="webm"), first),
    }
    assert len(others) == 7
    assert segment_key(scene, output, first) not in others
    assert segment_keys(scene, (output, Output(mute=True)), first) == (segment_key(scene, output, first),) * 2


def test_segments_of_an_animation_keep_one_of_so_many(tmp_path: Path) -> None:
    scene = Counter(250, Fraction(25))
    made = film(tmp_path, scene, Output(format="gif", most_frames=6))
    with av.open(str(made)) as opened:
        frames = list(opened.decode(video=0))
        counts = [read_count(frame.to_ndarray(format="gray")) for frame in frames]
    assert counts == list(range(0, 250, 5))
    assert [frame.pts for frame in frames] == list(range(0, 1000, 20))


def test_segments_of_long_animations_have_equal_bytes(tmp_path: Path) -> None:
    output = Output(format="gif", width=64)
    one = film(tmp_path / "one", Counter(130), output).read_bytes()
    assert film(tmp_path / "two", Counter(130), output, workers=2).read_bytes() == one


@pytest.mark.parametrize("processes", [False, True])
def test_segments_stop_at_the_first_error(tmp_path: Path, *, processes: bool) -> None:
    works = work(tmp_path, Counter(1200), Output())
    make = partial(Counter, 1200, broken=130)
    with pytest.raises(Refused) as caught:
        render_works(make, works, workers=2, in_processes=processes)
    assert caught.value.code_word == "broken_frame"
    assert not works[1].targets[0].exists()
    assert not works[-1].targets[0].exists()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith(("encode", "render"))]


def test_segments_stop_when_nobody_wants_them(tmp_path: Path) -> None:
    class Unwanted(Exception):
        pass

    def refuse(share: float) -> None:
        if share > 0.2:
            raise Unwanted

    order = SegmentOrder(partial(Counter, 120), cut(120)[0], (Output(),), (tmp_path / "part",))
    with pytest.raises(Unwanted):
        render_segment(order, refuse)
    assert not list(tmp_path.iterdir())
    render_segment(order)
    assert (tmp_path / "part").exists()


def test_segments_that_do_not_belong_together_are_refused(tmp_path: Path) -> None:
    one = work(tmp_path / "one", Counter(10), Output())[0]
    two = work(tmp_path / "two", Counter(10), Output(width=64))[0]
    for each in (one, two):
        SegmentRenderer(Counter(10)).render(each.segment, each.outputs, each.targets)
    with pytest.raises(Failed):
        join(JoinOrder(Output(), Fraction(25), (one.targets[0], two.targets[0]), None, tmp_path / "film"))


@pytest.mark.parametrize("name", ["png", "jpg"])
def test_segments_stills_show_the_frame_at_their_time(tmp_path: Path, name: str) -> None:
    target = tmp_path / f"still.{name}"
    output = Output(format=name, time=Fraction("1.99"))
    made = render_still(partial(Counter, 100), output, target)
    assert made.mime_type == {"png": "image/png", "jpg": "image/jpeg"}[name]
    with av.open(str(target)) as opened:
        picture = next(opened.decode(video=0)).to_ndarray(format="gray")
    assert read_count(picture) == 49
    render_still(partial(Counter, 100), output.model_copy(update={"time": Fraction(99)}), target)
    with av.open(str(target)) as opened:
        assert read_count(next(opened.decode(video=0)).to_ndarray(format="gray")) == 99


def test_segments_still_keeps_what_is_transparent(tmp_path: Path) -> None:
    class Glass(Counter):
        def frame(self, number: int) -> tuple[Sprite, ...]:
            return super().frame(number)[1:]

    target = tmp_path / "still.png"
    for alpha, seen in ((True, 0), (False, 255)):
        scene = partial(Glass, 10, background=Color(9, 9, 9, 0))
        render_still(scene, Output(format="png", alpha=alpha), target)
        with av.open(str(target)) as opened:
            pixels = next(opened.decode(video=0)).to_ndarray(format="rgba")
        assert pixels[0, 0, 3] == seen
        assert tuple(pixels[25, 63]) == (200, 0, 0, 255)


def test_segments_that_are_damaged_are_said_so(tmp_path: Path) -> None:
    for output in (Output(), Output(format="gif")):
        one = work(tmp_path, Counter(10), output)[0]
        SegmentRenderer(Counter(10)).render(one.segment, one.outputs, one.targets)
        whole = one.targets[0].read_bytes()
        for content in (whole[:20], b"", None):
            one.targets[0].unlink()
            if content is not None:
                one.targets[0].write_bytes(content)
            with pytest.raises(Failed) as caught:
                join(JoinOrder(output, Fraction(25), one.targets, None, tmp_path / "film"))
            assert caught.value.code_word == "broken_segment"
            assert not (tmp_path / "film").exists()
            one.targets[0].write_bytes(whole)


class Deadly(Counter):
    """A scene that kills whoever draws its last frames."""

    def frame(self, number: int) -> tuple[Sprite, ...]:
        """End the process, or return the frame."""
        if number > 130:
            os._exit(9)
        return super().frame(number)


def test_segments_name_a_process_that_died(tmp_path: Path) -> None:
    with pytest.raises(Failed) as caught:
        render_works(
            partial(Deadly, 240), work(tmp_path, Counter(240), Output()), workers=2, in_processes=True
        )
    assert caught.value.code_word == "worker_lost"
