"""Subtitles in videos: read again by FFmpeg, with everything else as it was."""

from __future__ import annotations

import hashlib
import re
from fractions import Fraction
from pathlib import Path

import av
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import samples
from cutroom.base.errors import BrokenMedia, Refused
from cutroom.media import SubtitleStream, mux_subtitles, probe

WEBM = {"video_codec": "libvpx", "audio_codec": "libopus"}
KINDS = [("mp4", {}), ("mov", {}), ("mkv", {}), ("webm", WEBM)]
FILM = Fraction(24000, 1001)

Line = tuple[float, float, str]


def seconds(*frames: int, rate: Fraction = FILM) -> list[Fraction]:
    return [frame / rate for frame in frames]


def english() -> list[tuple[Fraction, Fraction, str]]:
    times = seconds(3, 20, 22, 47, 60, 71)
    texts = [
        "Hello,\nworld",
        "<i>Schräg</i> & <b>fett</b>",
        "a < b; 字幕 \u202b\u05e9\u05dc\u05d5\u05dd\u202c 🎬",
    ]
    return [(times[2 * n], times[2 * n + 1], text) for n, text in enumerate(texts)]


def add(source: Path, target: Path, *tracks: SubtitleStream):
    return mux_subtitles(source, tracks, target)


def streams(path: Path) -> list[tuple]:
    """What each stream is, and a digest of all its packets with their times."""
    found = []
    with av.open(str(path)) as container:
        digests = [hashlib.sha256() for _ in container.streams]
        for packet in container.demux():
            if packet.size or packet.pts is not None:
                times = [t and float(t * packet.time_base) for t in (packet.pts, packet.dts, packet.duration)]
                place = repr([packet.is_keyframe, *(t and round(t, 3) for t in times)]).encode()
                digests[packet.stream_index].update(place + bytes(packet))
        for stream, digest in zip(container.streams, digests, strict=True):
            codec = stream.codec_context.name if stream.codec_context else None
            found.append((stream.type, codec, stream.language, stream.disposition, digest.hexdigest()))
    return found


def lines(path: Path, number: int) -> list[Line]:
    """What a player shows of subtitle stream `number`: start, end, text with ASS tags."""
    found = []
    with av.open(str(path)) as container:
        stream = container.streams.subtitles[number]
        for packet in container.demux(stream):
            for shown in packet.decode() if packet.size else []:
                start = packet.pts * packet.time_base
                text = shown.ass.decode().split(",", 8)[8]
                found.append((float(start), float(start + packet.duration * packet.time_base), text))
    return found


def shown(text: str) -> str:
    """As FFmpeg writes a text with tags in ASS."""
    for letter in "ibu":
        text = text.replace(f"<{letter}>", f"{{\\{letter}1}}").replace(f"</{letter}>", f"{{\\{letter}0}}")
    return text.replace("\n", "\\N")


def same(text: str) -> str:
    """Drop ends of styles, which FFmpeg writes in different ways, and WORD JOINERs, which show nothing."""
    return re.sub(r"\{\\(r|[ibu]0)\}|\u2060", "", text)


