"""Reading templates: inputs, conditions and repetition, and every fault by its path in one answer."""

from __future__ import annotations

import copy
import json
import pickle
from fractions import Fraction

import pytest

from cutroom.base.errors import Refused
from cutroom.render.document.animated import Keyframes
from cutroom.render.document.easing import BezierEasing
from cutroom.render.document.reading import read_template
from cutroom.render.document.upgrading import upgrade
from cutroom.render.document.values import Length
from cutroom.render.scene.timeline import lay_out
from template_documents import document, faults, text


def test_document_is_read_from_json_bytes_and_objects():
    written = document(
        text(x="25%", opacity={"keyframes": [{"time": 0, "value": 0}, {"time": "1/3", "value": 1}]})
    )
    before = copy.deepcopy(written)
    template = read_template(written)
    assert template == read_template(json.dumps(written)) == read_template(json.dumps(written).encode())
    assert written == before
    clip = template.tracks[0].clips[0]
    assert clip.x == Length(25, is_percent=True)
    assert isinstance(clip.opacity, Keyframes)
    assert clip.opacity.keyframes[1].time == Fraction(1, 3)
    assert read_template(template.model_dump(mode="json", by_alias=True)) == template


def test_document_faults_come_all_at_once():
    found = faults(
        document(
            text(opacity=1.5, colour="#fff", enter={"type": "fad", "length": 0}),
            {"type": "txt"},
            {"text": "no type"},
            "no object",
            text(x={"keyframes": [{"time": 1, "value": 2}, {"time": 0, "value": "50%"}]}, start=-1, length=0),
            text(transition={"type": "crosfade", "length": 1, "easing": "eas-in"}, blend="multply"),
            text(x={"keyframes": [{"time": 0, "value": "2 %"}, {"time": 1, "value": "many"}]}),
            {"type": "group", "clips": [text(), text(scale="big")]},
            width=33,
            frames=30,
            background="read",
        )
    )
    clips = "$.tracks[0].clips"
    assert found[f"{clips}[0].opacity"] == {
        "path": f"{clips}[0].opacity",
        "value": 1.5,
        "message": "must be at most 1",
    }
    assert found[f"{clips}[0].colour"]["hint"] == "Did you mean color or blur?"
    assert found[f"{clips}[0].enter.length"]["message"] == "must be more than 0"
    assert found[f"{clips}[1].type"]["hint"] == "Did you mean text?"
    assert found[f"{clips}[2].type"]["message"] == "is needed, and missing"
    assert found[f"{clips}[3]"]["message"] == "must be an object"
    assert (
        "grow" in found[f"{clips}[4].x.keyframes"]["message"] or "grow" in found[f"{clips}[4].x"]["message"]
    )
    assert f"{clips}[5].transition.easing" in found
    assert "'multiply'" in found[f"{clips}[5].blend"]["message"]
    assert found[f"{clips}[6].x.keyframes[1].value"]["value"] == "many"
    assert found[f"{clips}[7].clips[1].scale"]["message"] == "must be a number"
    assert found["$.width"]["message"] == "must be a multiple of 2"
    assert found["$.background"]["value"] == "read"
    assert "rate" in found["$.frames"]["hint"]
    assert f"{clips}[7].clips" not in found


def test_document_faults_of_whole_clips_come_when_their_fields_are_right():
    found = faults(
        document(
            text(start=-1, length=0),
            text(enter={"type": "fad", "length": 1}, transition={"type": "crosfade", "length": 1}),
            text(x={"keyframes": [{"time": 0, "value": 2}, {"time": 1, "value": "50%"}]}),
            length="100:00:00",
        )
    )
    assert (
        set(found)
        == {
            "$.tracks[0].clips[0].start",
            "$.tracks[0].clips[0].length",
            "$.tracks[0].clips[1].enter.type",
            "$.tracks[0].clips[1].transition.type",
            "$.tracks[0].clips[2].x.keyframes",
            "$.length",
        }
        or "$.tracks[0].clips[2].x" in found
    )
    assert found["$.tracks[0].clips[1].enter.type"]["hint"] == "Did you mean fade?"
    assert found["$.tracks[0].clips[1].transition.type"]["hint"] == "Did you mean crossfade?"


