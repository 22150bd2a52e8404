"""Pictures of films, asked for in any order: each is the one that the film shows at that time."""

from __future__ import annotations

import random
import tracemalloc
from fractions import Fraction

import numpy as np
import pytest

from counted_films import HEIGHT, WIDTH, FilmStyle, constant, number_of, variable, write_film
from cutroom.base.errors import BrokenMedia
from cutroom.media import FrameReader, read_frame_times

COUNT = 160
RATES = ["24000/1001", "25", "30000/1001", "30", "60"]


def _requests(times: list[Fraction], rng: random.Random) -> list[Fraction]:
    forwards = list(times)
    between = [time + Fraction(rng.randrange(1, 9), 1000) for time in times[::7]]
    anywhere = [rng.choice(times) + Fraction(rng.randrange(200), 1000) for _ in range(60)]
    # Matroska's milliseconds leave open which picture is shown within one of them.
    clear = [one for one in between + anywhere if min(abs(one - time) for time in times) > Fraction(1, 500)]
    return forwards + times[::-1] + clear


def _count_wrong(path, times: list[Fraction], rng: random.Random) -> tuple[int, int]:
    requests = _requests(times, rng)
    wrong = 0
    with FrameReader(path) as reader:
        first = read_frame_times(path).first - times[0]
        for request in requests:
            expected = max(n for n, time in enumerate(times) if time <= request)
            wrong += number_of(reader.at(request + first)) != expected
    return wrong, len(requests)


@pytest.mark.parametrize("suffix", ["mp4", "mkv", "ts"])
@pytest.mark.parametrize("rate", RATES)
def test_frame_reader_is_exact_at_every_rate(tmp_path, seed, rate, suffix):
    times = constant(Fraction(rate), COUNT)
    path = write_film(tmp_path / f"film.{suffix}", times, FilmStyle(rate=Fraction(rate)))

    assert _count_wrong(path, times, random.Random(seed))[0] == 0

    found = read_frame_times(path)
    assert found.is_constant
    assert found.rate == Fraction(rate)
    assert found.count == COUNT


@pytest.mark.parametrize("suffix", ["mp4", "mkv"])
def test_frame_reader_is_exact_at_a_variable_rate(tmp_path, seed, suffix):
    times = variable(seed, COUNT)
    path = write_film(tmp_path / f"film.{suffix}", times)

    assert _count_wrong(path, times, random.Random(seed))[0] == 0
    assert not read_frame_times(path).is_constant


@pytest.mark.parametrize("options", [{"threads": 3}, {"behind": 12}, {"behind": 300, "threads": 2}])
def test_frame_reader_is_exact_for_previews(tmp_path, seed, options):
    times = variable(seed, COUNT)
    path = write_film(tmp_path / "film.mp4", times)
    rng = random.Random(seed)
    requests = _requests(times, rng)
    place = 0
    for _ in range(200):  # as a hand on the time line moves
        place = min(COUNT - 1, max(0, place + rng.choice([-40, -9, -3, -1, -1, -1, 1, 2, 5, 30])))
        requests.append(times[place])

    with FrameReader(path) as plain, FrameReader(path, **options) as other:
        assert all(np.array_equal(plain.at(request), other.at(request)) for request in requests)


def test_frame_reader_goes_back_step_by_step_without_seeking(tmp_path):
    times = constant(Fraction(30), 120)
    options = {"g": "250", "crf": "8", "preset": "veryfast"}
    path = write_film(tmp_path / "film.mp4", times, FilmStyle(options=options))

    with FrameReader(path, behind=30) as reader:
        assert number_of(reader.at(times[110])) == 110
        assert number_of(reader.at(times[109])) == 109  # decodes again, and keeps
        assert all(reader.distance(times[number]) is not None for number in range(85, 109))
        assert [number_of(reader.at(times[number])) for number in range(108, 84, -1)] == [*range(108, 84, -1)]
        assert number_of(reader.at(times[111])) == 111


@pytest.mark.parametrize("suffix", ["avi", "h264"])
def test_frame_reader_counts_pictures_without_time_stamps(tmp_path, seed, suffix):
    times = constant(Fraction(25), COUNT)
    style = FilmStyle(rate=Fraction(25), tick=Fraction(1, 25))
    path = write_film(tmp_path / f"film.{suffix}", times, style)

    assert _count_wrong(path, times, random.Random(seed))[0] == 0


