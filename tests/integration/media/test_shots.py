"""Shot changes of films that the tests make: found to the frame, and nothing else taken for one."""

from __future__ import annotations

from fractions import Fraction
from itertools import accumulate
from pathlib import Path

import numpy as np
import pytest

import samples
from cutroom.base.errors import BrokenMedia
from cutroom.media.frame_rate import standard_rate
from cutroom.media.shots import find_shots
from sample_scenes import HEIGHT, WIDTH, Scene, dissolve, write_film

FILM = Fraction(24000, 1001)
RATES = ["24000/1001", "24", "25", "30000/1001", "30", "50", "60"]


def changes(path: Path, rate: Fraction) -> list[Fraction]:
    """Cuts in frames; whole numbers where the times lie on the grid."""
    return [time * rate for time in find_shots(path).changes]


@pytest.mark.parametrize("written", RATES)
@pytest.mark.parametrize("ending", ["mp4", "mkv"])
def test_cuts_are_found_to_the_frame(tmp_path: Path, written: str, ending: str):
    rate = Fraction(written)
    lengths = [17, 8, 40, 23]
    pictures = [p for seed, length in enumerate(lengths) for p in Scene(seed).pan(length, 0.4)]
    found = find_shots(write_film(tmp_path / f"x.{ending}", pictures, rate))
    expected = list(accumulate(lengths))[:-1]
    assert [round(time * rate) for time in found.changes] == expected
    assert found.rate == rate
    assert found.frames == sum(lengths)
    # Matroska rounds to 1 ms.
    slack = Fraction(0) if ending == "mp4" else Fraction(1, 2000)
    assert all(abs(t - n / rate) <= slack for t, n in zip(found.changes, expected, strict=True))


def test_cuts_of_a_webm(tmp_path: Path):
    pictures = [*Scene(1).still(20), *Scene(2).still(20)]
    path = write_film(tmp_path / "x.webm", pictures, Fraction(25))
    assert [round(c) for c in changes(path, Fraction(25))] == [20]


def test_cuts_of_a_variable_rate_are_where_the_frames_are(tmp_path: Path):
    steps = [Fraction(1, 30), Fraction(1, 24), Fraction(1, 10), Fraction(1, 60)]
    times = [Fraction(0), *accumulate(steps[n % 4] for n in range(79))]
    pictures = [*Scene(1).pan(33, 0.3), *Scene(2).pan(47, -0.3)]
    path = write_film(tmp_path / "x.mp4", pictures, Fraction(30), times)
    found = find_shots(path)
    assert len(found.changes) == 1
    assert float(found.changes[0]) == pytest.approx(float(times[33]), abs=2e-5)


