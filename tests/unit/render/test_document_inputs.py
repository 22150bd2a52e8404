"""Inputs of templates: definitions, values, defaults, and what is filled in with them."""

from __future__ import annotations

import time

import pytest

from cutroom.base.errors import Refused
from cutroom.render.document.input_reading import input_values, read_inputs, typed_values
from cutroom.render.document.reading import check_document, read_template
from cutroom.render.document.values import Color
from template_documents import document, faults, text

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


def test_document_parts_that_are_left_out_are_checked_all_the_same():
    inner = text(
        "{{it.name}}", repeat={"over": "{{people}}", "as": "it"}, length="{{9 / index}}", blend="multply"
    )
    group = {"type": "group", "clips": [text(), inner], "when": "{{people}}"}
    path = "$.tracks[0].clips[0].clips[1]"
    written = document(group, inputs={"people": INPUTS["people"]})
    for read in (lambda given: read_template(given, {"people": []}), check_document):
        with pytest.raises(Refused) as caught:
            read(written)
        assert f"{path}.blend" in [error["path"] for error in caught.value.details["errors"]]
    del inner["blend"], group["when"]
    assert len(read_template(written, {"people": []}).tracks[0].clips[0].clips) == 1
    picture = {"type": "image", "src": "{{photo}}", "when": "{{photo}}", "length": "{{-1}}"}
    written = document(picture, inputs={"photo": {"type": "image", "required": False}})
    assert read_template(written).tracks[0].clips == ()
    assert set(faults(written, {"photo": "a.jpg"})) == {"$.tracks[0].clips[0].length"}
    picture |= {"opacity": 2, "x": "{{1 +}}"}
    assert set(faults(written)) == {"$.tracks[0].clips[0].opacity", "$.tracks[0].clips[0].x"}


def test_document_parts_that_are_left_out_once_hide_no_fault_of_those_that_are_not():
    clip = text(repeat={"over": 3}, when="{{item > 0}}", opacity="{{item}}")
    assert set(faults(document(clip))) == {"$.tracks[0].clips[0].opacity"}
    inner = text(when="{{row == 1}}", opacity="{{row * 2}}")
    group = {"type": "group", "repeat": {"over": 2, "as": "row"}, "clips": [text(), inner]}
    assert set(faults(document(group))) == {"$.tracks[0].clips[0].clips[1].opacity"}
    assert set(faults(document(group, clip))) == {
        "$.tracks[0].clips[0].clips[1].opacity",
        "$.tracks[0].clips[1].opacity",
    }


def test_document_values_that_cannot_be_reckoned_yet_are_missed_by_nobody():
    # A clip that must have one of two fields has it, whatever it will be.
    written = document({"type": "captions", "src": "{{subtitles}}"}, inputs={"subtitles": {"type": "text"}})
    check_document(written)
    written["tracks"][0]["clips"][0]["src"] = "{{1 / 0}}"
    assert set(faults(written, read=check_document)) == {"$.tracks[0].clips[0].src"}
    check_document(
        document(
            {"type": "captions", "src": "{{nothing}}", "when": False},
            inputs={"nothing": {"type": "text", "required": False}},
        )
    )