def test_frame_reader_reads_open_groups_of_pictures(tmp_path, seed):
    times = constant(Fraction(30), COUNT)
    options = {"g": "20", "crf": "8", "x264-params": "open-gop=1:bframes=3:b-adapt=0"}
    path = write_film(tmp_path / "open.mp4", times, FilmStyle(options=options))

    assert _count_wrong(path, times, random.Random(seed))[0] == 0


def test_frame_reader_obeys_edit_lists(tmp_path):
    style = FilmStyle(start=Fraction(-1, 3))  # ten pictures before the beginning
    muxing = {"avoid_negative_ts": "disabled", "use_editlist": "1"}
    path = write_film(tmp_path / "cut.mp4", constant(Fraction(30), 60), style, muxing=muxing)
    assert b"elst" in path.read_bytes()

    found = read_frame_times(path)
    assert (found.first, found.count) == (0, 50)
    with FrameReader(path) as reader:
        assert [number_of(reader.at(Fraction(n, 30))) for n in (0, 49, 20, 0)] == [10, 59, 30, 10]


@pytest.mark.parametrize("suffix", ["mkv", "mp4"])
def test_frame_reader_shows_the_first_picture_before_it_and_the_last_after_it(tmp_path, suffix):
    style = FilmStyle(start=Fraction(3, 2))
    path = write_film(tmp_path / f"late.{suffix}", constant(Fraction(30), 30), style)

    assert read_frame_times(path).first == Fraction(3, 2)
    with FrameReader(path) as reader:
        assert number_of(reader.at(Fraction(0))) == 0
        assert number_of(reader.at(Fraction(3, 2) + Fraction(10, 30))) == 10
        assert number_of(reader.at(Fraction(100))) == 29
        assert number_of(reader.at(Fraction(0))) == 0


@pytest.mark.parametrize("suffix", ["mp4", "mkv"])
def test_frame_reader_goes_far_ahead_and_back(tmp_path, suffix):
    times = constant(Fraction(10), 400)
    path = write_film(tmp_path / f"long.{suffix}", times, FilmStyle(rate=Fraction(10)))

    with FrameReader(path) as reader:
        for number in (0, 350, 3, 399, 200, 199, 201, 60, 0):
            assert number_of(reader.at(times[number])) == number


# --- how it stands


def _corner_colours(pixels) -> list[str]:
    names = {(0, 0, 1): "red", (0, 1, 0): "green", (1, 0, 0): "blue", (1, 1, 1): "white"}
    corners = (pixels[4, 4], pixels[4, -5], pixels[-5, 4], pixels[-5, -5])
    return [names.get(tuple((corner[:3] > 128).astype(int)), "?") for corner in corners]


@pytest.mark.parametrize(
    ("turn", "expected"),
    [
        (None, ["red", "green", "blue", "white"]),
        ((90.0, False, False), ["green", "white", "red", "blue"]),  # anticlockwise
        ((180.0, False, False), ["white", "blue", "green", "red"]),
        ((-90.0, False, False), ["blue", "red", "white", "green"]),
        ((0.0, True, False), ["green", "red", "white", "blue"]),
        ((0.0, False, True), ["blue", "white", "red", "green"]),
    ],
)
def test_frame_reader_turns_and_mirrors_by_the_display_matrix(tmp_path, turn, expected):
    path = write_film(tmp_path / "turned.mp4", constant(Fraction(30), 3), FilmStyle(turn=turn))

    with FrameReader(path) as reader:
        pixels = reader.at(Fraction(0))
        assert (reader.width, reader.height) == (pixels.shape[1], pixels.shape[0])
    is_turned = turn is not None and abs(turn[0]) == 90
    assert pixels.shape[:2] == ((WIDTH, HEIGHT) if is_turned else (HEIGHT, WIDTH))
    assert _corner_colours(pixels) == expected
    assert pixels.flags.c_contiguous


def test_frame_reader_makes_pixels_square(tmp_path):
    path = write_film(tmp_path / "wide.mp4", constant(Fraction(30), 3), FilmStyle(aspect=Fraction(4, 3)))

    with FrameReader(path) as reader:
        assert reader.at(Fraction(1, 30)).shape == (HEIGHT, round(WIDTH * 4 / 3), 4)
        assert number_of(reader.at(Fraction(1, 30))) == 1


