"""Films in small: where sources stand in a document, which segments are missing, what items say as JSON."""

from fractions import Fraction
from pathlib import Path

import pytest

from cutroom.base.units import StartRate
from cutroom.jobs.announcing import _absolute
from cutroom.jobs.film import _missing
from cutroom.jobs.film_work import item_from_json, item_to_json
from cutroom.render.scene.placed_files import kinds_of_files, path_of
from cutroom.render.sources.media_item import MediaItem, MediaUse


def test_a_source_is_found_where_it_was_written_first():
    document = {"tracks": [{"clips": [{"src": "a"}, {"mask": {"src": "b"}}]}], "odd name": ["b"]}
    assert path_of(document, "b") == "$.tracks[0].clips[1].mask.src"
    assert path_of({"odd name": ["b"]}, "b") == '$["odd name"][0]'
    assert path_of(document, "put together") == "$"


def test_a_source_that_was_given_is_found_among_the_inputs_first():
    document = {"inputs": {"photo": {"default": "a"}}, "tracks": [{"clips": [{"src": "b"}]}]}
    given = {"photo": "b", "slides": [{"picture": "c"}]}
    assert path_of(document, "b", given) == "$.inputs.photo"
    assert path_of(document, "c", given) == "$.inputs.slides[0].picture"
    assert path_of(document, "a", given) == "$.inputs.photo.default"


def test_a_film_that_is_heard_in_one_place_is_still_a_film():
    uses = [MediaUse("a", "audio"), MediaUse("a", "video"), MediaUse("b", "font"), MediaUse("c", "audio")]
    assert kinds_of_files(uses) == {"a": "video", "b": "font", "c": "audio"}
    assert kinds_of_files(uses[::-1]) == kinds_of_files(uses)


def test_each_content_is_missing_once():
    segments = [{"keys": ["a", "x"]}, {"keys": ["b", "y"]}, {"keys": ["a", "x"]}, {"keys": ["b", "z"]}]
    assert _missing(segments, {}) == [segments[0], segments[1], segments[3]]
    assert _missing(segments, {"b": None, "y": None}) == [segments[0], segments[3]]
    assert _missing([{"keys": []}], {}) == []


def test_items_are_the_same_after_json():
    path = Path("film.mov")
    film = MediaItem(
        path,
        "ab",
        "video",
        64,
        48,
        Fraction(1001, 30),
        Fraction(30000, 1001),
        True,
        True,
        Fraction(1, 3),
        True,
    )
    for item in (film, MediaItem(path, "cd", "image", 10, 20), MediaItem(path, "ef", "font")):
        assert item_from_json(item_to_json(item), path) == item


def test_paths_of_results_become_addresses():
    result = {"videoUrl": "/api/x", "outputs": [{"url": "/api/y", "bytes": 5}], "name": "/api"}
    said = _absolute(result, "https://cut.example")
    assert said == {
        "videoUrl": "https://cut.example/api/x",
        "outputs": [{"url": "https://cut.example/api/y", "bytes": 5}],
        "name": "/api",
    }


def test_start_rates_as_settings_write_them():
    assert StartRate.read("5/60") == StartRate(5, 60)
    assert str(StartRate(5, 60)) == "5/60"
    assert StartRate.read("0") is None
    for wrong in ("5", "0/60", "5/0", "-1/60", "5/nan", "5/1e9", "x/60", ""):
        with pytest.raises(ValueError, match="5/60"):
            StartRate.read(wrong)
