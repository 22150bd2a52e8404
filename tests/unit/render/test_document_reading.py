"""Reading templates: inputs, conditions and repetition, and every fault by its path in one answer."""

from __future__ import annotations

import copy
import json
import time
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cutroom.base.errors import Refused
from cutroom.render.animated import Keyframes
from cutroom.render.easing import BezierEasing
from cutroom.render.input_reading import input_values, read_inputs, typed_values
from cutroom.render.reading import check_document, read_template
from cutroom.render.upgrading import upgrade
from cutroom.render.values import Color, Length


def text(words="Hi", **fields):
    return {"type": "text", "text": words, **fields}


def document(*clips, **fields):
    return {"version": 1, "tracks": [{"clips": list(clips)}], **fields}


def faults(written, inputs=None, read=read_template):
    with pytest.raises(Refused) as caught:
        read(written, inputs) if read is read_template else read(written)
    assert caught.value.code_word == "bad_template"
    errors = caught.value.details["errors"]
    assert errors[0]["path"] in caught.value.message
    json.dumps(errors, allow_nan=False)
    return {error["path"]: error for error in errors}


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


def test_document_with_too_much_in_it_is_refused_quickly():
    began = time.process_time()
    million = [text()] * 1_000_000
    assert "items" in faults(document(*million))["$.tracks[0].clips"]["message"]
    many = [{"clips": [text()] * 1000}] * 900
    assert "values" in faults({"tracks": many})["$"]["message"]
    assert "clips in all" in faults(document(*[text(repeat={"over": 10_000})] * 100))["$.tracks"]["message"]
    nested = text()
    for _ in range(9):
        nested = {"type": "group", "clips": [nested]}
    assert "8 groups" in next(iter(faults(document(nested)).values()))["message"]
    doubled = text(repeat={"over": 10})
    for _ in range(7):
        doubled = {"type": "group", "repeat": {"over": 10}, "clips": [doubled]}
    assert "clips in all" in faults(document(doubled))["$.tracks"]["message"]
    assert time.process_time() - began < 3


INPUTS = {
    "headline": {"type": "text", "default": "Hi", "maxLength": 10},
    "size": {"type": "number", "min": 10, "max": 99, "step": 0.5, "default": 20},
    "tint": {"type": "color", "default": "#ff0000"},
    "shown": {"type": "boolean", "default": True},
    "photo": {"type": "image", "required": False},
    "people": {
        "type": "list",
        "fields": {"name": {"type": "text"}, "age": {"type": "number", "default": 30}},
        "default": [{"name": "Ann"}, {"name": "Bob", "age": 41}],
        "maxItems": 3,
    },
}


def test_document_inputs_fill_in_values_of_their_types():
    written = document(
        text("{{headline}}!", size="{{size}}", color="{{tint}}", when="{{shown and size < 50}}"),
        text(
            "{{it.name}} ({{it.age}}){{last ? '' : ','}}",
            repeat={"over": "{{people}}", "as": "it"},
            start="{{index * 2}}",
        ),
        inputs=INPUTS,
        background="{{tint}}",
        name="{{upper(headline)}}",
    )
    template = read_template(written)
    assert template.background == Color(255, 0, 0)
    assert template.name == "HI"
    clips = template.tracks[0].clips
    assert [(clip.text, clip.start) for clip in clips] == [("Hi!", "auto"), ("Ann (30),", 0), ("Bob (41)", 2)]
    assert clips[0].size == 20
    assert clips[0].color == Color(255, 0, 0)
    other = read_template(written, {"shown": False, "people": [], "tint": "#123"})
    assert other.tracks[0].clips == ()
    assert other.background == Color(0x11, 0x22, 0x33)
    assert len(read_template(written, {"size": 50}).tracks[0].clips) == 2


def test_document_input_without_a_value_leaves_its_field_out():
    written = document(text(radius="{{round}}"), inputs={"round": {"type": "number", "required": False}})
    assert read_template(written).tracks[0].clips[0].radius == 0
    assert read_template(written, {"round": 4}).tracks[0].clips[0].radius == 4
    written = document(text(), inputs={"photo": {"type": "image"}})
    assert faults(written)["$.inputs.photo"]["message"] == "needs a value"


