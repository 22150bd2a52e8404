"""Files of every kind, honest, lying, broken and hostile."""

from __future__ import annotations

import contextlib
import socket
import threading
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

import samples
from cutroom.base.errors import BrokenMedia, Refused, Unsupported
from cutroom.media import Sound, make_poster, make_waveform, probe, read_audio, replace_audio
from cutroom.media.opening import open_input

BROKEN = (
    "empty.mp4",
    "text.mp4",
    "random.mp4",
    "zeros.mp4",
    "cut.mp4",
    "no-index.mp4",
    "playlist.mp4",
    "bomb.png",
    "streams.mkv",
    "zero.wav",
)


@pytest.fixture(scope="module")
def broken(tmp_path_factory) -> dict[str, tuple[Path, str]]:
    return samples.broken_files(tmp_path_factory.mktemp("broken"))


@pytest.mark.parametrize("name", BROKEN)
def test_broken_files_are_named_in_one_sentence(broken, name: str):
    path, code = broken[name]
    with pytest.raises(BrokenMedia) as caught:
        probe(path)
    assert caught.value.code_word == code
    assert caught.value.message.endswith(".")
    assert "\n" not in caught.value.message
    assert str(path) not in caught.value.message


def test_the_table_of_broken_files_is_complete(broken):
    assert set(BROKEN) == set(broken)


@pytest.mark.parametrize(
    ("ending", "options", "mime_type", "codecs"),
    [
        ("mp4", {}, "video/mp4", ["h264", "aac"]),
        ("mov", {}, "video/quicktime", ["h264", "aac"]),
        ("mkv", {"audio_codec": "flac"}, "video/x-matroska", ["h264", "flac"]),
        ("webm", {"video_codec": "libvpx", "audio_codec": "libopus"}, "video/webm", ["vp8", "opus"]),
        ("ts", {}, "video/mp2t", ["h264", "aac"]),
        ("avi", {"audio_codec": "libmp3lame", "b_frames": 0}, "video/x-msvideo", ["h264", "mp3"]),
        ("flv", {}, "video/x-flv", ["h264", "aac"]),
    ],
)
def test_a_lying_name_is_harmless(
    tmp_path: Path, ending: str, options: dict, mime_type: str, codecs: list[str]
):
    honest = samples.write_video(tmp_path / f"film.{ending}", samples.speech(1.0, channels=2), **options)
    lying = honest.rename(tmp_path / "notes%03d.txt.png")
    found = probe(lying)
    assert (found.kind, found.mime_type) == ("video", mime_type)
    media = found.to_json()
    assert (media["width"], media["height"], media["rotation"]) == (64, 48, 0)
    assert media["codecs"] == codecs
    assert media["duration"] == pytest.approx(1.0, abs=0.08)
    assert (media["hasAudio"], media["channels"], media["layout"], media["sampleRate"]) == (
        True,
        2,
        "stereo",
        48000,
    )
    if ending != "avi":  # whose rate is the muxer's time base
        assert media["frameRate"] == 25


@pytest.mark.parametrize(
    ("ending", "codec", "mime_type"),
    [
        ("wav", "pcm_s16le", "audio/wav"),
        ("flac", "flac", "audio/flac"),
        ("mp3", "libmp3lame", "audio/mpeg"),
        ("m4a", "aac", "audio/mp4"),
        ("ogg", "libopus", "audio/ogg"),
        ("mka", "libopus", "audio/x-matroska"),
        ("aac", "aac", "audio/aac"),
        ("aiff", "pcm_s16be", "audio/aiff"),
    ],
)
def test_sound_alone_is_audio(tmp_path: Path, ending: str, codec: str, mime_type: str):
    container = {"m4a": "ipod", "mka": "matroska", "aac": "adts"}.get(ending, ending)
    path = samples.write_audio(tmp_path / "x", samples.tone(1.0), codec=codec, container=container)
    found = probe(path)
    assert (found.kind, found.mime_type, found.has_audio) == ("audio", mime_type, True)
    assert "width" not in found.to_json()


@pytest.mark.parametrize(
    ("codec", "mime_type"),
    [("png", "image/png"), ("mjpeg", "image/jpeg"), ("bmp", "image/bmp"), ("libwebp", "image/webp")],
)
def test_pictures_are_images(tmp_path: Path, codec: str, mime_type: str):
    found = probe(samples.write_image(tmp_path / "film.mp4", codec=codec))
    assert (found.kind, found.mime_type, found.duration) == ("image", mime_type, None)


