"""Draw a picture of every template of the gallery for the documents, as each comes.

`python tools/gallery_pictures.py` writes docs/pictures/gallery-<name>.jpg.
"""

from __future__ import annotations

import math
import struct
import tempfile
import wave
from pathlib import Path

from cutroom.base.settings import read_settings
from cutroom.boot.local_render import opened
from cutroom.render.document.gallery import gallery
from cutroom.render.film.joining import render_still
from cutroom.render.output import Output
from cutroom.render.scene.scene import Scene

PICTURES = Path(__file__).resolve().parent.parent / "docs" / "pictures"
SIDE = 480
MOMENTS = {"countdown": 0.36, "lyric": 0.95, "quote": 0.9, "audiogram": 0.4, "product": 0.95}
"""Where in the film the picture is taken, as a share; elsewhere at two thirds."""


def main() -> int:
    """Draw them all; return an exit code."""
    with tempfile.TemporaryDirectory() as scratch:
        sound = hum(Path(scratch) / "sound.wav")
        for template in gallery():
            inputs = {"audio": str(sound)} if "audio" in template.document["inputs"] else {}
            with opened(template.document, inputs, read_settings()) as (read, media):
                scene = Scene(read, media)
                time = round(float(scene.seconds) * MOMENTS.get(template.name, 0.66), 2)
                side = {"width" if read.width >= read.height else "height": SIDE}
                wanted = Output.model_validate({"format": "jpg", "time": time, "quality": 85, **side})
                target = PICTURES / f"gallery-{template.name}.jpg"
                render_still(lambda made=scene: made, wanted, target)
                print(target.name)
    return 0


def hum(path: Path) -> Path:
    """Write ten seconds of a tone that swells as speech does."""
    rate, seconds = 16000, 10
    samples = [
        int(20000 * math.sin(2 * math.pi * 180 * n / rate) * abs(math.sin(n / 2900) * math.sin(n / 11000)))
        for n in range(rate * seconds)
    ]
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(struct.pack(f"<{len(samples)}h", *samples))
    return path


if __name__ == "__main__":
    raise SystemExit(main())
