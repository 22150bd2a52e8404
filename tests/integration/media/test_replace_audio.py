"""Other sound for a video: picture untouched, everything kept, in sync to the sample."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
import soxr

import samples
from cutroom.base.errors import BrokenMedia, Refused
from cutroom.media import Sound, probe, read_audio, replace_audio

SECONDS = 2.0
LATE = Fraction(1, 2)

WEBM = {"video_codec": "libvpx", "audio_codec": "libopus"}


def packets(path: Path, kind: str = "video", number: int = 0) -> list[bytes]:
    with av.open(str(path)) as container:
        return [bytes(p) for p in container.demux(container.streams.get(**{kind: number})) if p.size]


def first_picture(path: Path) -> Fraction:
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        return min(p.pts * p.time_base for p in container.demux(stream) if p.pts is not None)


def timeline(path: Path, rate: int, **options) -> tuple[np.ndarray, Fraction]:
    """Return the sound from the container's zero on, and when the first picture is shown."""
    with av.open(str(path)) as container:
        zero = Fraction(container.start_time or 0, av.time_base)
        is_absolute = container.format.name.startswith(("mov", "matroska"))
    reader = read_audio(path, **options)
    sound = np.pad(np.concatenate(list(reader), axis=1), ((0, 0), (round(reader.start * reader.rate), 0)))
    if reader.rate != rate:
        sound = np.ascontiguousarray(soxr.resample(sound.T, reader.rate, rate).T)
    return sound, first_picture(path) - (0 if is_absolute else zero)


def replace_by_itself(source: Path, target: Path, **options):
    reader = read_audio(source)
    return replace_audio(source, Sound(reader, reader.rate, reader.layout, reader.start), target, **options)


@pytest.mark.parametrize(
    ("ending", "options", "container"),
    [
        ("mp4", {}, "mp4"),
        ("mp4", {"audio_start": LATE}, "mp4"),
        ("mp4", {"video_start": LATE}, "mp4"),
        ("mp4", {"video_start": Fraction(-1, 5), "b_frames": 0}, "mp4"),
        ("mp4", {"rate": 44100}, "mp4"),
        ("mp4", {"rate": 16000, "b_frames": 0}, "mp4"),
        ("mp4", {"audio_codec": "libmp3lame"}, "mp4"),
        ("mp4", {"audio_codec": "libopus"}, "mp4"),
        ("mov", {}, "mov"),
        ("mov", {"audio_codec": "pcm_s16le", "audio_start": LATE}, "mov"),
        ("mkv", {}, "matroska"),
        ("mkv", {"audio_start": LATE}, "matroska"),
        ("mkv", {"video_start": LATE}, "matroska"),
        ("mkv", {"audio_codec": "flac"}, "matroska"),
        ("mkv", {"audio_codec": "libopus"}, "matroska"),
        ("mkv", {"audio_codec": "libmp3lame"}, "matroska"),
        ("webm", WEBM, "webm"),
        ("webm", {**WEBM, "audio_start": LATE}, "webm"),
        ("ts", {}, "mpegts"),
        ("ts", {"audio_start": LATE}, "mpegts"),
        ("avi", {"audio_codec": "libmp3lame", "b_frames": 0}, "mp4"),
        ("flv", {}, "mp4"),
    ],
)
def test_the_sound_stays_in_sync(tmp_path: Path, ending: str, options: dict, container: str):
    rate = options.get("rate", samples.RATE)
    clicks = samples.clicks(SECONDS, rate=rate, channels=2)
    source = samples.write_video(tmp_path / f"in.{ending}", clicks, seconds=SECONDS, **options)
    made = replace_by_itself(source, tmp_path / "out")
    assert made.container == container
    assert (made.reason is None) == (container in made.container and ending not in {"avi", "flv"})
    assert made.dropped == ()
    before, picture_before = timeline(source, rate)
    after, picture_after = timeline(tmp_path / "out", rate)
    shift = samples.lag(before, after) - float((picture_after - picture_before) * rate)
    # Matroska and FLV round the picture's own time stamps to a millisecond.
    allowed = 0.1 if ending in {"mp4", "mov", "ts"} else rate / 1000 if ending == "flv" else 0.6 * rate / 1000
    assert abs(shift) <= allowed
    if ending not in {"avi", "ts"}:
        assert abs(after.shape[1] - before.shape[1]) <= 1024
    assert probe(tmp_path / "out").mime_type == made.mime_type


