"""What files are by their first bytes."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from cutroom.base.errors import BrokenMedia
from cutroom.media.mime import image_type, media_type
from cutroom.media.remux_plan import choose_codec, plans
from cutroom.media.sniff import document_type, picture_size, refuse_playlists, subtitles_type
from cutroom.media.truncation import is_cut_off

SRT = "1\n00:00:01,000 --> 00:00:02,500\nHello\n\n"


@pytest.mark.parametrize(
    "head",
    [
        b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n",
        b"\xef\xbb\xbf#EXTM3U\n",
        b"ffconcat version 1.0\nfile /etc/passwd\n",
        b'<?xml version="1.0"?>\n<MPD xmlns="urn:mpeg:dash:schema:mpd:2011">',
        b"v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\n",
        b"[playlist]\nFile1=http://127.0.0.1/\n",
        b"<asx version='3.0'>",
        b"# VobSub index file, v7\n",
    ],
)
def test_files_that_point_elsewhere_are_refused(head: bytes):
    with pytest.raises(BrokenMedia) as caught:
        refuse_playlists(head)
    assert caught.value.code_word == "playlist"


@pytest.mark.parametrize(
    ("content", "mime_type"),
    [
        (SRT.encode(), "application/x-subrip"),
        (b"\xef\xbb\xbf" + SRT.encode(), "application/x-subrip"),
        (SRT.encode("utf-16"), "application/x-subrip"),
        (SRT.replace("Hello", "Grüße").encode("latin-1"), "application/x-subrip"),
        (b"WEBVTT\n\n00:01.000 --> 00:02.000\nHi\n", "text/vtt"),
        (b"[Script Info]\nTitle: x\n", "text/x-ssa"),
        (b'<?xml version="1.0"?><tt xmlns="http://www.w3.org/ns/ttml">', "application/ttml+xml"),
        (b"Just a text with --> an arrow\n", None),
        (b"\x00\x00\x00\x20ftypisom", None),
    ],
)
def test_subtitles_are_recognised(content: bytes, mime_type: str | None):
    assert subtitles_type(content) == mime_type


@pytest.mark.parametrize(
    ("content", "mime_type"),
    [
        (b"%PDF-1.7\n", "application/pdf"),
        (b'<svg xmlns="http://www.w3.org/2000/svg">', "image/svg+xml"),
        (
            b"PK\x03\x04....word/document.xml",
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        (b"PK\x03\x04 anything", None),
        (b"plain words", None),
    ],
)
def test_documents_are_recognised(content: bytes, mime_type: str | None):
    assert document_type(content) == mime_type


def test_pictures_tell_their_size_before_any_decoder():
    png = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + struct.pack(">II", 60000, 50000)
    bmp = b"BM" + bytes(12) + struct.pack("<Iii", 40, 300, -200)
    assert picture_size(png) == (60000, 50000)
    assert picture_size(b"GIF89a" + struct.pack("<HH", 320, 200)) == (320, 200)
    assert picture_size(bmp) == (300, 200)
    assert picture_size(b"\xff\xd8\xff") is None


def test_types_come_from_content():
    assert image_type("png_pipe", "") == "image/png"
    assert image_type("mov", "heic") == "image/heic"
    assert image_type("mov", "isom") is None
    assert media_type("mov", "qt  ", b"", has_picture=True) == "video/quicktime"
    assert media_type("mov", "M4A ", b"", has_picture=False) == "audio/mp4"
    assert media_type("matroska", "", b"\x1aE\xdf\xa3....webm", has_picture=True) == "video/webm"
    assert media_type("matroska", "", b"\x1aE\xdf\xa3....matroska", has_picture=False) == "audio/x-matroska"
    assert media_type("ogg", "", b"", has_picture=False) == "audio/ogg"


def box(name: bytes, body: bytes, length: int | None = None) -> bytes:
    return struct.pack(">I", length or len(body) + 8) + name + body


@pytest.mark.parametrize(
    ("content", "is_cut"),
    [
        (box(b"ftyp", b"isom") + box(b"moov", b"x" * 20) + box(b"mdat", b"y" * 50), False),
        (box(b"ftyp", b"isom") + box(b"moov", b"x" * 20) + box(b"mdat", b"y" * 50, length=500), True),
        (box(b"ftyp", b"isom") + box(b"mdat", b"y" * 50), True),
        (box(b"ftyp", b"isom") + box(b"moov", b"x" * 20) + b"\x00\x00\x00\x00mdat" + b"y" * 9, False),
        (box(b"ftyp", b"isom") + box(b"moov", b"x" * 20) + bytes(6), False),
        (b"RIFF\x00\x00\x00\x00WAVEfmt \x02\x00\x00\x00xxdata\x10\x00\x00\x00" + b"y" * 16, False),
        (b"RIFF\x00\x00\x00\x00WAVEfmt \x02\x00\x00\x00xxdata\x10\x00\x00\x00" + b"y" * 9, True),
        (b"RIFF\xff\xff\xff\xffWAVEfmt \x02\x00\x00\x00xxdata\xff\xff\xff\xff" + b"y" * 9, False),
        (b"\x1aE\xdf\xa3\x80\x18\x53\x80\x67\x8a" + b"y" * 10, False),
        (b"\x1aE\xdf\xa3\x80\x18\x53\x80\x67\x8a" + b"y" * 9, True),
        (b"\x1aE\xdf\xa3\x80\x18\x53\x80\x67\x01" + b"\xff" * 7 + b"y" * 9, False),
    ],
)
def test_files_that_were_cut_off(tmp_path: Path, content: bytes, is_cut: bool):
    path = tmp_path / "file"
    path.write_bytes(content)
    assert is_cut_off(path, content) is is_cut


def test_new_sound_suits_the_container():
    assert choose_codec("mp4", "opus", 2).encoder == "aac"
    assert choose_codec("webm", "vorbis", 2).encoder == "libopus"
    assert choose_codec("matroska", "flac", 2).encoder == "flac"
    assert choose_codec("matroska", "mp3", 2).encoder == "libmp3lame"
    assert choose_codec("matroska", "mp3", 6).encoder == "libopus"
    assert choose_codec("mov", "pcm_s16le", 2).encoder == "pcm_s24le"


def test_a_container_without_exact_sync_is_left_with_a_reason():
    first = next(plans("video/x-msvideo", "h264", "mp3", 2))
    assert first.container == "mp4"
    assert first.reason is not None
    assert next(plans("video/x-msvideo", "mpeg2video", "mp3", 2)).container == "matroska"
    assert next(plans("video/webm", "vp9", "opus", 2)).reason is None