@pytest.mark.parametrize(("degrees", "size"), [(90, (48, 64)), (180, (64, 48)), (270, (48, 64))])
def test_rotation_turns_the_shown_size(tmp_path: Path, degrees: int, size: tuple[int, int]):
    path = samples.rotate_mp4(samples.write_video(tmp_path / "x.mp4"), degrees)
    media = probe(path).to_json()
    assert (media["rotation"], (media["width"], media["height"])) == (degrees, size)
    assert media["hasAudio"] is False


def test_a_cover_is_no_video(tmp_path: Path):
    picture = samples.write_image(tmp_path / "cover.jpg", codec="mjpeg").read_bytes()
    path = tmp_path / "song.mp3"
    with av.open(str(path), "w") as output:
        sound = output.add_stream("libmp3lame", rate=48000, layout="mono")
        cover = output.add_stream("mjpeg", rate=1, width=64, height=48, pix_fmt="yuvj420p")
        cover.disposition = av.stream.Disposition.attached_pic
        output.start_encoding()
        packet = av.Packet(picture)
        packet.stream, packet.pts, packet.dts, packet.time_base = cover, 0, 0, Fraction(1, 1)
        output.mux(packet)
        frame = av.AudioFrame(format=sound.codec_context.format.name, layout="mono", samples=1152)
        frame.sample_rate, frame.pts = 48000, 0
        output.mux([*sound.encode(frame), *sound.encode(None)])
    found = probe(path)
    assert (found.kind, found.mime_type) == ("audio", "audio/mpeg")
    assert any(stream.is_cover for stream in found.streams)
    assert make_poster(path, tmp_path / "cover.webp").width == 64


def test_subtitles_and_documents(tmp_path: Path):
    srt = tmp_path / "a.mp4"
    srt.write_text("1\n00:00:01,000 --> 00:00:02,000\nHello\n")
    pdf = tmp_path / "b.mp4"
    pdf.write_bytes(b"%PDF-1.7\n%rest")
    assert (probe(srt).kind, probe(srt).mime_type) == ("subtitles", "application/x-subrip")
    assert (probe(pdf).kind, probe(pdf).mime_type) == ("document", "application/pdf")
    assert probe(pdf).to_json() == {"container": "document", "hasAudio": False, "codecs": [], "streams": []}


def test_long_files_are_refused_by_the_limit_given(tmp_path: Path):
    path = samples.write_audio(tmp_path / "x.wav", samples.tone(3.0))
    assert probe(path, max_seconds=3).duration == 3
    with pytest.raises(BrokenMedia) as caught:
        probe(path, max_seconds=2)
    assert caught.value.code_word == "too_long"


def test_a_missing_file_is_no_broken_one(tmp_path: Path):
    with pytest.raises(FileNotFoundError):
        probe(tmp_path / "nothing")


# --- files that point elsewhere


