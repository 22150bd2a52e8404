"""What is heard of a scene, and when it fades."""

from fractions import Fraction
from pathlib import Path

import pytest

from cutroom.render.document.reading import read_template
from cutroom.render.scene.scene import Scene
from cutroom.render.sources.media_item import MediaItem

MEDIA = {"a.wav": MediaItem(Path("a.wav"), "0" * 64, "audio", seconds=Fraction(60), has_audio=True)}


def group(start, *sounds, **fields):
    clips = [{"type": "audio", "src": "a.wav", "start": at, "length": length} for at, length in sounds]
    return {"type": "group", "start": start, "length": 10, "clips": clips, **fields}


@pytest.mark.parametrize(
    ("start", "length", "fades"),
    [
        (0, 10, (2, 2)),
        (0, 4, (2, 0)),
        (4, 6, (0, 2)),
        (4, 3, (0, 0)),
        (1, 8, (1, 1)),
        ("1/2", "1/2", (1.5, 0)),
    ],
)
def test_scene_sounds_of_a_group_fade_while_it_passes_over(start, length, fades):
    passing = {"transition": {"type": "crossfade", "length": 2}}
    middle = group(8, (start, length), **passing)
    clips = [group(0, (0, 10)), middle, group(16, (0, 10), **passing)]
    document = {"version": 1, "rate": 30, "tracks": [{"clips": clips}]}
    scene = Scene(read_template(document), MEDIA)
    _, sound, _ = scene.sounds()
    assert sound.start == 8 + Fraction(start)
    assert (sound.fade_in, sound.fade_out) == fades
