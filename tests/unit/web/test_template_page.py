"""A template's document as people edit it, its sample picture, and what a rendered film says of itself."""

import json

import pytest

from cutroom.base.errors import Refused
from cutroom.render.document.gallery import gallery
from cutroom.render.document.reading import read_template
from cutroom.web.template_page import TemplatePage, Typed, parse, size_of, write
from cutroom.web.template_samples import BLANK, drawable, starting_document
from cutroom.web.video_result import facts, work


@pytest.mark.parametrize("name", [BLANK, *(one.name for one in gallery())])
def test_page_documents_are_written_without_a_loss_and_can_be_drawn(name):
    document = starting_document(name)
    written = write(document)
    assert json.loads(written) == document
    assert list(json.loads(written)) == list(document)
    before = json.dumps(document)
    shown, values = drawable(document)
    assert read_template(shown, values).tracks
    assert json.dumps(document) == before


def test_page_documents_of_odd_values_are_written():
    odd = {"a": [], "b": {}, "c": [[], [{}]], "d": 'ü\n"', "e": None, "f": ["x" * 60, {"y": "z" * 60}]}
    assert json.loads(write(odd)) == odd


def test_page_samples_stand_in_for_what_only_a_film_brings():
    document = {
        "version": 1,
        "inputs": {
            "who": {"type": "text", "label": "Who"},
            "films": {"type": "list", "fields": {"clip": {"type": "video"}, "title": {"type": "text"}}},
            "sound": {"type": "audio"},
        },
        "tracks": [
            {"clips": [{"type": "text", "text": "{{who}}", "length": "end"}]},
            {"clips": [{"type": "audio", "src": "{{ sound }}"}, {"type": "audio", "src": "{{soundless}}"}]},
        ],
    }
    shown, values = drawable(document)
    assert values == {"who": "Who", "films": [{"title": "Title"}]}
    assert [len(track["clips"]) for track in shown["tracks"]] == [1, 1]
    assert shown["length"] == 5


def test_page_texts_that_are_no_documents_are_refused_in_words():
    for text in ("", "[1]", "{", '{"a": NaN}', "{" * 100):
        with pytest.raises(Refused) as refused:
            parse(text)
        assert refused.value.code_word == "bad_template"
        assert TemplatePage(Typed(text)).fields == []


def test_page_frames_have_a_size_whatever_the_document_says():
    assert size_of({"width": 640, "height": 360}) == (640, 360)
    assert size_of({"width": "{{w}}", "height": -2}) == (1080, 1920)


def test_page_of_a_film_says_what_it_is_and_what_it_took():
    output = {
        "width": 1080,
        "height": 1920,
        "frameRate": "30000/1001",
        "duration": 67.2,
        "segments": {"rendered": 1, "reused": 3},
        "cpuSeconds": {"encode": 2.0, "draw": 1.25, "decode": 0.001},
    }
    assert facts(output, {}) == "1080 \N{MULTIPLICATION SIGN} 1920 · 29.97 frames per second · 1:07"
    assert facts(output, {"width": 270, "height": 480}).startswith("270 \N{MULTIPLICATION SIGN} 480")
    assert facts({}, {}) == ""
    assert work(output) == (
        "1 of 4 parts were drawn, 3 kept from before. Processor time: 1.2 s drawing, 2.0 s encoding."
    )
    assert work({}) == ""


def test_page_of_an_overlay_is_rendered_see_through():
    for background, is_see_through in (
        ("transparent", True),
        ("#00000000", True),
        ("#000", False),
        (5, False),
    ):
        assert TemplatePage(Typed(write({"background": background}))).is_see_through is is_see_through
    assert not TemplatePage(Typed("{}")).is_see_through