@pytest.mark.parametrize(("ending", "options"), KINDS)
def test_a_player_finds_the_subtitles(tmp_path: Path, ending: str, options: dict):
    source = samples.write_video(tmp_path / f"in.{ending}", samples.speech(4.0), seconds=4, **options)
    made = add(
        source,
        tmp_path / "out",
        SubtitleStream(english(), "en", "English", default=True),
        SubtitleStream(english()[:1], "de-AT", "Deutsch", forced=True),
    )
    codecs = {"mp4": "mov_text", "mov": "mov_text", "mkv": "srt", "webm": "webvtt"}
    assert (made.suffix, made.reason, made.dropped) == (f".{ending}", None, ())
    assert made.mime_type == probe(tmp_path / "out").mime_type == probe(source).mime_type
    exact = 1e-6 if made.codec == "mov_text" else 0.0005001
    for number, cues in enumerate([english(), english()[:1]]):
        found = lines(tmp_path / "out", number)
        assert [same(text) for *_, text in found] == [same(shown(text)) for *_, text in cues]
        for (start, end, _), (wanted, gone, _) in zip(found, cues, strict=True):
            assert start == pytest.approx(float(wanted), abs=exact)
            assert end == pytest.approx(float(gone), abs=2 * exact)
    with av.open(str(tmp_path / "out")) as container:
        first, second = container.streams.subtitles
        assert first.codec_context.name == second.codec_context.name == codecs[ending]
        german = "deu" if ending == "mp4" else "ger"
        assert [first.language, second.language] == ["eng", "deu" if ending in {"mkv", "webm"} else german]
        names = [s.metadata.get("title") or s.metadata.get("name") for s in (first, second)]
        assert names == ["English", "Deutsch"]
        assert first.disposition & av.stream.Disposition.default
        assert not second.disposition & av.stream.Disposition.default
        if ending != "mov":
            assert second.disposition & av.stream.Disposition.forced


@pytest.mark.parametrize("ending", ["mkv", "mp4"])
def test_what_looks_like_a_tag_is_shown(tmp_path: Path, ending: str):
    texts = ["a <b and c> d", "< i >x", "<font color=red>x</font>", "{\\an8}top", "{y:i}x", "x {\\i1} y"]
    texts += ["{word} {\\ word}", "a\\Nb", "<!-- x -->", "a <\nb> c", "<3 & 4"]
    cues = [(Fraction(n), n + Fraction(1, 2), text) for n, text in enumerate(texts)]
    source = samples.write_video(tmp_path / f"in.{ending}", samples.speech(1.0), seconds=1)
    add(source, tmp_path / "out", SubtitleStream(cues))
    found = [same(text) for *_, text in lines(tmp_path / "out", 0)]
    assert found == [shown(text) for text in texts]


@pytest.mark.parametrize(
    ("ending", "options"),
    [
        *KINDS,
        ("mp4", {"audio_start": Fraction(7, 40)}),
        ("mp4", {"video_start": Fraction(-1, 5), "b_frames": 0}),
        ("mp4", {"audio_codec": "libopus"}),
        ("mov", {"audio_codec": "pcm_s16le"}),
        ("mkv", {"audio_codec": "flac", "video_start": Fraction(7, 40)}),
        ("mkv", {"audio_codec": "libopus"}),
        ("mkv", {"audio_codec": "libmp3lame"}),
    ],
)
def test_every_other_stream_is_the_same(tmp_path: Path, ending: str, options: dict):
    tones = [samples.tone(2.0), samples.tone(2.0, hertz=700)]
    source = samples.write_video(
        tmp_path / f"in.{ending}", *tones, seconds=2, languages=["eng", "fra"], **options
    )
    add(source, tmp_path / "out", SubtitleStream(english()))
    before, after = streams(source), streams(tmp_path / "out")
    assert after[:-1] == before
    assert after[-1][0] == "subtitle"
    a, b = probe(source), probe(tmp_path / "out")
    assert [(s.start, s.width, s.layout, s.frame_rate) for s in a.streams] == [
        (s.start, s.width, s.layout, s.frame_rate) for s in b.streams[:-1]
    ]


def test_chapters_tags_and_attachments_are_kept(tmp_path: Path):
    source = samples.write_video(
        tmp_path / "in.mkv",
        samples.tone(1.0),
        metadata={"title": "A film", "comment": "kept"},
        chapters=[(0, 0.5, "One"), (0.5, 1, "Two")],
        attachment=("font.ttf", "font/ttf", b"not really a font"),
    )
    add(source, tmp_path / "out", SubtitleStream(english()))
    with av.open(str(tmp_path / "out")) as after:
        assert (after.metadata["title"], after.metadata["COMMENT"]) == ("A film", "kept")
        assert [c["metadata"]["title"] for c in after.chapters()] == ["One", "Two"]
        assert after.streams.attachments[0].data == b"not really a font"