def quiet_films() -> dict[str, list[np.ndarray]]:
    """Films without a hard cut, by what moves in them."""
    scene, other, grainy = Scene(1), Scene(2), Scene(3, grain=12.0)
    random = np.random.default_rng(4)
    black = np.zeros((HEIGHT, WIDTH, 3))
    shaken = [scene.at(*random.normal(0, 3, 2)) for _ in range(60)]
    flash = list(scene.still(60))
    for number in (20, 21, 40):
        flash[number] = flash[number] * 0.3 + 190
    return {
        "still": list(scene.still(60)),
        "pan": list(scene.pan(60, 0.9)),
        "fast pan": [*scene.still(20), *scene.pan(12, 5.0), *[scene.at(55)] * 20],
        "shake": shaken,
        "grain": list(grainy.still(60)),
        "flash": flash,
        "light": [p * (1.0 if n < 30 else 1.6) for n, p in enumerate(scene.still(60))],
        "fade": [*dissolve(scene.at(), black, 25), *[black] * 10, *dissolve(black, other.at(), 25)],
        "dissolve": [*scene.still(20), *dissolve(scene.at(), other.at(), 16), *other.still(20)],
        "on twos": [scene.at(number // 2 * 3) for number in range(40)],
        "dark": list(Scene(5, mean=14, contrast=0.5, grain=3.0).still(60)),
    }


@pytest.mark.parametrize("name", quiet_films())
def test_what_is_no_cut_is_not_taken_for_one(tmp_path: Path, name: str):
    assert changes(write_film(tmp_path / "x.mp4", quiet_films()[name], FILM), FILM) == []


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("dark", "dark"),
        ("black", "scene"),
        ("scene", "black"),
        ("grain", "grain"),
        ("pan", "shake"),
        ("flash", "scene"),
        ("red", "blue"),
    ],
)
def test_cuts_between_difficult_shots_are_found(tmp_path: Path, before: str, after: str):
    random = np.random.default_rng(9)

    def shot(kind: str, seed: int) -> list[np.ndarray]:
        scene = Scene(seed)
        makers = {
            "scene": lambda: list(scene.still(30)),
            "dark": lambda: list(Scene(seed, mean=22, contrast=1.6, grain=2.0).still(30)),
            "grain": lambda: list(Scene(seed, grain=20.0).still(30)),
            "pan": lambda: list(scene.pan(30, 1.5)),
            "shake": lambda: [scene.at(*random.normal(0, 1, 2)) for _ in range(30)],
            "flash": lambda: [p * 0.3 + 190 if n == 20 else p for n, p in enumerate(scene.still(30))],
            "black": lambda: [np.zeros((HEIGHT, WIDTH, 3))] * 30,
            "red": lambda: [np.full((HEIGHT, WIDTH, 3), (180.0, 30.0, 30.0))] * 30,
            "blue": lambda: [np.full((HEIGHT, WIDTH, 3), (30.0, 30.0, 180.0))] * 30,
        }
        return makers[kind]()

    pictures = [*shot(before, 11), *shot(after, 12)]
    assert changes(write_film(tmp_path / "x.mp4", pictures, FILM), FILM) == [30]


def test_random_films_are_cut_where_they_were_joined(tmp_path: Path, seed: int):
    random = np.random.default_rng(seed)
    lengths = [int(n) for n in random.integers(9, 40, 8)]
    pictures = [
        picture
        for number, length in enumerate(lengths)
        for picture in Scene(seed + number, grain=float(random.uniform(0, 8))).pan(
            length, random.uniform(-1, 1)
        )
    ]
    rate = Fraction(RATES[int(random.integers(len(RATES)))])
    path = write_film(tmp_path / "x.mp4", pictures, rate)
    assert changes(path, rate) == list(accumulate(lengths))[:-1]


def test_times_count_from_the_start_of_the_container(tmp_path: Path):
    """A transport stream begins anywhere; a late picture is late."""
    source = samples.write_video(tmp_path / "x.ts", samples.tone(2.0), seconds=2, video_start=Fraction(1, 5))
    found = find_shots(source)
    assert (found.frames, found.rate) == (50, Fraction(25))


def test_progress_rises_to_one(tmp_path: Path):
    path = write_film(tmp_path / "x.mp4", Scene(1).still(200), FILM)
    told: list[tuple[float, str]] = []
    find_shots(path, progress=lambda share, text: told.append((share, text)))
    assert [share for share, _ in told] == sorted(share for share, _ in told)
    assert told[-1] == (1.0, "Looking for shot changes")
    assert len(told) > 2


def test_what_has_no_picture_is_refused(tmp_path: Path):
    with pytest.raises(BrokenMedia) as caught:
        find_shots(samples.write_audio(tmp_path / "x.wav", samples.tone(0.2)))
    assert caught.value.code_word == "no_picture"


def test_a_broken_part_costs_its_own_frames(tmp_path: Path):
    pictures = [p for number in range(6) for p in Scene(number).still(25)]
    path = write_film(tmp_path / "x.mkv", pictures, Fraction(25))
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 400] = np.random.default_rng(1).bytes(400)
    path.write_bytes(bytes(content))
    found = find_shots(path)
    assert found.frames > 50
    assert Fraction(1) in found.changes


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2997/125", "24000/1001"),
        ("2398/100", "24000/1001"),
        ("24", "24"),
        ("2997/100", "30000/1001"),
        ("15000000/250001", "60"),
        ("5994/100", "60000/1001"),
        ("2743/100", "2743/100"),
        ("90000", None),
        ("1/10", None),
    ],
)
def test_rates_mean_the_standard_ones(written: str, meant: str | None):
    assert standard_rate(Fraction(written)) == (Fraction(meant) if meant else None)
