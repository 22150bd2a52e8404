"""The subtitle files we write, opened and decoded by FFmpeg."""

from fractions import Fraction

import av
import pytest

from cutroom.subtitles import Cue, Track
from cutroom.subtitles.exporting import write_subtitles

CUES = (
    Cue(Fraction(1001, 1000), Fraction(5, 2), "First <i>line</i>\nsecond & <third>", speaker="Ann"),
    Cue(Fraction(3), Fraction(4), "00:00:01,000 --> 00:00:02,000", place="top"),
    Cue(Fraction(5), Fraction(6), "שלום 你好 \\N {x}"),
)


@pytest.mark.parametrize(("name", "codec"), [("srt", "srt"), ("vtt", "webvtt"), ("ass", "ssa")])
def test_ffmpeg_reads_every_cue(name, codec, tmp_path):
    path = tmp_path / f"film.{name}"
    path.write_bytes(write_subtitles(Track(CUES, "en"), name))
    with av.open(path) as container:
        stream = container.streams.subtitles[0]
        assert stream.codec_context.name == codec
        packets = [packet for packet in container.demux(stream) if packet.size]
        times = [
            (float(packet.pts * packet.time_base), float(packet.duration * packet.time_base))
            for packet in packets
        ]
        texts = [
            subtitle.ass.decode().replace("\u2060", "") for packet in packets for subtitle in packet.decode()
        ]
    resolution = 0.01 if name == "ass" else 0.001
    for (start, length), cue in zip(times, CUES, strict=True):
        assert abs(start - float(cue.start)) < resolution
        assert abs(start + length - float(cue.end)) < 2 * resolution
    first, second, third = texts
    assert "First {\\i1}line{\\i0}\\Nsecond & <third>" in first
    assert "00:00:01,000" in second
    assert "שלום 你好" in third