@pytest.mark.parametrize(
    ("written", "path", "message"),
    [
        ("[1, 2", "$", "must be JSON"),
        ("[]", "$", "must be a JSON object"),
        ("\ud800", "$", "must be JSON"),
        (b"\xff\xfe", "$", "must be JSON"),
        (3, "$", "must be a JSON object"),
        ('{"tracks": [], "tracks": []}', "$.tracks", "more than once"),
        ('{"tracks": [{"clips": [{"type": "text", "x": NaN}]}]}', "$.tracks[0].clips[0].x", "finite"),
        ('{"width": 1e999}', "$.width", "finite"),
        ('{"width": ' + "9" * 30 + "}", "$.width", "digits"),
        ('{"width": ' + "9" * 5000 + "}", "$", "must be JSON"),
        ("[" * 100_000, "$", "nested"),
        ('{"a":' * 100 + "1" + "}" * 100, "$", "nested"),
        ({"tracks": [{"clips": {1, 2}}]}, "$.tracks[0].clips", "must be a JSON value"),
        ({"tracks": object()}, "$.tracks", "must be a JSON value"),
        ({3: 4}, "$", "names of text"),
        ({"version": 2}, "$.version", "newer"),
        ({"version": "1"}, "$.version", "must be a version"),
        ({"version": True}, "$.version", "must be a version"),
        ({}, "$.tracks", "missing"),
        ({"tracks": {}}, "$.tracks", "must be a list"),
        ({"tracks": [3]}, "$.tracks[0]", "must be an object"),
        ({"tracks": [{}]}, "$.tracks[0].clips", "missing"),
        ({"tracks": [{"clips": [None]}]}, "$.tracks[0].clips[0]", "must be an object"),
        ({"tracks": [{"clips": []}], "rate": "1e99999999"}, "$.rate", "frames per second"),
        ({"tracks": [{"clips": []}], "length": "1e99999999"}, "$.length", "seconds"),
        ({"tracks": [{"clips": []}], "width": 7680, "height": 4320}, "$.width", "pixels"),
    ],
)
def test_document_that_is_none_is_refused(written, path, message):
    assert message in faults(written)[path]["message"]


def test_document_repeats_inside_of_groups_with_the_names_around():
    inner = text("{{row}}{{column}}{{first}}", repeat={"over": "{{range(row)}}", "as": "column"})
    group = {"type": "group", "clips": [inner, text("{{index}}")], "repeat": {"over": [1, 2], "as": "row"}}
    groups = read_template(document(group)).tracks[0].clips
    assert [[clip.text for clip in one.clips] for one in groups] == [
        ["10true", "0"],
        ["20true", "21false", "1"],
    ]


def test_document_of_an_older_version_is_upgraded_step_by_step():
    steps = {
        1: lambda old: {**old, "film": old["movie"]},
        2: lambda old: {**old, "title": old["film"].upper()},
    }
    assert upgrade({"movie": "x"}, steps=steps, newest=3)["title"] == "X"
    assert upgrade({"version": 2, "film": "y"}, steps=steps, newest=3) == {
        "version": 3,
        "film": "y",
        "title": "Y",
    }
    with pytest.raises(Refused, match="newer than this Cutroom"):
        upgrade({"version": 4}, steps=steps, newest=3)


def test_document_easings_are_read_in_motions_and_keyframes():
    motion = {"type": "fade", "length": 1, "easing": {"bezier": [0, 0, 1, 1]}}
    assert read_template(document(text(enter=motion))).tracks[0].clips[0].enter.easing == BezierEasing(
        bezier=(0, 0, 1, 1)
    )


def test_document_clips_know_where_they_were_written():
    inner = {"type": "group", "clips": [text(repeat={"over": 2})]}
    template = read_template(document(text(when=False), text(repeat={"over": 2}), inner))
    one, other, group = template.tracks[0].clips
    assert one.written_at == other.written_at == "$.tracks[0].clips[1]"
    assert [clip.written_at for clip in group.clips] == ["$.tracks[0].clips[2].clips[0]"] * 2
    assert pickle.loads(pickle.dumps(group)).clips[0].written_at == "$.tracks[0].clips[2].clips[0]"
    with pytest.raises(Refused) as caught:
        lay_out(read_template(document(text(repeat={"over": 2}, length="end"), length=1)), {})
    assert caught.value.details["errors"][0]["path"] == "$.tracks[0].clips[0].start"


def test_document_names_of_plugins_and_typefaces_are_checked():
    cues = [{"startTime": 0, "endTime": 1, "text": "Hi"}]
    found = faults(
        document(
            text(font="Intr, Lora", animation={"type": "typewrite"}, animationOut={"type": "fadee"}),
            {"type": "captions", "cues": cues, "style": "karaok", "font": "Mine"},
            text(transition={"type": "luma", "length": 1}),
            {"type": "group", "clips": [text(font="mine"), text(font="Intr", repeat={"over": 2})]},
            fonts=[{"family": "Mine", "src": "mine.ttf"}],
        )
    )
    clips = "$.tracks[0].clips"
    assert {path.removeprefix(clips): error.get("hint") for path, error in found.items()} == {
        "[0].font": "Did you mean Inter?",
        "[0].animation.type": "Did you mean typewriter?",
        "[0].animationOut.type": "Did you mean fade?",
        "[1].style": "Did you mean karaoke?",
        "[2].transition.src": None,
        "[3].clips[1].font": "Did you mean Inter?",
    }
