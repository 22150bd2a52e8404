"""What an output may say, and what follows from it before anything is encoded."""

from __future__ import annotations

import pickle
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from cutroom.base.errors import Refused
from cutroom.render.film.encode import processor
from cutroom.render.film.segments import Segment, kept
from cutroom.render.output import OUTPUTS, Coding, Output, format_of, size_of


def coding(output: Output, rate: Fraction = Fraction(30)) -> Coding:
    return format_of(output).coding(output, rate)


def test_outputs_are_found_by_their_files() -> None:
    assert OUTPUTS.names() == ["gif", "jpg", "mov", "mp3", "mp4", "png", "wav", "webm"]
    for name in OUTPUTS.names():
        assert OUTPUTS.load(name).name == name


def test_outputs_are_written_in_camel_case() -> None:
    written = {"format": "gif", "mostFrames": 12, "width": 320, "time": "00:00:01.5"}
    output = Output.model_validate(written)
    assert (output.most_frames, output.time) == (12, Fraction(3, 2))
    assert pickle.loads(pickle.dumps(output)) == output
    for wrong in (
        {"width": 15},
        {"crf": 64},
        {"quality": 0},
        {"time": -1},
        {"wide": 3},
        {"crf": float("nan")},
    ):
        with pytest.raises(ValidationError):
            Output.model_validate(wrong)


@pytest.mark.parametrize(
    ("wanted", "size"),
    [
        ({}, (1080, 1920)),
        ({"width": 540}, (540, 960)),
        ({"height": 960}, (540, 960)),
        ({"width": 100}, (100, 178)),
        ({"width": 300, "height": 300}, (300, 300)),
        ({"format": "png", "width": 101}, (101, 180)),
    ],
)
def test_outputs_keep_the_shape(wanted: dict[str, Any], size: tuple[int, int]) -> None:
    assert size_of(Output(**wanted), 1080, 1920) == size


def test_outputs_say_what_does_not_fit() -> None:
    for output, word in (
        (Output(format="flv"), "known"),
        (Output(format="jpg", alpha=True), "png"),
        (Output(format="webm", codec="h264"), "vp9"),
        (Output(format="webm", encoder="nvenc"), "software"),
        (Output(format="mov", encoder="nvenc"), "software"),
        (Output(codec="hevc", crf=52), "52"),
        (Output(crf=0), "1 to 51, not 0"),
        (Output(width=33), "odd"),
        (Output(width=7680, height=7680), "8,294,400"),
    ):
        with pytest.raises(Refused) as caught:
            _ = size_of(output, 64, 64), coding(output)
        assert word in caught.value.message


def test_outputs_pin_what_machines_differ_in(monkeypatch: pytest.MonkeyPatch) -> None:
    h264, hevc = coding(Output()), coding(Output(codec="hevc"))
    assert "threads=1:lookahead-threads=1" in h264.options["x264-params"]
    assert "avx512" not in h264.options["x264-params"].lower()
    assert "frame-threads=1" in hevc.options["x265-params"]
    assert (h264.delay, hevc.delay, coding(Output(preset="ultrafast")).delay) == (2, 2, 0)
    assert coding(Output(encoder="nvenc")).encoder == "h264_nvenc"
    assert coding(Output(encoder="nvenc")).delay == 0
    monkeypatch.setattr(processor.platform, "machine", lambda: "aarch64")
    processor.x264_instructions.cache_clear()
    try:
        assert processor.x264_instructions() == []
    finally:
        processor.x264_instructions.cache_clear()


def test_outputs_ask_old_processors_for_nothing_new(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    del tmp_path
    monkeypatch.setattr(processor.platform, "machine", lambda: "x86_64")
    for flags, newest in (({"sse4_2"}, "SSE4.2"), ({"avx", "avx2", "fma", "bmi1", "bmi2"}, "AVX2")):
        monkeypatch.setattr(processor, "_flags", lambda flags=flags: flags)
        processor.x264_instructions.cache_clear()
        assert processor.x264_instructions()[0].endswith(newest)
    processor.x264_instructions.cache_clear()


def test_outputs_of_few_frames_take_one_of_so_many() -> None:
    assert coding(Output(format="gif"), Fraction(30)).every == 2
    assert coding(Output(format="gif"), Fraction(25)).every == 1
    assert coding(Output(format="gif", most_frames=10), Fraction(30000, 1001)).every == 3
    assert list(kept(Segment(1, 121, 126), 2)) == [1, 3]
