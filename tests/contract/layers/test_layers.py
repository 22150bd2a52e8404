"""One suite over every layer type: its name, its example, and frames that depend on their number alone."""

from __future__ import annotations

import json
import random
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from jsonschema import Draft202012Validator

from cutroom.base.errors import CutroomError
from cutroom.render.caption_style import CAPTION_STYLES
from cutroom.render.document.clip import VisualClip
from cutroom.render.document.reading import read_template
from cutroom.render.document.schema import template_schema
from cutroom.render.document.template import MOST_SECONDS
from cutroom.render.layer import LAYERS
from cutroom.render.motion import MOTIONS
from cutroom.render.pixels.compositor import Compositor
from cutroom.render.pixels.sprite import Source, Sprite, signature
from cutroom.render.scene.placed_files import kinds_of_files, media_uses
from cutroom.render.scene.scene import Scene
from cutroom.render.transition import TRANSITIONS
from layer_files import SECONDS, make_files
from template_mutations import fitting_value

VALIDATOR = Draft202012Validator(template_schema())
NAMES = LAYERS.names()
SEEN = [name for name in NAMES if issubclass(LAYERS.load(name).model, VisualClip)]
MOVED: dict[str, Any] = {
    "scale": {"keyframes": [{"time": 0, "value": 0.4}, {"time": 1, "value": 1.1, "easing": "ease-in-out"}]},
    "x": {"keyframes": [{"time": 0, "value": "20%"}, {"time": 2, "value": "70%"}]},
    "rotation": 15,
    "opacity": 0.7,
    "radius": 5,
    "shadow": {"y": 3, "blur": 4},
    "mask": {"shape": "ellipse"},
    "enter": {"type": "slide", "length": 0.5},
    "exit": {"type": "blur", "length": 0.5},
}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory):
    return make_files(tmp_path_factory.mktemp("files"))


