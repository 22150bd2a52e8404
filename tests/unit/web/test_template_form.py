"""The form of a template's inputs: what was typed comes back as values, and back into the form."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from cutroom.render.document.input_reading import input_values
from cutroom.web.template_form import change_list, definitions_of, fields_of, first_values, read_values

DOCUMENT = {
    "version": 1,
    "inputs": {
        "headline": {"type": "text", "default": "Hi", "maxLength": 40},
        "note": {"type": "text", "required": False},
        "count": {"type": "number", "default": 2, "min": 0, "max": 10, "step": 0.5},
        "tint": {"type": "color", "default": "#fff"},
        "photo": {"type": "image", "required": False},
        "isLoud": {"type": "boolean", "default": True},
        "tags": {"type": "list", "items": {"type": "text"}, "default": ["one", "two"]},
        "slides": {
            "type": "list",
            "fields": {
                "title": {"type": "text", "default": "New"},
                "seconds": {"type": "number", "required": False},
            },
            "default": [{"title": "First", "seconds": 3}, {"title": "Second"}],
        },
    },
    "tracks": [{"clips": []}],
}
DEFINITIONS = definitions_of(DOCUMENT)


def sent(fields):
    """Return what a browser would send of a form."""
    form = {}
    for field in fields:
        if field.kind == "list":
            form[f"{field.name}.#"] = str(len(field.items))
            for item in field.items:
                form |= sent(item)
        elif field.kind == "boolean":
            form |= {field.name: "on"} if field.value else {}
        elif field.kind == "image" and not field.value.startswith("asset:"):
            form |= {field.name: "", f"{field.name}.address": field.value}
        else:
            form[field.name] = field.value
    return form


def test_form_begins_with_the_defaults_and_sends_them_back():
    values = first_values(DEFINITIONS)
    assert read_values(DEFINITIONS, sent(fields_of(DEFINITIONS, values))) == values
    assert "note" not in values
    assert input_values(DOCUMENT, values) == input_values(DOCUMENT)


plain = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=20)


@settings(max_examples=60, deadline=None)
@given(
    st.fixed_dictionaries(
        {
            "headline": plain | st.just(""),
            "isLoud": st.booleans(),
            "count": st.integers(0, 10) | st.sampled_from([0.5, 2.5]),
            "tags": st.lists(plain, max_size=4),
            "slides": st.lists(
                st.fixed_dictionaries({"title": plain}, optional={"seconds": st.integers(1, 9)}), max_size=3
            ),
        },
        optional={"note": plain, "photo": st.sampled_from(["asset:1", "https://example.com/a.png"])},
    )
)
def test_form_loses_nothing(values):
    values = {"tint": "#fff"} | values
    assert read_values(DEFINITIONS, sent(fields_of(DEFINITIONS, values))) == values


def test_form_keeps_what_is_no_number_for_the_template_to_refuse():
    assert read_values(DEFINITIONS, {"in.count": "many"})["count"] == "many"
    assert read_values(DEFINITIONS, {"in.count": "1,5"})["count"] == 1.5
    assert read_values(DEFINITIONS, {"in.count": "nan"})["count"] == "nan"
    assert "count" not in read_values(DEFINITIONS, {"in.count": ""})


def test_form_lists_are_bounded_whatever_is_sent():
    assert read_values(DEFINITIONS, {"in.tags.#": "99999"})["tags"] == [""] * 200
    for count in ("-1", "x", "9" * 30, "²"):
        assert read_values(DEFINITIONS, {"in.tags.#": count})["tags"] == []


def test_form_items_are_added_moved_and_removed():
    values = first_values(DEFINITIONS)
    before = json.dumps(DOCUMENT)
    change_list(DEFINITIONS, values, "add:slides")
    assert [slide["title"] for slide in values["slides"]] == ["First", "Second", "New"]
    change_list(DEFINITIONS, values, "up:slides.2")
    change_list(DEFINITIONS, values, "down:slides.0")
    assert [slide["title"] for slide in values["slides"]] == ["New", "First", "Second"]
    change_list(DEFINITIONS, values, "remove:slides.1")
    assert [slide["title"] for slide in values["slides"]] == ["New", "Second"]
    change_list(DEFINITIONS, values, "add:tags")
    assert values["tags"] == ["one", "two", ""]
    assert json.dumps(DOCUMENT) == before


def test_form_wishes_that_fit_nothing_change_nothing():
    values = first_values(DEFINITIONS)
    before = json.dumps(values)
    for wish in (
        "remove:slides.9",
        "up:nothing.1",
        "add:headline",
        "remove:",
        "add:",
        "up:slides",
        "what",
        "x:y.z",
    ):
        change_list(DEFINITIONS, values, wish)
    assert json.dumps(values) == before


def test_form_fields_name_their_places_as_faults_do():
    fields = {field.name: field for field in fields_of(DEFINITIONS, first_values(DEFINITIONS))}
    title = fields["in.slides"].items[1][0]
    assert (title.name, title.place) == ("in.slides.1.title", "$.inputs.slides[1].title")
    assert json.loads(title.steps) == ["slides", 1, "title"]
    assert fields["in.isLoud"].label == "Is loud"
    assert fields["in.count"].limits == {"min": "0", "max": "10", "step": "0.5"}
