"""The commands `render`, `preview`, `schema` and `gallery`, and cutroom.render()."""

import json
from fractions import Fraction

import av
import numpy as np
import opentimelineio
import pytest
from PIL import Image

import cutroom as package
import samples
from cutroom.base.errors import Refused
from cutroom.media import read_image

TEMPLATE = {
    "version": 1,
    "width": 160,
    "height": 120,
    "rate": 10,
    "inputs": {
        "headline": {"type": "text", "default": "Hello", "maxLength": 20},
        "back": {"type": "color", "default": "#102040"},
    },
    "tracks": [
        {"clips": [{"type": "background", "color": "{{back}}", "length": 2}]},
        {"clips": [{"type": "text", "text": "{{headline}}", "size": 32, "length": 2}]},
    ],
}


@pytest.fixture
def template(tmp_path):
    path = tmp_path / "template.json"
    path.write_text(json.dumps(TEMPLATE))
    return path


def fails(answer, code):
    assert answer.returncode == 1, answer.stdout + answer.stderr
    assert f"({code})" in answer.stderr, answer.stderr
    assert "Traceback" not in answer.stderr
    assert answer.stdout == ""


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_template_becomes_a_film_and_more(cutroom, template, tmp_path):
    answer = cutroom("render", template, "--set", "headline=Hi", "-o", "out.mp4", "-o", "out.gif", "--stats")
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout == "out.mp4\nout.gif\n"
    assert "encode" in answer.stderr
    with av.open(str(tmp_path / "out.mp4")) as film:
        stream = film.streams.video[0]
        assert (stream.width, stream.height, stream.average_rate) == (160, 120, 10)
        assert sum(1 for _ in film.decode(stream)) == 20
    assert names(tmp_path) == ["out.gif", "out.mp4", "template.json"]

    fails(cutroom("render", template, "-o", "out.mp4"), "target_exists")
    fails(cutroom("render", template, "-o", "a.mp4", "-o", "./a.mp4"), "same_target")
    assert cutroom("render", template, "-o", "out.mp4", "--force").returncode == 0


def test_a_source_is_not_replaced_by_what_is_made_of_it(cutroom, tmp_path):
    Image.new("RGB", (40, 30), (0, 200, 0)).save(tmp_path / "photo.png")
    before = (tmp_path / "photo.png").read_bytes()
    clip = {"type": "image", "src": "photo.png", "start": 0, "length": 1}
    document = {"version": 1, "width": 64, "height": 48, "tracks": [{"clips": [clip]}]}
    (tmp_path / "of-photo.json").write_text(json.dumps(document))
    fails(cutroom("render", "of-photo.json", "-o", "photo.png", "--force"), "target_is_source")
    assert (tmp_path / "photo.png").read_bytes() == before


def test_a_preview_is_the_films_own_frame(cutroom, template, tmp_path):
    assert cutroom("preview", template, "--at", "1.5", "--set", "back=#ff0000").returncode == 0
    frame = read_image(tmp_path / "frame.png")
    assert frame.shape == (120, 160, 4)
    assert frame[0, 0].tolist() == [0, 0, 255, 255]
    fails(cutroom("preview", template, "--at", "soon"), "bad_output")
    early = cutroom("preview", template, "--at", "-1")
    fails(early, "bad_output")
    assert "The option time is '-1': should be" in early.stderr
    fails(cutroom("preview", template, "-o", "film.mp4"), "unknown_output")
    assert names(tmp_path) == ["frame.png", "template.json"]


def test_inputs_come_from_a_file_too(cutroom, template, tmp_path):
    (tmp_path / "values.json").write_text('{"back": "#00ff00", "headline": ""}')
    assert cutroom("preview", template, "-i", "values.json", "-o", "green.png").returncode == 0
    assert read_image(tmp_path / "green.png")[0, 0].tolist() == [0, 255, 0, 255]
    fails(cutroom("preview", template, "-i", "nowhere.json"), "no_such_file")
    fails(cutroom("preview", template, "--set", "headline"), "bad_input")


def test_faults_are_told_one_by_one(cutroom, template, tmp_path):
    broken = json.loads(template.read_text())
    broken["tracks"][0]["clips"][0]["opacity"] = 3
    broken["tracks"][1]["clips"][0]["typ"] = "x"
    template.write_text(json.dumps(broken))
    answer = cutroom("render", template, "--set", "headlin=Hi")
    fails(answer, "bad_template")
    for place in ("$.tracks[0].clips[0].opacity", "$.tracks[1].clips[0].typ", "headlin"):
        assert place in answer.stderr
    assert names(tmp_path) == ["template.json"]


def test_a_single_fault_is_told_once(cutroom, template):
    answer = cutroom("render", template, "--set", "headline=" + "x" * 21)
    fails(answer, "bad_template")
    assert answer.stderr.count("$.inputs.headline") == 1


def test_missing_files_are_named(cutroom, template, tmp_path):
    document = json.loads(template.read_text())
    document["tracks"].append({"clips": [{"type": "image", "src": "gone.png", "length": 1}]})
    document["tracks"].append({"clips": [{"type": "image", "src": "http://127.0.0.1:9/x.png", "length": 1}]})
    template.write_text(json.dumps(document))
    answer = cutroom("render", template)
    fails(answer, "bad_template")
    assert "gone.png" in answer.stderr
    assert "private" in answer.stderr.lower(), answer.stderr
    assert names(tmp_path) == ["template.json"]


