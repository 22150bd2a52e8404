"""The form of a template's inputs: what was typed comes back as values, and back into the form."""

import json

from cutroom.render.document.input_reading import input_values
from cutroom.web.template_form import change_list, fields_of, first_values, read_values
from template_fields import DEFINITIONS, DOCUMENT, sent


def test_form_begins_with_the_defaults_and_sends_them_back():
    values = first_values(DEFINITIONS)
    assert read_values(DEFINITIONS, sent(fields_of(DEFINITIONS, values))) == values
    assert "note" not in values
    assert input_values(DOCUMENT, values) == input_values(DOCUMENT)


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
