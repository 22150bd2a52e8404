"""Files that are not what they seem, or more than they seem."""

import gzip
import io
import struct
import zipfile
from fractions import Fraction

import av
import numpy as np

import samples


def far_apart(path, seconds=100 * 3600.0):
    """Write a sound whose two packets lie hours apart: a small file that declares a very long time."""
    with av.open(str(path), "w", format="matroska") as output:
        stream = output.add_stream("pcm_s16le", rate=8000, layout="mono")
        for start in (0, seconds):
            frame = av.AudioFrame.from_ndarray(np.zeros((1, 800), np.int16), format="s16", layout="mono")
            frame.sample_rate, frame.time_base = 8000, Fraction(1, 8000)
            frame.pts = round(start * 8000)
            output.mux(stream.encode(frame))
        output.mux(stream.encode(None))
    return path


def gif_bomb(width=65535, height=65535):
    return b"GIF89a" + struct.pack("<HHBBB", width, height, 0x80, 0, 0) + bytes(6) + b"," + bytes(40) + b";"


def bmp_bomb(width=100_000, height=100_000):
    header = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 1, 0, 0, 0, 0, 0, 0)
    return b"BM" + struct.pack("<IHHI", 200, 0, 0, 62) + header + bytes(100)


def jpeg_bomb(path):
    """Write a small JPEG whose header says 65,500 by 65,500."""
    content = bytearray(samples.write_image(path, codec="mjpeg").read_bytes())
    place = content.index(b"\xff\xc0")
    content[place + 5 : place + 9] = struct.pack(">HH", 65500, 65500)
    return bytes(content)


def zip_bomb():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros.wav", bytes(20_000_000))
    return buffer.getvalue()


def gzip_of(content):
    return gzip.compress(content)


def make(folder):
    """Return name -> (content, code)."""
    found = {name: (path.read_bytes(), code) for name, (path, code) in samples.broken_files(folder).items()}
    sound = samples.write_audio(folder / "ok.wav", samples.tone(1.0)).read_bytes()
    video = samples.write_video(folder / "ok.mp4", samples.tone(1.0)).read_bytes()
    return found | {
        "empty.wav": (b"", "empty_file"),
        "one-byte.mp3": (b"\x00", "not_media"),
        "text-as.mp4": (b"Dear all, here is the video.\n" * 100, "not_media"),
        "page.mp4": (b"<!doctype html><script>alert(1)</script>" * 10, "not_media"),
        "program.mp4": (b"\x7fELF\x02\x01\x01" + bytes(2000), "not_media"),
        "cut.wav": (sound[: len(sound) // 2], "truncated_media"),
        "cut-early.mp4": (video[:40], "truncated_media"),
        "header-only.wav": (sound[:44], None),
        "long.mkv": (far_apart(folder / "long.mkv").read_bytes(), "too_long"),
        "list.m3u8": (b"#EXTM3U\n#EXTINF:9,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n", "playlist"),
        "list-as.mp4": (b"\xef\xbb\xbf#EXTM3U\n#EXTINF:9,\n/etc/passwd\n", "playlist"),
        "list.ffconcat": (b"ffconcat version 1.0\nfile '/etc/passwd'\n", "playlist"),
        "list.mpd": (b'<?xml version="1.0"?><MPD><BaseURL>file:///etc/passwd</BaseURL></MPD>', "playlist"),
        "list.sdp": (
            b"v=0\no=- 0 0 IN IP4 127.0.0.1\nc=IN IP4 127.0.0.1\nm=video 9 RTP/AVP 33\n",
            "playlist",
        ),
        "many.zip": (zip_bomb(), "not_media"),
        "packed.mp4": (gzip_of(video), "not_media"),
        "packed-zeros.gz": (gzip_of(bytes(30_000_000)), "not_media"),
        "bomb.gif": (gif_bomb(), "too_large_picture"),
        "bomb.bmp": (bmp_bomb(), "too_large_picture"),
        "bomb.jpg": (jpeg_bomb(folder / "bomb.jpg"), "nothing_decodes"),
    }


NAMES = [
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
    "empty.wav",
    "one-byte.mp3",
    "text-as.mp4",
    "page.mp4",
    "program.mp4",
    "cut.wav",
    "cut-early.mp4",
    "header-only.wav",
    "long.mkv",
    "list.m3u8",
    "list-as.mp4",
    "list.ffconcat",
    "list.mpd",
    "list.sdp",
    "many.zip",
    "packed.mp4",
    "packed-zeros.gz",
    "bomb.gif",
    "bomb.bmp",
    "bomb.jpg",
]
"""Known before anything is made, for the table's rows."""


def deaf_video(path):
    """Write a video whose picture decodes and whose sound is garbage: only the work on it can tell."""
    samples.write_video(path, samples.tone(2.0), seconds=2)
    with av.open(str(path)) as container:
        places = [(packet.pos, packet.size) for packet in container.demux(audio=0) if packet.size]
    content = bytearray(path.read_bytes())
    for place, size in places:
        content[place : place + size] = b"\xff" * size
    path.write_bytes(bytes(content))
    return path