class Listener:
    """Counts the connections that arrive on a loopback port."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.arrived = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                self.socket.accept()[0].close()
            except OSError:
                return
            self.arrived += 1


@pytest.fixture
def listener():
    made = Listener()
    yield made
    made.socket.close()


def hostile(secret: Path, port: int) -> dict[str, bytes]:
    address = f"http://127.0.0.1:{port}/x.ts"
    dash = (
        f'<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" '
        f'mediaPresentationDuration="PT1S"><Period><AdaptationSet mimeType="audio/mp4">'
        f'<Representation id="1" bandwidth="1"><BaseURL>{address}</BaseURL></Representation>'
        f"</AdaptationSet></Period></MPD>"
    )
    sdp = ("v=0", "o=- 0 0 IN IP4 127.0.0.1", "s=x", "c=IN IP4 127.0.0.1", "t=0 0")
    return {
        "hls-file": f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{secret}\n#EXT-X-ENDLIST\n".encode(),
        "hls-http": f"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{address}\n#EXT-X-ENDLIST\n".encode(),
        "concat": f"ffconcat version 1.0\nfile '{secret}'\nfile {address}\n".encode(),
        "dash": dash.encode(),
        "sdp": "\r\n".join((*sdp, f"m=audio {port} RTP/AVP 0", "")).encode(),
        "late-hls": b" " * 5000 + f"#EXTM3U\n#EXTINF:1,\n{address}\n".encode(),
    }


@pytest.mark.parametrize("kind", ["hls-file", "hls-http", "concat", "dash", "sdp", "late-hls"])
def test_no_reference_is_followed(tmp_path: Path, listener: Listener, kind: str):
    secret = samples.write_audio(tmp_path / "secret.wav", samples.tone(1.0))
    path = tmp_path / "film.mp4"
    path.write_bytes(hostile(secret, listener.port)[kind])
    for use in (probe, read_audio, make_waveform, lambda p: make_poster(p, tmp_path / "poster")):
        with pytest.raises(BrokenMedia) as caught:
            use(path)
        assert caught.value.code_word in {"playlist", "not_media"}
    assert listener.arrived == 0


def external_reference(path: Path, target: str) -> bytes:
    """Point the sound of a MOV at another file by an alias in its data reference box."""
    content = path.read_bytes()
    place = content.index(b"url \x00\x00\x00\x01") - 4
    # QuickTime File Format, "Data Reference Atoms": a `url ` entry without the self-reference flag.
    entry = b"url " + b"\x00\x00\x00\x00" + target.encode() + b"\x00"
    entry = (len(entry) + 4).to_bytes(4, "big") + entry
    grown = len(entry) - 12
    content = bytearray(content[:place] + entry + content[place + 12 :])
    for name in (b"dref", b"dinf", b"minf", b"mdia", b"trak", b"moov"):
        at = content.rindex(name, 0, place) - 4
        content[at : at + 4] = (int.from_bytes(content[at : at + 4], "big") + grown).to_bytes(4, "big")
    return bytes(content)


def test_a_movie_whose_sound_lies_elsewhere_reads_nothing_there(tmp_path: Path, listener: Listener):
    whole = samples.write_audio(tmp_path / "in.mov", samples.tone(1.0), codec="pcm_s16le", container="mov")
    for number, target in enumerate(
        (f"http://127.0.0.1:{listener.port}/x", str(whole), "file:" + str(whole))
    ):
        path = tmp_path / f"pointing{number}.mov"
        path.write_bytes(external_reference(whole, target))
        try:
            sound = list(read_audio(path))
        except BrokenMedia:
            sound = []
        assert sum(block.shape[1] for block in sound) <= samples.RATE
    assert listener.arrived == 0


def test_the_library_cannot_open_a_second_file(tmp_path: Path):
    """Even with every format allowed, the protocol list stops a playlist: the second wall stands alone."""
    secret = samples.write_audio(tmp_path / "secret.wav", samples.tone(1.0))
    playlist = tmp_path / "list.ffconcat"
    playlist.write_text(f"ffconcat version 1.0\nfile 'file:{secret}'\n")

    def decode(protocols: str) -> None:
        with playlist.open("rb") as file:
            options = {"fd": str(file.fileno()), "protocol_whitelist": protocols, "safe": "0"}
            with av.open("fd:", format="concat", container_options=options) as container:
                next(container.decode(audio=0))

    decode("fd,file")  # so it is the list that stops it
    with pytest.raises((av.error.FFmpegError, ValueError)):
        decode("fd")


def test_descriptors_are_closed_again(tmp_path: Path):
    path = samples.write_audio(tmp_path / "x.wav", samples.tone(0.1))
    text = tmp_path / "text"
    text.write_text("words")
    count = lambda: len(list(Path("/proc/self/fd").iterdir()))  # noqa: E731 - a name for the count
    before = count()
    for _ in range(20):
        with open_input(path):
            pass
        with pytest.raises(BrokenMedia):
            probe(text)
    assert count() == before


def test_damaged_files_never_fail_in_another_way(tmp_path: Path):
    """Flip bytes of good files: every use answers, or refuses with one of our errors, and leaves no file."""
    good = [
        samples.write_video(tmp_path / "a.mp4", samples.speech(0.3), seconds=0.3),
        samples.write_video(tmp_path / "a.mkv", samples.speech(0.3), seconds=0.3),
        samples.write_audio(tmp_path / "a.ogg", samples.speech(0.3), codec="libopus"),
        samples.write_image(tmp_path / "a.png"),
    ]
    random = np.random.default_rng(11)
    new = Sound([samples.tone(0.3)], samples.RATE, "mono")
    uses = (
        probe,
        lambda path: list(read_audio(path)),
        lambda path: make_poster(path, tmp_path / "poster"),
        lambda path: replace_audio(path, new, tmp_path / "replaced"),
    )
    for number in range(120):
        content = bytearray(good[number % len(good)].read_bytes())
        reach = 600 if number % 3 else len(content)
        for _ in range(random.integers(1, 25)):
            content[random.integers(0, min(reach, len(content)))] = random.integers(0, 256)
        path = tmp_path / "damaged"
        path.write_bytes(content[: len(content) if number % 5 else random.integers(1, len(content))])
        for use in uses:
            with contextlib.suppress(Refused, Unsupported):  # and nothing else
                use(path)