def test_document_input_is_not_expanded_again():
    written = document(text("{{headline}}"), inputs={"headline": {"type": "text"}})
    assert read_template(written, {"headline": "{{1 + 1}}"}).tracks[0].clips[0].text == "{{1 + 1}}"


@pytest.mark.parametrize(
    ("given_values", "path", "message"),
    [
        ({"headline": "far too long"}, "$.inputs.headline", "at most 10 characters; it has 12"),
        ({"headline": 3}, "$.inputs.headline", "must be a text, not a number"),
        ({"size": 9}, "$.inputs.size", "at least 10"),
        ({"size": 20.25}, "$.inputs.size", "steps of 0.5 from 10"),
        ({"size": True}, "$.inputs.size", "must be a number"),
        ({"size": float("nan")}, "$.inputs.size", "finite"),
        ({"tint": "redd"}, "$.inputs.tint", "must be a colour"),
        ({"shown": 1}, "$.inputs.shown", "must be true or false"),
        ({"photo": ""}, "$.inputs.photo", "must be the path"),
        ({"people": [{"name": "A"}] * 4}, "$.inputs.people", "0 to 3 items; it has 4"),
        ({"people": [{"name": "A"}, {}]}, "$.inputs.people[1].name", "needs a value"),
        ({"people": [{"name": "A", "agee": 1}]}, "$.inputs.people[0].agee", "not asked for"),
        ({"people": "Ann"}, "$.inputs.people", "must be a list"),
        ({"hedline": "x"}, "$.inputs.hedline", "not asked for"),
    ],
)
def test_document_input_values_are_checked(given_values, path, message):
    found = faults(document(text("{{headline}}{{len(people)}}{{size}}{{tint}}"), inputs=INPUTS), given_values)
    assert message in found[path]["message"]
    assert set(found) == {path}


@pytest.mark.parametrize(
    ("definition", "path", "message"),
    [
        ({"type": "txt"}, ".type", "must be a type of input"),
        ("text", "", "must be the definition"),
        ({"type": "text", "lenght": 3}, ".lenght", "no field"),
        ({"type": "text", "pattern": "(("}, "", "pattern that can be read"),
        ({"type": "text", "default": 3}, ".default", "must be a text"),
        ({"type": "text", "default": "b", "pattern": "a+"}, ".default", "match the pattern"),
        ({"type": "text", "default": "c", "options": ["a", "b"]}, ".default", "one of: a, b"),
        ({"type": "number", "step": 0}, ".step", "more than 0"),
        ({"type": "list"}, "", "either items"),
        ({"type": "list", "items": {"type": "number", "default": "x"}}, ".items.default", "must be a number"),
        (
            {"type": "list", "items": {"type": "number"}, "default": [1, "x"]},
            ".default[1]",
            "must be a number",
        ),
    ],
)
def test_document_input_definitions_are_checked(definition, path, message):
    found = faults(document(text(words="{{a}}"), inputs={"a": definition}))
    assert message in found[f"$.inputs.a{path}"]["message"]
    assert len(found) == 1


def test_document_input_names_are_checked():
    found = faults(document(text(), inputs={"a b": {"type": "text"}, "and": {"type": "text"}}))
    assert {'$.inputs["a b"]', "$.inputs.and"} == set(found)


def test_document_patterns_match_in_linear_time():
    written = document(text(), inputs={"a": {"type": "text", "pattern": "(a+)+b"}})
    began = time.process_time()
    faults(written, {"a": "a" * 50_000})
    assert time.process_time() - began < 1
    assert read_template(written, {"a": "aab"})
    faults(written, {"a": "xaab"})


