"""Typefaces that nobody has are named before anything is drawn."""

import pytest

from cutroom.base.errors import Refused
from cutroom.render.document.reading import read_template
from cutroom.render.scene.scene import Scene


def scene_of(*clips):
    return Scene(read_template({"version": 1, "tracks": [{"clips": list(clips)}]}), {})


def test_every_missing_typeface_is_named():
    text = {"type": "text", "text": "Hi", "length": 1}
    group = {"type": "group", "length": 1, "clips": [text | {"font": "Anton, Nowhere"}]}
    with pytest.raises(Refused) as caught:
        scene_of(text | {"font": "Intr"}, text | {"font": "anton"}, group)
    errors = caught.value.details["errors"]
    assert [error["path"] for error in errors] == [
        "$.tracks[0].clips[0].font",
        "$.tracks[0].clips[2].clips[0].font",
    ]
    assert "Inter" in errors[0]["hint"]


def test_known_ones_are_fine():
    scene_of({"type": "text", "text": "Hi", "font": "'Playfair Display', Inter", "length": 1}).close()