def test_frame_reader_scales(tmp_path):
    path = write_film(tmp_path / "film.mp4", constant(Fraction(30), 10))

    with FrameReader(path, size=(WIDTH * 2, HEIGHT * 3)) as reader:
        assert reader.at(Fraction(0)).shape == (HEIGHT * 3, WIDTH * 2, 4)
        assert number_of(reader.at(Fraction(9, 30))) == 9
        assert reader.at(Fraction(0), (WIDTH // 2, HEIGHT // 2)).shape == (HEIGHT // 2, WIDTH // 2, 4)


# --- what it looks like


@pytest.mark.parametrize("colors", [(1, 1), (1, 2), (6, 1), (9, 1)])
def test_frame_reader_reads_colours_by_their_tags(tmp_path, colors):
    style = FilmStyle(codec="libx264", fmt="yuv444p", colors=colors)
    path = write_film(tmp_path / "film.mp4", constant(Fraction(30), 2), style)

    with FrameReader(path) as reader:
        pixels = reader.at(Fraction(0)).astype(int)
    corners = [pixels[6, 6], pixels[6, -7], pixels[-7, 6], pixels[-7, -7]]
    expected = [(0, 0, 255), (0, 255, 0), (255, 0, 0), (255, 255, 255)]
    assert np.abs(np.array([corner[:3] for corner in corners]) - expected).max() <= 6


@pytest.mark.parametrize(
    ("suffix", "style"),
    [
        ("webm", FilmStyle(codec="libvpx-vp9", fmt="yuva420p", options={"crf": "10", "cpu-used": "8"})),
        ("mov", FilmStyle(codec="prores_ks", fmt="yuva444p10le", options={"profile": "4"})),
        ("mov", FilmStyle(codec="qtrle", fmt="argb", options={})),
    ],
)
def test_frame_reader_keeps_alpha_premultiplied(tmp_path, seed, suffix, style):
    style.rate, style.tick = Fraction(25), Fraction(1, 25)
    if suffix == "webm":
        style.metadata = {"alpha_mode": "1"}
    times = constant(Fraction(25), 60)
    path = write_film(tmp_path / f"clear.{suffix}", times, style, clear_from=WIDTH - 24)

    assert _count_wrong(path, times, random.Random(seed))[0] == 0
    with FrameReader(path) as reader:
        pixels = reader.at(Fraction(0))
        assert reader.has_alpha
    assert read_frame_times(path).has_alpha
    assert pixels[8, 8, 3] == 255
    assert pixels[8, -8:, 3].max() == 0
    assert (pixels[..., :3] <= pixels[..., 3:]).all()


def test_frame_reader_plays_animated_gifs(tmp_path):
    times = constant(Fraction(20), 25)
    style = FilmStyle(codec="gif", fmt="rgb8", rate=Fraction(20), tick=Fraction(1, 100), options={})
    path = write_film(tmp_path / "moving.gif", times, style)

    assert read_frame_times(path).seconds == Fraction(25, 20)
    with FrameReader(path) as reader:
        assert [number_of(reader.at(times[n])) for n in (0, 3, 24, 5)] == [0, 3, 24, 5]


# --- what goes wrong


def test_frame_reader_goes_on_behind_damage(tmp_path):
    times = constant(Fraction(30), COUNT)
    path = write_film(tmp_path / "film.ts", times, FilmStyle(options={"g": "10", "crf": "8"}))
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 4000] = bytes(4000)
    path.write_bytes(content)

    with FrameReader(path) as reader:
        assert number_of(reader.at(times[5])) == 5
        assert number_of(reader.at(times[-2])) == COUNT - 2
        assert number_of(reader.at(times[5])) == 5


def test_frame_reader_refuses_sound_and_stills(tmp_path):
    picture = tmp_path / "one.png"
    write_film(picture, [Fraction(0)], FilmStyle(codec="png", fmt="rgb24", options={}))

    with pytest.raises(BrokenMedia) as caught:
        read_frame_times(picture)
    assert caught.value.code_word == "still_picture"
    with pytest.raises(FileNotFoundError):
        FrameReader(tmp_path / "none.mp4")


def test_frame_reader_keeps_memory_flat(tmp_path):
    times = constant(Fraction(30), 300)
    path = write_film(tmp_path / "film.mp4", times)
    with FrameReader(path, size=(640, 320)) as reader:
        reader.at(times[10])
        tracemalloc.start()
        for time in times:
            reader.at(time)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 4 * 640 * 320 * 4