def film(*clips: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {
        "version": 1,
        "width": 160,
        "height": 120,
        "rate": 10,
        "tracks": [{"clips": list(clips)}],
        **fields,
    }


def example(name: str, **changes: Any) -> dict[str, Any]:
    return {**json.loads(json.dumps(LAYERS.load(name).example)), "length": 2, **changes}


def scene_of(document: dict[str, Any], files) -> Scene:
    template = read_template(document)
    media = {src: files[kind] for src, kind in kinds_of_files(media_uses(template)).items()}
    return Scene(template, media)


def drawn(scene: Scene, number: int, compositor: Compositor | None = None) -> np.ndarray:
    compositor = compositor or Compositor(scene.width, scene.height, scene.background)
    return compositor.compose(scene.frame(number)).pixels.copy()


def sources(sprites: tuple[Sprite, ...]) -> list[Source]:
    return [source for sprite in sprites for source in (sprite.source, *(m.source for m in sprite.masks))]


DOCUMENTS = {
    **{name: film(example(name), length=2) for name in SEEN},
    **{f"{name}, moved": film(example(name, **MOVED), length=2) for name in SEEN},
    **{
        f"{name} in a group": film({"type": "group", "length": 2, "opacity": 0.8, "clips": [example(name)]})
        for name in SEEN
    },
    **{
        f"motion {name}": film(
            example(
                "shape",
                enter={"type": name, "length": 1, "direction": "left"},
                exit={"type": name, "length": 1},
            )
        )
        for name in MOTIONS.names()
    },
    **{
        f"transition {name}": film(
            example("background"),
            example(
                "image",
                start="auto",
                transition={"type": name, "length": 1, "softness": 0.3, "src": "photo.jpg"},
            ),
        )
        for name in TRANSITIONS.names()
    },
    **{f"captions in {name}": film(example("captions", style=name)) for name in CAPTION_STYLES.names()},
    **{
        f"words by {name}": film(example("text", size=30, animation={"type": name, "by": "character"}))
        for name in [*MOTIONS.names(), "typewriter"]
    },
}


@pytest.mark.parametrize(
    "registry",
    [LAYERS, TRANSITIONS, MOTIONS, CAPTION_STYLES],
    ids=["layers", "transitions", "motions", "styles"],
)
def test_layers_and_their_like_are_called_as_their_files(registry) -> None:
    assert len(registry.names()) >= 5
    for name in registry.names():
        one = registry.load(name)
        assert one.name == name
        assert one.title[:1].isupper()
        assert not one.title.endswith(".")
    assert len({registry.load(name).title for name in registry.names()}) == len(registry.names())


@pytest.mark.parametrize("name", NAMES)
def test_layers_have_examples_that_the_schema_and_the_model_take(name: str) -> None:
    layer = LAYERS.load(name)
    assert layer.summary.endswith(".")
    document = film(layer.example)
    assert not list(VALIDATOR.iter_errors(document))
    clip = read_template(document).tracks[0].clips[0]
    assert type(clip) is layer.model
    assert clip.type == name
    written = json.loads(clip.model_dump_json(by_alias=True))
    assert read_template(film(written)).tracks[0].clips[0] == clip
    assert all(use.src and use.kind for use in layer.media(clip))


@pytest.mark.parametrize("name", NAMES)
def test_layers_play_as_long_as_their_files(name: str, files) -> None:
    layer = LAYERS.load(name)
    given = {key: value for key, value in layer.example.items() if key not in {"length", "loop", "trim"}}
    clip = read_template(film(given, length=2)).tracks[0].clips[0]
    media = {src: files[kind] for src, kind in kinds_of_files(layer.media(clip)).items()}
    natural = layer.natural_length(clip, media)
    assert natural is None or 0 < natural <= MOST_SECONDS
    if name in {"video", "audio", "waveform"}:
        assert natural is not None
        assert abs(natural - SECONDS) < Fraction(1, 10)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_layers_draw_frames_that_depend_on_their_number_alone(name: str, files, seed: int) -> None:
    """In any order, with one compositor or many, from one scene or a fresh one."""
    document = DOCUMENTS[name]
    chance = random.Random(seed)
    one = scene_of(document, files)
    shared = Compositor(one.width, one.height, one.background, cache_bytes=4 << 20)
    numbers = sorted({0, one.frame_count - 1, *chance.sample(range(one.frame_count), 4)})
    first = {
        number: (drawn(one, number, shared), signature(one.frame(number), one.background))
        for number in numbers
    }
    assert any((pixels != first[numbers[0]][0]).any() or pixels.any() for pixels, _ in first.values()), (
        "shows nothing"
    )
    one.close()
    other = scene_of(document, files)
    for number in chance.sample(numbers, len(numbers)):
        assert np.array_equal(drawn(other, number), first[number][0]), f"frame {number}"
        assert signature(other.frame(number), other.background) == first[number][1], f"frame {number}"
    other.close()
    other.close()


@pytest.mark.parametrize("name", SEEN)
def test_layers_have_equal_keys_for_equal_pixels_alone(name: str, files, seed: int) -> None:
    """Change one field at a time: sources of one key, and frames of one signature, are the same."""
    chance = random.Random(seed)
    schema = template_schema()["$defs"][LAYERS.load(name).model.__name__]["properties"]
    fields = sorted(set(schema) - {"type", "id", "src", "start", "length", "clips", "transition", "shadow"})
    pictures: dict[str, np.ndarray] = {}
    frames: dict[str, np.ndarray] = {}
    changes: list[dict[str, Any]] = [
        {},
        *({field: fitting_value(schema[field], chance)} for field in fields * 3),
    ]
    for change in changes:
        try:
            scene = scene_of(film(example(name, **change), length=2), files)
            sprites = scene.frame(7)
            if not all(map(_is_small, sources(sprites))):
                continue
            frame = drawn(scene, 7)
            named = {source.key: source.draw().pixels for source in sources(sprites)}
        except CutroomError:
            continue
        known = frames.setdefault(signature(sprites, scene.background), frame)
        assert np.array_equal(known, frame), change
        for key, pixels in named.items():
            assert np.array_equal(pictures.setdefault(key, pixels), pixels), (change, key)
        scene.close()
    assert len(frames) > 3


def _is_small(source: Source) -> bool:
    return source.width * source.height < 1 << 21


@pytest.mark.parametrize("name", SEEN)
def test_layers_open_again_after_they_were_closed(name: str, files) -> None:
    scene = scene_of(DOCUMENTS[name], files)
    before = drawn(scene, 3)
    scene.close()
    assert np.array_equal(drawn(scene, 3), before)
    scene.close()