def test_a_missing_file_is_named_at_the_input_that_was_given(cutroom, template):
    document = json.loads(template.read_text())
    document["inputs"]["photo"] = {"type": "image"}
    document["tracks"].append({"clips": [{"type": "image", "src": "{{photo}}", "length": 1}]})
    template.write_text(json.dumps(document))
    answer = cutroom("render", template, "--set", "photo=gone.png")
    fails(answer, "bad_template")
    assert "$.inputs.photo needs the image" in answer.stderr


def test_a_target_says_its_format(cutroom, template):
    fails(cutroom("render", template, "-o", "film.xyz"), "unknown_output")
    fails(cutroom("render", template, "-o", "no/such/film.mp4"), "no_such_folder")
    fails(cutroom("render", "nothing.json"), "no_such_file")
    fails(cutroom("render", "gallery:promotion"), "unknown_gallery_template")


def test_the_schema_is_json(cutroom, tmp_path):
    schema = json.loads(cutroom("schema").stdout)
    assert "tracks" in json.dumps(schema)
    assert cutroom("schema", "-o", "schema.json").returncode == 0
    assert json.loads((tmp_path / "schema.json").read_text()) == schema

    (tmp_path / "mine.json").write_text("{}")
    fails(cutroom("schema", "-o", "mine.json"), "target_exists")
    assert (tmp_path / "mine.json").read_text() == "{}"
    assert cutroom("schema", "-o", "mine.json", "--force").returncode == 0


def test_the_gallery(cutroom, tmp_path):
    listed = cutroom("gallery").stdout
    assert len(listed.splitlines()) >= 10
    (tmp_path / "mine.json").write_text(cutroom("gallery", "quote").stdout)
    assert cutroom("preview", "mine.json", "--width", "64", "--at", "3").returncode == 0
    assert cutroom("preview", "gallery:quote", "--width", "64", "--at", "3", "-o", "same.png").returncode == 0
    assert np.array_equal(read_image(tmp_path / "frame.png"), read_image(tmp_path / "same.png"))


def test_from_python(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    told = []
    film = package.render(
        TEMPLATE, {"headline": "Hi"}, "out.mp4", on_progress=lambda *said: told.append(said)
    )
    assert (film.seconds, film.frame_count) == (Fraction(2), 20)
    assert told[-1] == (100.0, None)
    assert [percent for percent, _ in told] == sorted(percent for percent, _ in told)
    with pytest.raises(Refused) as caught:
        package.render(TEMPLATE, {"headline": "x" * 21}, "other.mp4")
    assert caught.value.details["errors"][0]["path"] == "$.inputs.headline"
    assert names(tmp_path) == ["out.mp4"]


def test_a_second_render_takes_what_is_kept(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    samples.write_image(tmp_path / "photo.png")
    first = package.render(TEMPLATE, {}, "one.mp4", cache="kept")
    second = package.render(TEMPLATE, {}, "two.mp4", cache="kept")
    assert (tmp_path / "one.mp4").read_bytes() == (tmp_path / "two.mp4").read_bytes()
    assert first.timings.drawn > 0
    assert second.timings.drawn == 0


def test_a_template_is_checked_without_drawing(cutroom, template, tmp_path):
    answer = cutroom("template", "check", template)
    assert (answer.returncode, answer.stdout) == (0, "2 s, 20 frames, 0 files\n")
    fails(cutroom("template", "check", template, "--set", "back=red-ish"), "bad_template")
    assert names(tmp_path) == ["template.json"]


def test_an_edit_of_shotstack_becomes_a_template(cutroom, tmp_path):
    title = {"asset": {"type": "title", "text": "{{ WHO }}", "style": "minimal"}, "start": 0, "length": 1}
    edit = {
        "timeline": {"tracks": [{"clips": [title | {"transition": {"in": "fade"}}]}]},
        "merge": [{"find": "WHO", "replace": "Ada"}],
        "output": {"format": "mp4", "size": {"width": 64, "height": 48}, "fps": 10},
    }
    (tmp_path / "edit.json").write_text(json.dumps(edit))
    answer = cutroom("template", "import", "edit.json")
    assert (answer.returncode, answer.stdout) == (0, "template.json\n")
    assert "minimal" in answer.stderr
    assert cutroom("template", "check", "template.json").returncode == 0
    assert cutroom("render", "template.json", "-o", "film.mp4").returncode == 0
    fails(cutroom("template", "import", "edit.json"), "target_exists")
    (tmp_path / "other.json").write_text("{}")
    fails(cutroom("template", "import", "other.json", "-o", "x.json"), "bad_edit")


def test_a_template_goes_to_editing_programs(cutroom, template, tmp_path):
    assert cutroom("template", "export", template).returncode == 0
    timeline = opentimelineio.adapters.read_from_file(str(tmp_path / "template.otio"))
    assert [track.kind for track in timeline.tracks] == ["Video", "Video"]
    assert timeline.duration().to_seconds() == 2
    fails(cutroom("template", "export", template, "-o", "film.xml"), "unknown_format")