@pytest.mark.parametrize("ending", ["mp4", "mov"])
def test_rotation_and_chapters_of_mp4_are_kept(tmp_path: Path, ending: str):
    source = samples.write_video(
        tmp_path / f"in.{ending}",
        samples.speech(1.0),
        metadata={"title": "Upright", "com.apple.quicktime.make": "Phone"},
        chapters=[(0, 0.5, "One"), (0.5, 1, "Two")],
        options={"movflags": "+use_metadata_tags"},
    )
    samples.rotate_mp4(source, 90)
    add(source, tmp_path / "out", SubtitleStream(english()))
    assert probe(tmp_path / "out").rotation == 90
    with av.open(str(tmp_path / "out")) as after:
        assert after.metadata["com.apple.quicktime.make"] == "Phone"
        assert [c["metadata"]["title"] for c in after.chapters()] == ["One", "Two"]
        assert [s.type for s in after.streams][:3] == ["video", "audio", "subtitle"]
    content = (tmp_path / "out").read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")


@pytest.mark.parametrize(("ending", "options"), KINDS)
def test_subtitles_that_were_there_stay(tmp_path: Path, ending: str, options: dict):
    plain = samples.write_video(tmp_path / f"plain.{ending}", samples.speech(4.0), seconds=4, **options)
    once, twice = tmp_path / f"once.{ending}", tmp_path / f"twice.{ending}"
    add(plain, once, SubtitleStream(english(), "fr", "first", default=True))
    add(once, twice, SubtitleStream(english()[1:], "en", "second", default=True))
    assert lines(twice, 0) == lines(once, 0)
    assert len(lines(twice, 1)) == 2
    with av.open(str(twice)) as container:
        flags = [bool(s.disposition & av.stream.Disposition.default) for s in container.streams.subtitles]
        assert flags == [False, True]


def test_cues_of_mp4_that_overlap_are_shown_together(tmp_path: Path):
    source = samples.write_video(tmp_path / "in.mp4", samples.speech(4.0), seconds=4)
    cues = [
        (Fraction(1), Fraction(3), "<i>long"),
        (Fraction(2), Fraction(4), "late"),
        (Fraction(0), Fraction(1, 2), "early"),
    ]
    add(source, tmp_path / "out", SubtitleStream(cues))
    assert lines(tmp_path / "out", 0) == [
        (0.0, 0.5, "early"),
        (1.0, 2.0, "{\\i1}long"),
        (2.0, 3.0, "{\\i1}long{\\r}\\Nlate"),
        (3.0, 4.0, "late"),
    ]


@pytest.mark.parametrize("ending", ["mp4", "mkv"])
def test_strange_cues_do_no_harm(tmp_path: Path, ending: str):
    source = samples.write_video(tmp_path / f"in.{ending}", samples.speech(1.0))
    cues = [
        (Fraction(-2), Fraction(-1), "before"),
        (Fraction(-1), Fraction(1, 2), "half"),
        (Fraction(1), Fraction(1), "never"),
        (Fraction(2), Fraction(1), "backwards"),
        (Fraction(1, 2), Fraction(3, 4), " \n<i></i>\n"),
        (Fraction(1, 2), Fraction(3, 4), "a\n\n \n\nb\r\n\0"),
        (Fraction(20000), Fraction(20001), "late"),
    ]
    add(source, tmp_path / "out", SubtitleStream(cues, "x-klingon"))
    assert lines(tmp_path / "out", 0) == [(0.0, 0.5, "half"), (0.5, 0.75, "a\\Nb"), (20000, 20001, "late")]
    assert streams(tmp_path / "out")[:2] == streams(source)


