"""Makers of sample media for tests: speech-like sound, clicks, noise, small videos, broken files."""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from sample_sounds import RATE, Samples, clicks, lag, noise, silence, speech, tone

__all__ = ["RATE", "Samples", "clicks", "lag", "noise", "silence", "speech", "tone"]


# --- recordings of the shared folder


def shared_folder() -> Path:
    """Return the folder of real recordings, or skip the test where there is none."""
    beside = Path(__file__).resolve().parents[2] / "shared"
    folder = Path(os.environ.get("CUTROOM_SHARED", beside))
    if not (folder / "data").is_dir():
        pytest.skip("needs the shared recordings (set CUTROOM_SHARED)")
    return folder / "data"


# --- files


def write_audio(
    path: Path,
    sound: Samples,
    *,
    codec: str = "pcm_s16le",
    container: str | None = None,
    rate: int = RATE,
    layout: str | None = None,
    start: Fraction = Fraction(0),
) -> Path:
    """Write sound by PyAV alone, so that readers are tested against something that is not ours."""
    with av.open(str(path), "w", format=container) as output:
        track = _Track(output, sound, codec, rate, layout, start)
        output.start_encoding()
        for _, packets in track.packets():
            output.mux(packets)
    return path


@dataclass
class _Track:
    output: av.container.OutputContainer
    sound: Samples
    codec: str
    rate: int
    layout: str | None
    start: Fraction = Fraction(0)

    def __post_init__(self) -> None:
        names = {1: "mono", 2: "stereo", 6: "5.1", 8: "7.1"}
        self.layout = self.layout or names[self.sound.shape[0]]
        self.stream = self.output.add_stream(self.codec, rate=self.rate, layout=self.layout)

    def packets(self):
        """Yield (seconds, packets)."""
        context = self.stream.codec_context
        size = context.frame_size or 1024
        offset = round(self.start * self.rate)
        for place in range(0, self.sound.shape[1], size):
            block = np.ascontiguousarray(self.sound[:, place : place + size])
            frame = self._frame(block, context.format.name)
            frame.sample_rate = self.rate
            frame.pts = place + offset
            frame.time_base = Fraction(1, self.rate)
            yield (place + offset) / self.rate, self.stream.encode(frame)
        yield 1e9, self.stream.encode(None)

    def _frame(self, block: Samples, name: str) -> av.AudioFrame:
        scaled = {
            "flt": lambda: block,
            "s16": lambda: np.clip(np.rint(block * 32768), -32768, 32767).astype(np.int16),
            "s32": lambda: np.clip(np.rint(block.astype(np.float64) * 2**31), -(2**31), 2**31 - 1).astype(
                np.int32
            ),
            "dbl": lambda: block.astype(np.float64),
            "u8": lambda: np.clip(np.rint(block * 128 + 128), 0, 255).astype(np.uint8),
        }[name.removesuffix("p")]()
        if name.endswith("p") and block.shape[0] < 8:
            return av.AudioFrame.from_ndarray(np.ascontiguousarray(scaled), format=name, layout=self.layout)
        packed = np.ascontiguousarray(scaled.T.reshape(1, -1))
        frame = av.AudioFrame.from_ndarray(packed, format=name.removesuffix("p"), layout=self.layout)
        if not name.endswith("p"):
            return frame
        frame.sample_rate = self.rate
        return av.AudioResampler(format=name).resample(frame)[0]