@pytest.mark.parametrize(
    ("ending", "options"), [("mp4", {}), ("mkv", {}), ("webm", WEBM), ("mov", {}), ("ts", {})]
)
def test_the_picture_is_copied_bit_for_bit(tmp_path: Path, ending: str, options: dict):
    sound = samples.speech(SECONDS)
    source = samples.write_video(tmp_path / f"in.{ending}", sound, seconds=SECONDS, **options)
    replace_by_itself(source, tmp_path / "out")
    assert packets(source) == packets(tmp_path / "out")
    assert len(packets(source)) == 50
    pictures = [probe(path).video for path in (source, tmp_path / "out")]
    assert [picture and picture.frame_rate for picture in pictures] == [25, 25]


def test_an_avi_goes_to_mp4_with_the_same_pictures(tmp_path: Path):
    source = samples.write_video(
        tmp_path / "in.avi", samples.speech(1.0), audio_codec="libmp3lame", b_frames=0
    )
    made = replace_by_itself(source, tmp_path / "out")
    assert "exact sync" in (made.reason or "")
    pictures = []
    for path in (source, tmp_path / "out"):
        with av.open(str(path)) as container:
            pictures.append([frame.to_ndarray().tobytes() for frame in container.decode(video=0)])
    assert pictures[0] == pictures[1]


def with_layout(source: Path, target: Path, layout: str):
    """Replace the sound by a tone in each channel of `layout`."""
    channels = av.AudioLayout(layout).nb_channels
    tones = np.concatenate([samples.tone(1.0, hertz=300 + 100 * n) for n in range(channels)])
    made = replace_audio(source, Sound([tones.astype(np.float32)], samples.RATE, layout), target)
    with av.open(str(target)) as container:
        return made, container.streams.audio[0].layout.name


@pytest.mark.parametrize("ending", ["mkv", "mp4", "mov", "ts"])
@pytest.mark.parametrize(
    ("layout", "kept"), [("5.1(side)", "5.1"), ("5.0(side)", "5.0"), ("quad(side)", "quad")]
)
def test_surround_at_the_sides_as_ac3_has_it_keeps_its_speakers(
    tmp_path: Path, ending: str, layout: str, kept: str
):
    codec = "ac3" if ending == "mkv" else "aac"
    source = samples.write_video(tmp_path / f"in.{ending}", samples.speech(1.0), audio_codec=codec)
    made, found = with_layout(source, tmp_path / "out", layout)
    assert (made.suffix, made.reason, found) == (f".{ending}", None, kept)


@pytest.mark.parametrize("layout", ["2.1", "4.0", "6.0", "7.0"])
def test_speakers_that_opus_does_not_know_go_to_flac(tmp_path: Path, layout: str):
    source = samples.write_video(tmp_path / "in.mkv", samples.speech(1.0), audio_codec="ac3")
    made, found = with_layout(source, tmp_path / "out", layout)
    assert (made.container, made.codec, found) == ("matroska", "flac", layout)


def test_everything_else_is_kept(tmp_path: Path):
    tracks = [samples.tone(1.0, hertz=h) for h in (300, 600, 900)]
    source = samples.write_video(
        tmp_path / "in.mkv",
        *tracks,
        metadata={"title": "A film", "comment": "kept"},
        chapters=[(0, 0.5, "One"), (0.5, 1, "Two")],
        attachment=("font.ttf", "font/ttf", b"not really a font"),
        languages=["eng", "deu", "fra"],
    )
    sound = Sound([samples.tone(1.0, hertz=2000)], samples.RATE, "mono")
    replace_audio(source, sound, tmp_path / "out", stream=1)
    with av.open(str(source)) as before, av.open(str(tmp_path / "out")) as after:
        assert [s.type for s in after.streams] == [s.type for s in before.streams]
        assert [s.language for s in after.streams] == [s.language for s in before.streams]
        assert [s.disposition for s in after.streams] == [s.disposition for s in before.streams]
        assert after.metadata["title"] == "A film"
        assert [c["metadata"]["title"] for c in after.chapters()] == ["One", "Two"]
        assert [(c["start"], c["end"]) for c in after.chapters()] == [
            (c["start"], c["end"]) for c in before.chapters()
        ]
        assert after.streams.attachments[0].data == b"not really a font"
    for number in (0, 2):
        assert packets(source, "audio", number) == packets(tmp_path / "out", "audio", number)
    found = np.concatenate(list(read_audio(tmp_path / "out", stream=1)), axis=1)[0]
    assert np.argmax(np.abs(np.fft.rfft(found[:48000]))) == pytest.approx(2000, abs=2)