@pytest.mark.parametrize(
    ("ending", "options", "container"),
    [
        ("ts", {}, "mp4"),
        ("flv", {}, "mp4"),
        ("avi", {"audio_codec": "libmp3lame", "b_frames": 0}, "mp4"),
        ("avi", {"audio_codec": "pcm_s16le", "b_frames": 0}, "matroska"),
    ],
)
def test_containers_without_subtitles_become_others(
    tmp_path: Path, ending: str, options: dict, container: str
):
    source = samples.write_video(tmp_path / f"in.{ending}", samples.speech(4.0), seconds=4, **options)
    made = add(source, tmp_path / "out", SubtitleStream(english()))
    assert made.container == container
    assert "cannot hold text subtitles" in (made.reason or "")
    found = lines(tmp_path / "out", 0)
    assert [end - start for start, end, _ in found] == pytest.approx(
        [float(end - start) for start, end, _ in english()], abs=0.002
    )
    with av.open(str(source)) as before, av.open(str(tmp_path / "out")) as after:
        pictures = [[f.to_ndarray().tobytes() for f in c.decode(video=0)] for c in (before, after)]
    assert pictures[0] == pictures[1]
    late = first_picture(tmp_path / "out") - first_picture(source)
    assert found[0][0] - late == pytest.approx(float(english()[0][0]), abs=0.002)


def first_picture(path: Path) -> float:
    """Seconds after the zero that players show."""
    with av.open(str(path)) as container:
        zero = (
            0
            if container.format.name.startswith(("mov", "matroska"))
            else container.start_time / av.time_base
        )
        return min(float(p.pts * p.time_base) for p in container.demux(video=0) if p.pts is not None) - zero


def test_the_same_cues_make_the_same_bytes(tmp_path: Path):
    for ending in ("mp4", "mkv"):
        source = samples.write_video(tmp_path / f"in.{ending}", samples.speech(1.0))
        for name in ("one", "two"):
            add(source, tmp_path / name, SubtitleStream(english(), "en"))
        assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_what_cannot_be_done_is_refused_and_leaves_nothing(tmp_path: Path):
    film = samples.write_video(tmp_path / "in.mp4", samples.tone(1.0))
    sound = samples.write_audio(tmp_path / "in.wav", samples.tone(1.0))
    broken = samples.broken_files(tmp_path)["text.mp4"][0]
    good = SubtitleStream(english())
    long = SubtitleStream([(Fraction(0), Fraction(1), "x" * 70_000)])
    for source, tracks, kind, code in (
        (film, [], Refused, "no_subtitles"),
        (sound, [good], Refused, "no_video"),
        (film, [long], Refused, "cue_too_long"),
        (film, [good] * 63, BrokenMedia, "too_many_streams"),
        (broken, [good], BrokenMedia, "not_media"),
    ):
        with pytest.raises(kind) as caught:
            mux_subtitles(source, tracks, tmp_path / "out")
        assert caught.value.code_word == code
        assert not (tmp_path / "out").exists()


def test_progress_rises_to_one(tmp_path: Path):
    source = samples.write_video(tmp_path / "in.mp4", samples.speech(1.0))
    shares: list[float] = []
    mux_subtitles(source, [SubtitleStream(english())], tmp_path / "out", progress=shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


texts = st.text(
    st.characters(exclude_categories=("C", "Z"), exclude_characters="\\{}<>&"), min_size=1, max_size=20
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.tuples(st.integers(1, 40), st.integers(1, 60), texts), min_size=1, max_size=8),
    st.sampled_from(["mp4", "mkv"]),
)
def test_any_cues_come_back(tmp_path: Path, spans: list[tuple[int, int, str]], ending: str):
    source = tmp_path / f"in.{ending}"
    if not source.exists():
        samples.write_video(source, samples.speech(1.0))
    cues, at = [], 0
    for gap, length, text in spans:
        cues.append((*seconds(at + gap, at + gap + length), text))
        at += gap + length
    add(source, tmp_path / "out", SubtitleStream(cues))
    found = lines(tmp_path / "out", 0)
    assert [text for *_, text in found] == [text for *_, text in cues]
    for (start, end, _), (wanted, gone, _) in zip(found, cues, strict=True):
        assert (start, end) == pytest.approx((float(wanted), float(gone)), abs=0.0011)