def picture(index: int, width: int = 64, height: int = 48) -> NDArray[np.uint8]:
    """Make a picture `(height, width, 3)` RGB with a bar that moves with `index`."""
    y, x = np.mgrid[0:height, 0:width]
    base = np.stack([x * 255 // width, y * 255 // height, np.full_like(x, 96)], axis=-1).astype(np.uint8)
    base[:, (index * 3) % width : (index * 3) % width + 4] = 255
    return base


def write_video(  # noqa: PLR0913 - every knob of a test file
    path: Path,
    *sounds: Samples,
    container: str | None = None,
    video_codec: str = "libx264",
    audio_codec: str = "aac",
    seconds: float = 1.0,
    fps: int = 25,
    size: tuple[int, int] = (64, 48),
    rate: int = RATE,
    video_start: Fraction = Fraction(0),
    audio_start: Fraction = Fraction(0),
    b_frames: int = 2,
    metadata: dict[str, str] | None = None,
    chapters: Sequence[tuple[float, float, str]] = (),
    attachment: tuple[str, str, bytes] | None = None,
    languages: Sequence[str] = (),
    options: dict[str, str] | None = None,
) -> Path:
    """Write a small video with any number of audio tracks."""
    with av.open(str(path), "w", format=container, container_options=options or {}) as output:
        output.metadata.update(metadata or {})
        video = output.add_stream(video_codec, rate=fps, width=size[0], height=size[1], pix_fmt="yuv420p")
        video.time_base = video.codec_context.time_base = Fraction(1, 12800)
        video.codec_context.thread_count = 1
        if video_codec == "libx264":
            speed = {"preset": "ultrafast", "threads": "1", "b-pyramid": "none"}
            video.codec_context.options = {"bf": str(b_frames), "g": "12", **speed}
        tracks = [_Track(output, sound, audio_codec, rate, None, audio_start) for sound in sounds]
        for number, track in enumerate(tracks):
            if number < len(languages):
                track.stream.metadata["language"] = languages[number]
        if attachment:
            output.add_attachment(*attachment)
        output.set_chapters([_chapter(number, *chapter) for number, chapter in enumerate(chapters)])
        output.start_encoding()
        for _, packets in sorted_packets(
            _pictures(video, seconds, fps, size, video_start), *(t.packets() for t in tracks)
        ):
            output.mux(packets)
    return path


def _chapter(number: int, start: float, end: float, title: str) -> dict[str, object]:
    place = {"start": round(start * 1000), "end": round(end * 1000), "time_base": Fraction(1, 1000)}
    return {"id": number, **place, "metadata": {"title": title}}


def _pictures(video, seconds: float, fps: int, size: tuple[int, int], start: Fraction):
    for index in range(round(seconds * fps)):
        frame = av.VideoFrame.from_ndarray(picture(index, *size), format="rgb24")
        frame.pts = round((Fraction(index, fps) + start) * 12800)
        frame.time_base = Fraction(1, 12800)
        yield float(Fraction(index, fps) + start), video.encode(frame)
    yield 1e9, video.encode(None)


def sorted_packets(*sources):
    """Merge iterators of (seconds, packets) by time."""
    waiting = [[next(source), source] for source in sources]
    while waiting:
        entry = min(waiting, key=lambda item: item[0][0])
        yield entry[0]
        following = next(entry[1], None)
        if following is None:
            waiting.remove(entry)
        else:
            entry[0] = following


def rotate_mp4(path: Path, degrees: int) -> Path:
    """Write a rotation into the picture's track header of an MP4 (ISO 14496-12, 8.3.2), in place."""
    matrix = {
        90: (0, 1, -1, 0),
        180: (-1, 0, 0, -1),
        270: (0, -1, 1, 0),
    }[degrees]
    content = bytearray(path.read_bytes())
    place = content.index(b"tkhd")
    version = content[place + 4]
    start = place + 4 + 4 + (32 if version else 20) + 16
    a, b, c, d = (value * 65536 for value in matrix)
    content[start : start + 36] = struct.pack(">9i", a, b, 0, c, d, 0, 0, 0, 1 << 30)
    path.write_bytes(bytes(content))
    return path


def write_image(path: Path, size: tuple[int, int] = (64, 48), codec: str = "png") -> Path:
    """Write one picture as PNG, MJPEG (JPEG), BMP, ..."""
    context = av.CodecContext.create(codec, "w")
    context.width, context.height = size
    context.pix_fmt = {"png": "rgb24", "mjpeg": "yuvj420p", "bmp": "bgr24", "libwebp": "yuv420p"}[codec]
    context.time_base = Fraction(1, 25)
    frame = av.VideoFrame.from_ndarray(picture(5, *size), format="rgb24").reformat(format=context.pix_fmt)
    frame.pts = 0
    path.write_bytes(b"".join(bytes(p) for p in [*context.encode(frame), *context.encode(None)]))
    return path


# --- broken files


def png_bomb(path: Path, width: int = 60000, height: int = 60000) -> Path:
    """Write a PNG of one colour: a few KB that decode to gigabytes."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes(min(20_000_000, (width // 8 + 1) * height)), 9)
    content = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
    path.write_bytes(content)
    return path


def many_streams(path: Path, count: int = 200) -> Path:
    """Write a Matroska file with many audio tracks."""
    with av.open(str(path), "w", format="matroska") as output:
        streams = [output.add_stream("pcm_s16le", rate=8000, layout="mono") for _ in range(count)]
        output.start_encoding()
        for stream in streams:
            frame = av.AudioFrame.from_ndarray(np.zeros((1, 80), np.int16), format="s16", layout="mono")
            frame.sample_rate = 8000
            frame.pts = 0
            output.mux(stream.encode(frame))
    return path


def zero_duration(path: Path) -> Path:
    """Write a WAV with a header and no samples."""
    header = struct.pack(
        "<4sI4s4sIHHIIHH4sI", b"RIFF", 36, b"WAVE", b"fmt ", 16, 1, 1, 8000, 16000, 2, 16, b"data", 0
    )
    path.write_bytes(header)
    return path


def broken_files(folder: Path) -> dict[str, tuple[Path, str]]:
    """Write every kind of broken file; returns name -> (path, the code it is refused with)."""
    whole = write_video(folder / "whole.mp4", tone(1.0), options={"movflags": "+faststart"})
    late = write_video(folder / "late.mp4", tone(1.0))
    content = whole.read_bytes()
    tail = late.read_bytes()
    made = {
        "empty.mp4": (b"", "empty_file"),
        "text.mp4": (b"This is no video, whatever its name says.\n" * 40, "not_media"),
        "random.mp4": (np.random.default_rng(1).bytes(40_000), "not_media"),
        "zeros.mp4": (bytes(40_000), "not_media"),
        "cut.mp4": (content[: len(content) * 2 // 3], "truncated_media"),
        "no-index.mp4": (tail[: tail.index(b"moov") - 8], "truncated_media"),
        "playlist.mp4": (b"#EXTM3U\n#EXTINF:10,\nhttp://127.0.0.1:9/secret.ts\n", "playlist"),
    }
    files = {}
    for name, (body, code) in made.items():
        (folder / name).write_bytes(body)
        files[name] = (folder / name, code)
    files["bomb.png"] = (png_bomb(folder / "bomb.png"), "too_large_picture")
    files["streams.mkv"] = (many_streams(folder / "streams.mkv"), "too_many_streams")
    files["zero.wav"] = (zero_duration(folder / "zero.wav"), "zero_duration")
    return files


def add_subtitles(source: Path, target: Path, lines: Sequence[str]) -> Path:
    """Copy a file and add a SubRip track with half a second per line."""
    with av.open(str(source)) as before, av.open(str(target), "w", format="matroska") as after:
        copies = {s.index: after.add_stream_from_template(s, opaque=True) for s in before.streams}
        track = after.add_mux_stream("subrip")
        packets = [p for p in before.demux() if p.size]
        for number, line in enumerate(lines):
            packet = av.Packet(line.encode())
            packet.time_base = Fraction(1, 1000)
            packet.pts = packet.dts = 500 * number
            packet.duration = 400
            packet.stream = track
            packets.append(packet)
        packets.sort(key=lambda p: (p.pts if p.dts is None else p.dts) * p.time_base)
        for packet in packets:
            if packet.stream is not track:
                packet.stream = copies[packet.stream.index]
            after.mux(packet)
    return target
