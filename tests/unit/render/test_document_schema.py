"""The published schema: it takes what reading takes, and says no to what reading refuses."""

from __future__ import annotations

import pytest
from jsonschema import Draft202012Validator

from cutroom.base.errors import Refused
from cutroom.render.document.gallery import gallery
from cutroom.render.document.reading import check_document, read_template
from cutroom.render.document.schema import template_schema
from cutroom.render.layer import LAYERS

SCHEMA = template_schema()
VALIDATOR = Draft202012Validator(SCHEMA)


def places(document):
    return {error.json_path for error in VALIDATOR.iter_errors(document)}


def film(*clips, **fields):
    return {"tracks": [{"clips": list(clips)}], **fields}


def text(**fields):
    return {"type": "text", "text": "Hi", **fields}


@pytest.mark.parametrize("name", LAYERS.names())
def test_document_schema_and_reading_take_the_example_of_every_layer(name):
    example = LAYERS.load(name).example
    assert places(film(example)) == set()
    read_template(film(example))
    wrong = film({**example, "nonsense": 1})
    assert places(wrong)
    with pytest.raises(Refused, match="nonsense is no field here"):
        read_template(wrong)


@pytest.mark.parametrize("name", LAYERS.names())
def test_document_schema_describes_every_layer(name):
    kinds = {one.get("const"): one for one in SCHEMA["$defs"]["Clip"]["properties"]["type"]["anyOf"]}
    assert kinds[name]["description"] == LAYERS.load(name).summary


@pytest.mark.parametrize("template", gallery(), ids=lambda template: template.name)
def test_document_schema_and_reading_take_the_gallery(template):
    assert places(template.document) == set()
    check_document(template.document)


RIGHT = [
    film(
        text(
            when="{{n > 1}}",
            repeat={"over": "{{items}}", "as": "it"},
            opacity="{{it.share}}",
            start="{{index}}",
        )
    ),
    film(text(color="{{tint}}", blend="{{blend}}", width="{{w}}%", shadow={"blur": "{{n}}"})),
    film(text(x={"keyframes": "{{frames}}"}), text(x={"keyframes": [{"time": "{{n}}", "value": "{{n}}"}]})),
    film(text(enter={"type": "{{motion}}", "length": "{{n}}", "easing": "{{ease}}"})),
    film({"type": "group", "clips": [text(repeat={"over": 3}), {"type": "group", "clips": [text()]}]}),
    film(text(start="auto", length="end"), width="{{n * 2}}", rate="30000/1001", background="navy"),
    film(text(scale={"keyframes": [{"time": "0:01", "value": 2, "easing": {"spring": {"damping": 5}}}]})),
    film(
        inputs={
            "headline": {"type": "text", "default": "x", "maxLength": 20},
            "people": {
                "type": "list",
                "fields": {"name": {"type": "text"}, "age": {"type": "number", "min": 0}},
            },
        },
        name="{{headline}}",
    )
    | {"$schema": "./template.json", "version": 1},
]


@pytest.mark.parametrize("document", RIGHT)
def test_document_schema_takes_placeholders_wherever_values_stand(document):
    assert places(document) == set()


def test_document_schema_takes_what_reading_takes():
    inputs = {
        "n": {"type": "number", "default": 2},
        "items": {"type": "list", "fields": {"share": {"type": "number"}}, "default": [{"share": 0.5}]},
        "tint": {"type": "color", "default": "#123456"},
    }
    document = film(
        text(when="{{n > 1}}", repeat={"over": "{{items}}", "as": "it"}, opacity="{{it.share}}"),
        text(color="{{tint}}", x="{{n * 10}}%"),
        inputs=inputs,
    ) | {"$schema": "x"}
    assert places(document) == set()
    check_document(document)


@pytest.mark.parametrize(
    ("document", "place"),
    [
        (film(text(opacity=2)), "$.tracks[0].clips[0].opacity"),
        (film(text(blend="multply")), "$.tracks[0].clips[0].blend"),
        (film(text(colour="#fff")), "$.tracks[0].clips[0]"),
        (film(text(color="redd")), "$.tracks[0].clips[0].color"),
        (film({"type": "txt"}), "$.tracks[0].clips[0].type"),
        (film({"text": "no type"}), "$.tracks[0].clips[0]"),
        (film({"type": "text"}), "$.tracks[0].clips[0]"),
        (film(text(enter={"type": "fad", "length": 1})), "$.tracks[0].clips[0].enter.type"),
        (film(text(repeat={"as": "x"})), "$.tracks[0].clips[0].repeat"),
        (film(text(when="yes")), "$.tracks[0].clips[0].when"),
        (film({"type": "group", "clips": [text(scale="big")]}), "$.tracks[0].clips[0].clips[0].scale"),
        (film(width=33), "$.width"),
        (film(version=2), "$.version"),
        (film(inputs={"a": {"type": "txt"}}), "$.inputs.a.type"),
        (film(inputs={"a b": {"type": "text"}}), "$.inputs"),
        (film(inputs={"a": {"type": "text", "lenght": 1}}), "$.inputs.a"),
        ({}, "$"),
        ({"tracks": []}, "$.tracks"),
    ],
)
def test_document_schema_refuses_as_reading_does(document, place):
    found = {error.json_path for error in VALIDATOR.iter_errors(document)}
    assert any(one.startswith(place.rpartition(".")[0] or "$") for one in found)
    assert place in found or any(place.startswith(one) for one in found)
    with pytest.raises(Refused):
        read_template(document)


def test_document_schema_says_what_fields_mean():
    assert SCHEMA["properties"]["rate"]["description"] == "Frames per second."
    clip = SCHEMA["$defs"]["TextClip"]["properties"]
    assert clip["length"]["description"].startswith("Seconds")
    assert clip["color"]["default"] == "#ffffff"
    assert clip["x"]["default"] == "50%"
