"""Files with damage in their middle: a film comes of them or a sentence, and the same film every time."""

from __future__ import annotations

import os
import random
from pathlib import Path
from typing import Any

import pytest

import samples
from cutroom.base.errors import CutroomError
from cutroom.render.document.reading import read_template
from cutroom.render.film.rendering import render_film
from cutroom.render.output import Output
from cutroom.render.scene.placed_files import kinds_of_files, media_uses
from cutroom.render.sources.media_reading import look_at_media
from layer_files import make_files
from template_trials import Watch, check_error

TRIALS = int(os.environ.get("CUTROOM_FUZZ", "80")) // 10
CLIPS: dict[str, dict[str, Any]] = {
    "image": {"type": "image"},
    "video": {"type": "video", "loop": True},
    "audio": {"type": "audio", "loop": True},
    "subtitles": {"type": "captions"},
    "font": {"type": "text", "text": "Every word", "font": "Mine", "size": 20},
}
FORMATS = {
    "video": ("film.mp4", "film.webm", "film.mkv", "film.mov"),
    "audio": ("sound.mp3", "sound.flac", "sound.ogg", "sound.m4a"),
    "image": ("photo.jpg", "photo.png", "photo.webp"),
}
ENCODERS = {
    "film.webm": {"video_codec": "libvpx", "audio_codec": "libopus"},
    "sound.mp3": "libmp3lame",
    "sound.flac": "flac",
    "sound.ogg": "libopus",
    "sound.m4a": "aac",
    "photo.jpg": "mjpeg",
    "photo.png": "png",
    "photo.webp": "libwebp",
}


@pytest.fixture(scope="module")
def contents(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], bytes]:
    """Return good files by kind and name."""
    folder = tmp_path_factory.mktemp("good")
    made = {(kind, item.path.name): item.path.read_bytes() for kind, item in make_files(folder).items()}
    for name in FORMATS["video"]:
        path = samples.write_video(folder / name, samples.tone(1.0), **ENCODERS.get(name, {}))
        made["video", name] = path.read_bytes()
    for name in FORMATS["audio"]:
        path = samples.write_audio(folder / name, samples.tone(1.0), codec=ENCODERS[name])
        made["audio", name] = path.read_bytes()
    for name in FORMATS["image"]:
        made["image", name] = samples.write_image(folder / name, codec=ENCODERS[name]).read_bytes()
    return made


def damaged(content: bytes, chance: random.Random) -> bytes:
    """Change, remove or repeat a few stretches."""
    changed = bytearray(content)
    for _ in range(chance.choice((1, 2, 5))):
        at, length = chance.randrange(len(changed) or 1), chance.choice((1, 4, 40, 400))
        match chance.randrange(4):
            case 0:
                changed[at : at + length] = chance.randbytes(length)
            case 1:
                del changed[at : at + length]
            case 2:
                changed[at:at] = changed[at : at + length]
            case _:
                changed = changed[: max(1, at)]
    return bytes(changed or b"x")


def film_of(path: Path, kind: str, folder: Path) -> bytes | str:
    """Return a film that uses a file, or the code that it was refused with."""
    document: dict[str, Any] = {"version": 1, "width": 64, "height": 48, "rate": 10, "length": 1}
    clip = {**CLIPS[kind], "length": 1}
    if kind == "font":
        document["fonts"] = [{"family": "Mine", "src": "file"}]
    else:
        clip["src"] = "file"
    document["tracks"] = [{"clips": [clip]}]
    try:
        template = read_template(document)
        kinds = kinds_of_files(media_uses(template))
        media = {src: look_at_media(path, kinds[src]) for src in kinds}
        made = render_film(template, media, [Output(preset="ultrafast")], folder, threads=1)
        return made.made[0].path.read_bytes()
    except CutroomError as error:
        check_error(error)
        assert not folder.exists() or list(folder.iterdir()) == []
        return error.code_word


@pytest.mark.parametrize("kind", CLIPS)
def test_damaged_media_become_a_film_or_a_sentence(
    kind: str, contents: dict[tuple[str, str], bytes], seed: int, tmp_path: Path
) -> None:
    good = [(name, content) for (each, name), content in contents.items() if each == kind]
    for number in range(seed, seed + TRIALS):
        chance = random.Random(number)
        name, content = chance.choice(good)
        path = tmp_path / f"{number}-{name}"
        path.write_bytes(damaged(content, chance))
        watch = Watch()
        try:
            first = film_of(path, kind, tmp_path / f"{number}-1")
            watch.check()
            assert film_of(path, kind, tmp_path / f"{number}-2") == first
        except Exception as error:  # noqa: BLE001 - whatever it is, it is a bug
            pytest.fail(f"random.Random({number}), {path}: {type(error).__name__}: {error}")
