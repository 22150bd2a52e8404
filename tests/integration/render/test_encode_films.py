"""Frames become segments and segments films: every frame in its place, sound in sync, tags, determinism."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from cutroom.base.errors import CutroomError, Failed
from cutroom.media import AudioWriter, read_audio
from cutroom.render.film.encode.frame_filling import fill_frame, new_frame
from cutroom.render.film.encode.joining import join_segments
from cutroom.render.film.encode.video_encoder import VideoEncoder, check_encoder
from cutroom.render.output import Coding, Output, format_of
from cutroom.render.pixels.picture import Picture
from cutroom.render.sources.media_reading import look_at_media

RATES = [Fraction(24000, 1001), Fraction(25), Fraction(30000, 1001), Fraction(30), Fraction(60)]
WIDTH, HEIGHT = 128, 64
BITS = 12


def counted(number: int) -> Picture:
    """Draw a frame whose number stands in it as 12 white and black squares."""
    pixels = np.zeros((HEIGHT, WIDTH, 4), np.uint8)
    pixels[..., 3] = 255
    pixels[..., 0] = 60 + number % 90
    for bit in range(BITS):
        top, left = (bit // 6) * 32, (bit % 6) * 20
        pixels[top : top + 20, left : left + 20, :3] = 255 * (number >> bit & 1)
    return Picture(pixels, is_opaque=True)


def read_count(luma: np.ndarray[tuple[int, ...], np.dtype[np.uint8]]) -> int:
    """Read the number that `counted` drew."""
    number = 0
    for bit in range(BITS):
        top, left = (bit // 6) * 32, (bit % 6) * 20
        number |= int(luma[top + 6 : top + 14, left + 6 : left + 14].mean() > 120) << bit
    return number


def coding_of(output: Output, rate: Fraction) -> Coding:
    return format_of(output).coding(output, rate)


def encode(folder: Path, output: Output, rate: Fraction, counts: Sequence[int]) -> list[Path]:
    """Encode segments of so many frames."""
    coding = coding_of(output, rate)
    parts: list[Path] = []
    number = 0
    for position, count in enumerate(counts):
        parts.append(folder / f"{position}.part")
        with VideoEncoder(parts[-1], coding, WIDTH, HEIGHT, rate) as encoder:
            for _ in range(count):
                frame = new_frame(WIDTH, HEIGHT, coding.pixel_format)
                fill_frame(frame, counted(number))
                encoder.encode(frame)
                number += 1
    return parts


def click(folder: Path, rate: Fraction, frames: int, at: int) -> Path:
    """Write silence as long as the frames, with a click where frame `at` begins."""
    samples = np.zeros((2, round(frames / rate * 48000)), np.float32)
    begin = round(at / rate * 48000)
    samples[:, begin : begin + 96] = 0.9
    path = folder / "sound.flac"
    with AudioWriter(path, rate=48000, layout="stereo") as writer:
        writer.write(samples)
    return path


@pytest.mark.parametrize("rate", RATES, ids=str)
@pytest.mark.parametrize("output", [Output(), Output(format="webm")], ids=lambda each: each.format)
def test_encode_counts_every_frame_across_joints(tmp_path: Path, rate: Fraction, output: Output) -> None:
    counts = [40, 40, 1]
    parts = encode(tmp_path, output, rate, counts)
    target = tmp_path / "film"
    coding = coding_of(output, rate)
    join_segments(parts, click(tmp_path, rate, 81, 50), target, coding, rate)
    with av.open(str(target)) as film:
        stream = film.streams.video[0]
        assert stream.average_rate == rate
        frames = list(film.decode(stream))
        times = [(frame.pts or 0) * (frame.time_base or 0) for frame in frames]
    assert [read_count(frame.to_ndarray(format="gray")) for frame in frames] == list(range(81))
    assert all(abs(time - Fraction(n) / rate) <= Fraction(1, 2000) for n, time in enumerate(times))


@pytest.mark.parametrize(
    "output",
    [Output(preset="ultrafast"), Output(), Output(codec="hevc"), Output(format="mov"), Output(format="webm")],
    ids=lambda each: f"{each.format}-{each.codec}-{each.preset}",
)
def test_encode_decoding_times_grow_and_lead(tmp_path: Path, output: Output) -> None:
    rate = Fraction(30000, 1001)
    parts = encode(tmp_path, output, rate, [30, 30, 2, 1])
    target = tmp_path / "film"
    join_segments(parts, None, target, coding_of(output, rate), rate)
    with av.open(str(target)) as film:
        packets = [packet for packet in film.demux(video=0) if packet.size]
        keys = [number for number, packet in enumerate(packets) if packet.is_keyframe]
        times = [(packet.pts or 0, packet.dts or 0) for packet in packets]
        frames = sum(1 for _ in av.open(str(target)).decode(video=0))
    assert all(later[1] > sooner[1] for sooner, later in itertools.pairwise(times))
    assert all(pts >= dts for pts, dts in times)
    assert {0, 30, 60, 62} <= set(keys)
    assert frames == 63


def test_encode_click_is_heard_at_its_frame(tmp_path: Path) -> None:
    for output in (Output(), Output(format="webm"), Output(format="mov")):
        rate = Fraction(30000, 1001)
        parts = encode(tmp_path, output, rate, [40, 41])
        target = tmp_path / f"film-{output.format}"
        join_segments(parts, click(tmp_path, rate, 81, 50), target, coding_of(output, rate), rate)
        samples = np.concatenate(list(read_audio(target, rate=48000)), axis=1)
        loud = int(np.argmax(np.abs(samples[0]) > 0.3))
        assert abs(loud - round(50 / rate * 48000)) < 48, output.format
        assert abs(samples.shape[1] - round(81 / rate * 48000)) <= 1024


def test_encode_mp4_is_tagged_and_starts_quickly(tmp_path: Path) -> None:
    rate = Fraction(25)
    for output, tag in ((Output(), "avc1"), (Output(codec="hevc"), "hvc1")):
        parts = encode(tmp_path, output, rate, [20, 5])
        target = tmp_path / "film.mp4"
        join_segments(parts, click(tmp_path, rate, 25, 3), target, coding_of(output, rate), rate)
        content = target.read_bytes()
        assert content.index(b"moov") < content.index(b"mdat")
        with av.open(str(target)) as film:
            context = film.streams.video[0].codec_context
            assert (context.color_primaries, context.color_trc, context.colorspace) == (1, 1, 1)
            assert context.color_range == 1
            assert context.pix_fmt == "yuv420p"
            assert context.codec_tag == tag
            assert film.streams.audio[0].codec_context.name == "aac"


def test_encode_same_frames_give_same_bytes(tmp_path: Path) -> None:
    for output in (Output(), Output(codec="hevc"), Output(format="webm"), Output(format="mov")):
        made: list[bytes] = []
        for run in ("one", "two"):
            folder = tmp_path / f"{run}-{output.format}-{output.codec}"
            folder.mkdir()
            parts = encode(folder, output, Fraction(25), [24, 7])
            target = folder / "film"
            coding = coding_of(output, Fraction(25))
            join_segments(parts, click(folder, Fraction(25), 31, 3), target, coding, Fraction(25))
            made.append(b"".join(path.read_bytes() for path in [*parts, target]))
        assert made[0] == made[1], output


@pytest.mark.parametrize("name", ["webm", "mov"])
def test_encode_alpha_round_trip(tmp_path: Path, name: str) -> None:
    output = Output(format=name, alpha=True)
    coding = coding_of(output, Fraction(25))
    pixels = np.zeros((HEIGHT, WIDTH, 4), np.uint8)
    pixels[:, 32:96] = (0, 0, 100, 128)  # half transparent red, premultiplied
    pixels[:, 96:] = (0, 180, 0, 255)
    parts = [tmp_path / "0", tmp_path / "1"]
    for part in parts:
        with VideoEncoder(part, coding, WIDTH, HEIGHT, Fraction(25)) as encoder:
            for _ in range(3):
                frame = new_frame(WIDTH, HEIGHT, coding.pixel_format)
                fill_frame(frame, Picture(pixels))
                encoder.encode(frame)
    target = tmp_path / "film"
    join_segments(parts, None, target, coding, Fraction(25))
    assert look_at_media(target, "video").has_alpha
    with av.open(str(target)) as film:
        stream = film.streams.video[0]
        decoder = av.CodecContext.create("libvpx-vp9" if name == "webm" else "prores", "r")
        decoder.extradata = stream.codec_context.extradata
        packets = [packet for packet in film.demux(stream) if packet.size]
        decoder.codec_tag = stream.codec_context.codec_tag
        frames = [frame for packet in [*packets, None] for frame in decoder.decode(packet)]
    assert len(frames) == 6
    straight = frames[4].to_ndarray(format="rgba")
    assert straight[32, 10, 3] <= 3
    assert abs(int(straight[32, 64, 3]) - 128) <= 3
    assert abs(int(straight[32, 64, 0]) - 199) <= 8
    assert straight[32, 110, 3] >= 252


def test_encode_refuses_foreign_segments(tmp_path: Path) -> None:
    ours = encode(tmp_path, Output(), Fraction(25), [5])
    (tmp_path / "other").mkdir()
    theirs = encode(tmp_path / "other", Output(preset="ultrafast"), Fraction(25), [5])
    target = tmp_path / "film"
    with pytest.raises(Failed) as caught:
        join_segments([*ours, *theirs], None, target, coding_of(Output(), Fraction(25)), Fraction(25))
    assert caught.value.code_word == "segments_differ"
    assert not target.exists()


def test_encode_names_hardware_that_is_not_there() -> None:
    with pytest.raises(CutroomError) as caught:
        check_encoder(coding_of(Output(encoder="vaapi"), Fraction(25)), 640, 480)
    assert caught.value.code_word == "no_hardware_encoder"
    assert "software" in caught.value.message


def test_encode_gives_old_processors_the_same_bytes(tmp_path: Path) -> None:
    newest = coding_of(Output(), Fraction(25))
    params = newest.options["x264-params"]
    if ",AVX2" not in params:
        pytest.skip("This processor has no AVX2 to compare with.")
    old = params.replace(",AVX,FMA3,BMI2,AVX2", "")
    oldest = replace(newest, options={**newest.options, "x264-params": old})
    random = np.random.default_rng(7)
    still = np.repeat(np.repeat(random.integers(0, 255, (27, 30, 4), np.uint8), 8, axis=0), 8, axis=1)
    parts: list[bytes] = []
    for coding in (newest, oldest):
        with VideoEncoder(tmp_path / "part", coding, 160, 144, Fraction(25)) as encoder:
            for number in range(30):
                frame = new_frame(160, 144, coding.pixel_format)
                moved = np.ascontiguousarray(still[number : number + 144, number * 2 : number * 2 + 160])
                fill_frame(frame, Picture(moved))
                encoder.encode(frame)
        parts.append((tmp_path / "part").read_bytes())
    assert old != params
    assert parts[0] == parts[1]
