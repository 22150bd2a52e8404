"""Small good files of every kind that templates use, made anew for each run, always the same."""

from __future__ import annotations

from pathlib import Path

import numpy as np

import samples
from cutroom.render.fonts import FontBook
from cutroom.render.sources.media_item import MediaItem, MediaKind
from cutroom.render.sources.media_reading import look_at_media

LOTTIE = """{"v":"5.7","fr":30,"ip":0,"op":60,"w":120,"h":60,"layers":[{"ty":4,"ip":0,"op":60,"st":0,
"ks":{"o":{"a":0,"k":80},"r":{"a":0,"k":0},"a":{"a":0,"k":[0,0]},"s":{"a":0,"k":[100,100]},
"p":{"a":1,"k":[{"t":0,"s":[20,30],"o":{"x":0,"y":0},"i":{"x":1,"y":1}},{"t":60,"s":[100,30]}]}},
"shapes":[{"ty":"gr","it":[{"ty":"el","p":{"a":0,"k":[0,0]},"s":{"a":0,"k":[30,30]}},
{"ty":"fl","c":{"a":0,"k":[1,0.3,0,1]},"o":{"a":0,"k":100}},{"ty":"tr","p":{"a":0,"k":[0,0]},
"a":{"a":0,"k":[0,0]},"s":{"a":0,"k":[100,100]},"r":{"a":0,"k":0},"o":{"a":0,"k":100}}]}]}]}"""
SRT = "1\n00:00:00,100 --> 00:00:00,900\nEvery word\n\n2\n00:00:01,000 --> 00:00:01,900\nin its own time.\n"
SECONDS = 3
"""How long film and music play."""


def make_files(folder: Path) -> dict[MediaKind, MediaItem]:
    """Write one file of each kind, looked at, by kind."""
    samples.write_image(folder / "photo.jpg", (96, 64), "mjpeg")
    samples.write_video(folder / "film.mp4", samples.tone(float(SECONDS)), seconds=SECONDS, size=(96, 64))
    beats = np.tile(samples.tone(0.25), (1, SECONDS * 4)) * np.linspace(0.1, 1, SECONDS * samples.RATE)
    samples.write_audio(folder / "music.wav", beats.astype(np.float32))
    (folder / "spinner.json").write_text(LOTTIE)
    (folder / "words.srt").write_text(SRT)
    (folder / "letters.ttf").write_bytes(FontBook().face("Inter").file.path.read_bytes())
    names: dict[MediaKind, str] = {
        "image": "photo.jpg",
        "video": "film.mp4",
        "audio": "music.wav",
        "animation": "spinner.json",
        "subtitles": "words.srt",
        "font": "letters.ttf",
    }
    return {kind: look_at_media(folder / name, kind) for kind, name in names.items()}
