"""What models write around and instead of the JSON they were asked for."""

import json

import pytest

from cutroom.engines.translation_answer import SCHEMA, clean, fault_of, has_words, read_lines

GOOD = {"lines": [{"id": 1, "text": "eins"}, {"id": 2, "text": "zwei"}]}
BOTH = {1: "eins", 2: "zwei"}


@pytest.mark.parametrize(
    ("answer", "lines"),
    [
        (json.dumps(GOOD), BOTH),
        ("Sure! Here you are:\n```json\n" + json.dumps(GOOD, indent=2) + "\n```\nAnything else?", BOTH),
        ("<think>{maybe [1]}</think>" + json.dumps(GOOD), BOTH),
        ("I was asked {for} this: " + json.dumps(GOOD), BOTH),
        (json.dumps(GOOD["lines"]), BOTH),
        ('["eins", "zwei"]', BOTH),
        ('{"translations": ["eins", "zwei"]}', BOTH),
        ('{"1": "eins", "2": "zwei"}', BOTH),
        ('{"lines": [{"id": "2", "translation": "zwei"}]}', {2: "zwei"}),
        (
            '{"lines": [{"id": 1, "text": "a"}, {"id": 1, "text": "b"}, {"id": 2, "text": "zwei"}]}',
            {2: "zwei"},
        ),
        ('{"lines": [{"id": 1, "text": "eins"}, {"id": 1, "text": "eins"}]}', {1: "eins"}),
        ('{"lines": [{"id": 3, "text": "drei"}, {"id": 0, "text": "null"}, {"id": true, "text": "ja"}]}', {}),
        ('{"lines": ["eins", "zwei", "drei"]}', {}),
        ('{"lines": [{"id": 1, "text": "eins"}, {"id": 2, "te', {}),
        ('{"lines": [{"id": 1, "text": 5}, 7, null]}', {}),
        ("[" * 10_000, {}),
        ("{" * 10_000, {}),
        ("", {}),
        ("Ich kann das nicht.", {}),
    ],
)
def test_lines_are_found_in_any_dress(answer, lines):
    assert read_lines(answer, 2) == lines


@pytest.mark.parametrize(
    ("source", "translated", "fault"),
    [
        ("Hello.", "Hallo.", None),
        ("Three.", "3.", None),
        ("<i>Hello</i> there.", "<i>Hallo</i> da.", None),
        ("<i>Hello</i> there.", "Hallo da.", "tags"),
        ("Hello.", "<b>Hallo.</b>", "tags"),
        ("Hello.", "", "empty"),
        ("Hello.", "...", "empty"),
        ("<i>Hello</i>", "<i></i>", "empty"),
        ("Hello.", "Hallo. " * 200, "longer"),
    ],
)
def test_a_translation_is_checked(source, translated, fault):
    found = fault_of(source, translated)
    assert (found is None) == (fault is None)
    assert fault is None or fault in found


def test_lines_are_cleaned():
    assert clean(" a\n\tb\x00c\u2028d ") == "a b c d"
    assert [has_words(text) for text in ("♪ ♪", "1999", "<i>...</i>", "Oh", "嗯")] == [
        False,
        False,
        False,
        True,
        True,
    ]


def test_the_schema_has_no_optional_parts():
    line = SCHEMA["properties"]["lines"]["items"]
    assert line["required"] == list(line["properties"])
    assert SCHEMA["additionalProperties"] is line["additionalProperties"] is False
