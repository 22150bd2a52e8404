"""Films in templates: every frame shows the picture that belongs there."""

from __future__ import annotations

import math
from fractions import Fraction

import numpy as np
import pytest

import samples
from counted_films import HEIGHT, WIDTH, FilmStyle, constant, number_of, variable, write_film
from cutroom.render.document.reading import read_template
from cutroom.render.pixels.compositor import Compositor
from cutroom.render.scene.scene import Scene
from cutroom.render.sources.films import FILMS
from cutroom.render.sources.media_reading import look_at_media

RATES = ["24000/1001", "25", "30000/1001", "30", "60"]


def _scene(path, clip: dict, *, rate="30", length=2, **more) -> Scene:
    """Return a scene of one film that fills a canvas of its size."""
    document = {
        "width": WIDTH,
        "height": HEIGHT,
        "rate": rate,
        "length": length,
        "tracks": [{"clips": [{"type": "video", "src": "film", "start": 0, "length": length} | clip]}],
    } | more
    return Scene(read_template(document), {"film": look_at_media(path, "video")})


def _numbers(scene: Scene, frames=None) -> list[int]:
    compositor = Compositor(scene.width, scene.height, scene.background)
    frames = range(scene.frame_count) if frames is None else frames
    return [number_of(compositor.compose(scene.frame(number)).pixels) for number in frames]


@pytest.fixture(autouse=True)
def _closed():
    """Let go of the films of a test."""
    yield
    FILMS.close_all()


@pytest.fixture(scope="module")
def film(tmp_path_factory):
    return write_film(tmp_path_factory.mktemp("film") / "film.mp4", constant(Fraction(30), 90))


@pytest.mark.parametrize("source", RATES)
@pytest.mark.parametrize("template", RATES)
def test_layer_video_shows_the_picture_of_each_moment(tmp_path, source, template):
    style = FilmStyle(rate=Fraction(source))
    path = write_film(tmp_path / "film.mp4", constant(Fraction(source), 70), style)
    scene = _scene(path, {}, rate=template, length=1)

    expected = [math.floor(n / Fraction(template) * Fraction(source)) for n in range(scene.frame_count)]
    assert _numbers(scene) == expected
    # Backwards, as a preview may ask.
    assert _numbers(scene, reversed(range(scene.frame_count))) == expected[::-1]


def test_layer_video_follows_a_variable_rate(tmp_path, seed):
    times = variable(seed, 60)
    path = write_film(tmp_path / "film.mp4", times)
    scene = _scene(path, {})

    expected = [
        max(number for number, time in enumerate(times) if time <= Fraction(frame, 30))
        for frame in range(scene.frame_count)
    ]
    assert _numbers(scene) == expected


