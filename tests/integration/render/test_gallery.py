"""Every template of the gallery becomes a film, as it comes and with everything it can take."""

import json
from fractions import Fraction

import av
import pytest

import samples
from cutroom.render.document.gallery import gallery, open_gallery
from cutroom.render.document.reading import read_template
from cutroom.render.film.rendering import render_film
from cutroom.render.output import Output
from cutroom.render.scene.placed_files import media_uses
from cutroom.render.sources.media_reading import look_at_media

NAMES = [template.name for template in gallery()]
VALUES = {
    "image": "photo.png",
    "video": "film.mp4",
    "audio": "sound.wav",
    "text": "words.srt",
    "number": 1,
    "color": "#ff0000",
}
SRT = "1\n00:00:00,100 --> 00:00:00,900\nBees count landmarks.\n"


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    folder = tmp_path_factory.mktemp("gallery")
    samples.write_image(folder / "photo.png", (320, 240))
    samples.write_video(folder / "film.mp4", samples.speech(1.0), seconds=1.0)
    samples.write_audio(folder / "sound.wav", samples.speech(1.0))
    (folder / "words.srt").write_text(SRT)
    kinds = {"photo.png": "image", "film.mp4": "video", "sound.wav": "audio", "words.srt": "subtitles"}
    return {name: look_at_media(folder / name, kind) for name, kind in kinds.items()}


def value_of(declared):
    """Return a value for an input that has none."""
    if declared["type"] == "list":
        inner = declared.get("items")
        return [value_of(inner)] * 2 if inner else [{n: value_of(f) for n, f in declared["fields"].items()}]
    return VALUES[declared["type"]]


def rendered(document, inputs, files, folder):
    template = read_template(document, inputs)
    media = {use.src: files[use.src] for use in media_uses(template)}
    output = Output(format="mp4", width=160, preset="ultrafast")
    made = render_film(template, media, [output], folder)
    with av.open(str(made.made[0].path)) as film:
        frames = sum(1 for _ in film.decode(video=0))
    assert frames == made.plan.frame_count
    return made


def test_there_are_at_least_ten():
    assert len(NAMES) >= 10


@pytest.mark.parametrize("name", NAMES)
def test_it_says_what_it_is(name):
    document = open_gallery(name)
    assert document["name"]
    assert document["description"].endswith(".")
    assert all("label" in declared for declared in document["inputs"].values())


@pytest.mark.parametrize("name", [name for name in NAMES if name != "audiogram"])
def test_it_needs_nothing(name, tmp_path):
    made = rendered(open_gallery(name), {}, {}, tmp_path)
    assert made.plan.seconds >= 2


@pytest.mark.parametrize("name", NAMES)
def test_it_takes_everything(name, files, tmp_path):
    document = open_gallery(name)
    inputs = {n: value_of(d) for n, d in document["inputs"].items() if d.get("default") is None}
    rendered(document, inputs, files, tmp_path)


def test_the_audiogram_is_as_long_as_its_sound(files, tmp_path):
    made = rendered(open_gallery("audiogram"), {"audio": "sound.wav"}, files, tmp_path)
    assert abs(made.plan.seconds - 1) < Fraction(1, 20)


def test_documents_are_plain_json():
    for template in gallery():
        assert json.loads(json.dumps(template.document)) == template.document