@pytest.mark.parametrize("ending", ["mp4", "mov"])
def test_rotation_tags_and_chapters_of_mp4_are_kept(tmp_path: Path, ending: str):
    source = samples.write_video(
        tmp_path / f"in.{ending}",
        samples.speech(1.0),
        metadata={"title": "Upright", "com.apple.quicktime.make": "Phone"},
        chapters=[(0, 0.5, "One"), (0.5, 1, "Two")],
        languages=["deu"],
        options={"movflags": "+use_metadata_tags"},
    )
    samples.rotate_mp4(source, 90)
    replace_by_itself(source, tmp_path / "out")
    assert probe(tmp_path / "out").rotation == probe(source).rotation == 90
    with av.open(str(source)) as before, av.open(str(tmp_path / "out")) as after:
        assert after.metadata["title"] == "Upright"
        assert after.metadata["com.apple.quicktime.make"] == "Phone"
        assert [c["metadata"]["title"] for c in after.chapters()] == ["One", "Two"]
        assert after.streams.audio[0].language == before.streams.audio[0].language
        assert len(after.streams.audio) == len(after.streams.video) == 1


def test_subtitles_are_copied(tmp_path: Path):
    plain = samples.write_video(tmp_path / "plain.mkv", samples.speech(1.0))
    source = samples.add_subtitles(plain, tmp_path / "in.mkv", ["Hello", "world"])
    replace_by_itself(source, tmp_path / "out")
    assert packets(source, "subtitles") == packets(tmp_path / "out", "subtitles") == [b"Hello", b"world"]


def test_the_index_of_an_mp4_comes_first(tmp_path: Path):
    source = samples.write_video(tmp_path / "in.mp4", samples.speech(1.0))
    replace_by_itself(source, tmp_path / "out")
    content = (tmp_path / "out").read_bytes()
    assert content.index(b"moov") < content.index(b"mdat")


def test_the_same_sound_makes_the_same_bytes(tmp_path: Path):
    source = samples.write_video(tmp_path / "in.mp4", samples.speech(1.0))
    for name in ("one", "two"):
        replace_by_itself(source, tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_a_silent_film_gets_a_sound_track(tmp_path: Path):
    source = samples.write_video(tmp_path / "in.mp4")
    sound = samples.write_audio(tmp_path / "sound.wav", samples.tone(1.0))
    replace_audio(source, sound, tmp_path / "out")
    assert probe(tmp_path / "out").has_audio
    assert packets(source) == packets(tmp_path / "out")


def test_progress_rises_to_one(tmp_path: Path):
    source = samples.write_video(tmp_path / "in.mp4", samples.speech(1.0))
    shares: list[float] = []
    replace_by_itself(source, tmp_path / "out", progress=shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0


def test_nothing_is_left_behind_after_an_error(tmp_path: Path):
    source = samples.write_video(tmp_path / "in.mp4", samples.speech(1.0))

    def breaking():
        yield samples.tone(0.5)
        message = "the engine died"
        raise RuntimeError(message)

    with pytest.raises(RuntimeError):
        replace_audio(source, Sound(breaking(), samples.RATE, "mono"), tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_sound_without_picture_and_missing_streams_are_refused(tmp_path: Path):
    plain = samples.write_audio(tmp_path / "in.wav", samples.tone(1.0))
    film = samples.write_video(tmp_path / "in.mp4", samples.tone(1.0))
    sound = Sound([samples.tone(1.0)], samples.RATE, "mono")
    with pytest.raises(Refused) as caught:
        replace_audio(plain, sound, tmp_path / "out")
    assert caught.value.code_word == "no_video"
    with pytest.raises(Refused) as caught:
        replace_audio(film, sound, tmp_path / "out", stream=3)
    assert caught.value.code_word == "no_such_stream"
    with pytest.raises(BrokenMedia):
        replace_audio(samples.broken_files(tmp_path)["text.mp4"][0], sound, tmp_path / "out")