def test_layer_video_is_trimmed_sped_up_and_slowed_down(film):
    assert _numbers(_scene(film, {"trim": 0.5, "length": 1}, length=1)) == list(range(15, 45))
    assert _numbers(_scene(film, {"speed": 2, "length": 1}, length=1)) == list(range(0, 60, 2))
    slow = _numbers(_scene(film, {"speed": 0.5, "trim": "1/3"}, length=1))
    assert slow == [10 + frame // 2 for frame in range(30)]


def test_layer_video_loops_without_a_gap_and_stands_at_its_end(film):
    looped = _numbers(_scene(film, {"trim": 2, "loop": True}, length=3))
    assert looped == [60 + frame % 30 for frame in range(90)]

    assert _numbers(_scene(film, {"trim": 2}, length=2)) == [min(89, 60 + frame) for frame in range(60)]


def test_layer_video_freezes(film):
    scene = _scene(film, {"freeze": 0.5})
    assert set(_numbers(scene)) == {15}
    assert len({scene.frame(number)[0].source.key for number in range(scene.frame_count)}) == 1


def test_layer_video_plays_as_long_as_the_film(film):
    scene = _scene(film, {"trim": 1, "speed": 2, "length": "auto"}, length="auto")

    assert scene.seconds == 1


def test_layer_video_knows_equal_pictures(tmp_path):
    path = write_film(tmp_path / "film.mp4", constant(Fraction(10), 20), FilmStyle(rate=Fraction(10)))
    scene = _scene(path, {}, rate="30")

    keys = [scene.frame(number)[0].source.key for number in range(scene.frame_count)]
    assert len(set(keys)) == 20
    assert all(keys[number] == keys[number - number % 3] for number in range(60))


def test_layer_video_can_show_one_film_at_several_places(film):
    clips = [
        {"type": "video", "src": "film", "start": 0, "length": 1, "trim": trim, "width": WIDTH, "x": x}
        for trim, x in ((0, WIDTH / 2), (1, WIDTH * 1.5), (2, WIDTH * 2.5))
    ]
    document = {
        "width": WIDTH * 3,
        "height": HEIGHT,
        "length": 1,
        "tracks": [{"clips": [clip]} for clip in clips],
    }
    scene = Scene(read_template(document), {"film": look_at_media(film, "video")})
    compositor = Compositor(scene.width, scene.height, scene.background)
    for frame in range(0, 30, 3):
        pixels = compositor.compose(scene.frame(frame)).pixels
        parts = [number_of(pixels[:, left : left + WIDTH]) for left in range(0, 3 * WIDTH, WIDTH)]
        assert parts == [frame, frame + 30, frame + 60]
    assert 1 <= len(FILMS._open) <= 4
    scene.close()
    assert not FILMS._open


def test_layer_video_keeps_few_files_open(tmp_path):
    paths = [write_film(tmp_path / f"{n}.mp4", constant(Fraction(30), 6 + n)) for n in range(24)]
    media = {str(n): look_at_media(path, "video") for n, path in enumerate(paths)}
    tracks = [{"clips": [{"type": "video", "src": name, "length": 0.2, "opacity": 0.5}]} for name in media]
    document = {"width": WIDTH, "height": HEIGHT, "length": 0.2, "tracks": tracks}
    scene = Scene(read_template(document), media)
    compositor = Compositor(WIDTH, HEIGHT, scene.background, cache_bytes=1 << 20)
    first = [compositor.compose(scene.frame(n)).pixels.copy() for n in range(scene.frame_count)]
    again = [compositor.compose(scene.frame(n)).pixels.copy() for n in range(scene.frame_count)]
    assert all(np.array_equal(one, other) for one, other in zip(first, again, strict=True))
    assert len(FILMS._open) <= 16
    scene.close()


def test_layer_video_is_read_as_large_as_it_is_shown(film):
    def size(clip: dict) -> tuple[int, int]:
        source = _scene(film, clip).frame(0)[0].source
        return source.width, source.height

    assert size({"width": WIDTH // 2}) == (WIDTH // 2, HEIGHT // 2)
    assert size({"width": WIDTH * 2}) == (WIDTH, HEIGHT)
    assert size({"width": WIDTH // 2, "scale": 2}) == (WIDTH, HEIGHT)
    grows = {"keyframes": [{"time": 0, "value": 10}, {"time": 1, "value": WIDTH / 4}]}
    assert size({"width": grows, "height": HEIGHT}) == (WIDTH, HEIGHT)


def test_layer_video_turned_and_mirrored_stands_upright(tmp_path):
    path = write_film(tmp_path / "film.mp4", constant(Fraction(30), 3), FilmStyle(turn=(-90.0, False, False)))
    item = look_at_media(path, "video")
    assert (item.width, item.height) == (HEIGHT, WIDTH)
    scene = _scene(path, {"flip": "vertical"}, length=0.1, width=HEIGHT, height=WIDTH)

    pixels = Compositor(HEIGHT, WIDTH, scene.background).compose(scene.frame(0)).pixels
    corners = (pixels[4, 4], pixels[4, -5], pixels[-5, 4], pixels[-5, -5])
    # Stored: red, green, blue, white. Turned clockwise: blue, red, white, green. Then mirrored.
    assert [corner[:3].argmax() for corner in corners[1::2]] == [1, 2]
    assert (corners[0][:3] > 128).all()
    assert corners[2][0] > 128 > corners[2][1]


def test_layer_video_removes_a_colour(film):
    key = {"color": "#ff0000", "tolerance": 0.2}
    scene = _scene(film, {"chromaKey": key}, background="#0000ff", length=0.1)

    pixels = Compositor(WIDTH, HEIGHT, scene.background).compose(scene.frame(0)).pixels
    assert pixels[5, 5].tolist() == [255, 0, 0, 255]
    assert pixels[5, -6, 1] > 200


def test_layer_video_is_heard_unless_muted(tmp_path):
    path = samples.write_video(tmp_path / "loud.mp4", samples.tone(1.0))
    item = look_at_media(path, "video")
    assert item.has_audio

    def sounds(clip: dict) -> tuple:
        document = {"width": 64, "height": 48, "tracks": [{"clips": [{"type": "video", "src": "a"} | clip]}]}
        return Scene(read_template(document), {"a": item}).sounds()

    (sound,) = sounds({"trim": 0.25, "speed": 2, "start": 1, "volume": 0.5, "role": "speech"})
    assert (sound.start, sound.trim, sound.speed, sound.volume, sound.role) == (1, 0.25, 2, 0.5, "speech")
    assert sounds({"muted": True}) == ()
    assert sounds({"freeze": 0.1, "length": 1}) == ()


def test_layer_video_blurs_behind_itself(film):
    document = {
        "width": 90,
        "height": 160,
        "length": 1,
        "tracks": [
            {"clips": [{"type": "background", "blurOf": {"src": "film", "kind": "video", "blur": 20}}]},
            {"clips": [{"type": "video", "src": "film", "fit": "contain", "length": 1}]},
        ],
    }
    scene = Scene(read_template(document), {"film": look_at_media(film, "video")})
    pixels = Compositor(90, 160, scene.background).compose(scene.frame(7)).pixels

    top = pixels[:40, :, :3].astype(int)
    assert np.abs(np.diff(top, axis=1)).max() <= 6
    assert np.abs(np.diff(top, axis=0)).max() <= 6
    scene.close()