def test_document_faults_of_what_was_filled_in_name_the_place_as_it_was_written():
    found = faults(
        document(
            text(repeat={"over": 3}, opacity="{{index}}"),
            text(x={"keyframes": "{{frames}}"}),
            text("{{headlin}}"),
            text(when="maybe"),
            text(repeat={"over": "{{headline}}"}),
            text(repeat={"over": [1], "az": 3}),
            text(repeat=4),
            inputs={
                "headline": {"type": "text", "default": "x"},
                "frames": {"type": "list", "fields": {"time": {"type": "number"}}, "default": [{"time": 0}]},
            },
        )
    )
    clips = "$.tracks[0].clips"
    assert found[f"{clips}[0].opacity"]["value"] == 2
    assert found[f"{clips}[0].opacity"]["hint"] == "It was filled in by {{index}}."
    assert "part [0].value is needed" in found[f"{clips}[1].x.keyframes"]["message"]
    assert found[f"{clips}[2].text"]["hint"] == "Did you mean headline?"
    assert f"{clips}[3].when" in found
    assert "must be a list or a count" in found[f"{clips}[4].repeat.over"]["message"]
    assert f"{clips}[5].repeat.az" in found
    assert f"{clips}[6].repeat" in found
    assert len(found) == 7


def test_document_repeats_inside_of_groups_with_the_names_around():
    inner = text("{{row}}{{column}}{{first}}", repeat={"over": "{{range(row)}}", "as": "column"})
    group = {"type": "group", "clips": [inner, text("{{index}}")], "repeat": {"over": [1, 2], "as": "row"}}
    groups = read_template(document(group)).tracks[0].clips
    assert [[clip.text for clip in one.clips] for one in groups] == [
        ["10true", "0"],
        ["20true", "21false", "1"],
    ]


def test_document_can_be_checked_before_its_inputs_have_values():
    written = document(
        text("{{headline}}"),
        text("{{other}}"),
        text(repeat={"over": "{{people}}"}, size="{{size}}", when="{{size > 3}}"),
        inputs={
            "headline": {"type": "text"},
            "size": {"type": "number"},
            "people": {"type": "list", "items": {"type": "text"}},
        },
    )
    assert set(faults(written, read=check_document)) == {"$.tracks[0].clips[1].text"}
    written["inputs"]["other"] = {"type": "text", "required": True}
    check_document(written)


def test_document_inputs_are_listed_and_typed():
    written = document(text(), inputs=INPUTS)
    assert list(read_inputs(written)) == list(INPUTS)
    assert read_inputs(written)["size"].step == 0.5
    texts = {"headline": "2024", "size": "20.5", "shown": "no", "people": '[{"name": "Cy"}]', "tint": "#fff"}
    assert typed_values(written, texts) == {
        "headline": "2024",
        "size": 20.5,
        "shown": False,
        "people": [{"name": "Cy"}],
        "tint": "#fff",
    }
    assert input_values(written, typed_values(written, texts))["people"] == [{"name": "Cy", "age": 30}]
    words = document(text(), inputs={"words": {"type": "list", "items": {"type": "number"}}})
    assert typed_values(words, {"words": "1, 2"}) == {"words": [1, 2]}
    assert typed_values(words, {"words": "1, x", "other": "y"}) == {"words": [1, "x"], "other": "y"}


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


SCRAPS = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 5)
    | st.sampled_from(["{{a}}", "{{item}}", "text", "50%", "", "{{", "auto"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "clips", "when", "repeat", "over", "x", "keyframes", "text", "tracks"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(SCRAPS, SCRAPS, st.dictionaries(st.sampled_from(["a", "b"]), SCRAPS, max_size=2))
@settings(max_examples=150, deadline=None)
def test_document_of_any_shape_is_read_or_refused_with_paths(clips, inputs, values):
    for written in (
        clips,
        {"tracks": clips},
        {"tracks": [{"clips": clips}], "inputs": inputs},
        document(clips, inputs={"a": inputs}),
    ):
        try:
            read_template(written, values)
        except Refused as refused:
            refusal = refused
        else:
            continue
        assert refusal.code_word == "bad_template"
        assert all(error["path"].startswith("$") for error in (refusal.details or {})["errors"])
