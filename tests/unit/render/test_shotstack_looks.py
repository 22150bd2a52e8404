"""What is shown in edits of Shotstack's format keeps its look: texts, shapes, captions, keyed colours."""

from __future__ import annotations

import copy

import pytest

from cutroom.render.document.reading import check_document
from cutroom.render.exchange.shotstack import import_shotstack


def edit(*clips, output=None, **fields):
    timeline = {"tracks": [{"clips": list(clips)}], **fields.pop("timeline", {})}
    return {"timeline": timeline, "output": output or {"format": "mp4", "resolution": "hd"}, **fields}


def clip(asset, **fields):
    return {"asset": asset, "start": 0, "length": 4, **fields}


def imported(written):
    before = copy.deepcopy(written)
    made = import_shotstack(written)
    assert written == before
    check_document(made.document)
    return made


def only(written):
    made = imported(written)
    return made.document["tracks"][0]["clips"][0], {note.path: note.message for note in made.notes}


VIDEO = {"type": "video", "src": "https://example.com/a.mp4"}
IMAGE = {"type": "image", "src": "https://example.com/a.jpg"}


def test_shotstack_texts_keep_their_look():
    made, notes = only(
        edit(
            clip(
                {
                    "type": "text",
                    "text": "Hello",
                    "width": 400,
                    "height": 100,
                    "font": {
                        "family": "Montserrat ExtraBold",
                        "size": 48,
                        "color": "#ffcc00",
                        "opacity": 0.5,
                        "lineHeight": 0.85,
                    },
                    "background": {"color": "#000000", "opacity": 0.8, "padding": 10, "borderRadius": 5},
                    "alignment": {"horizontal": "left", "vertical": "center"},
                    "stroke": {"width": 2, "color": "#112233"},
                    "animation": {"preset": "typewriter", "duration": 2},
                },
                position="bottom",
            )
        )
    )
    expected = {
        "text": "Hello",
        "width": 400,
        "height": 100,
        "font": "Montserrat",
        "weight": 800,
        "size": 48,
        "color": "#ffcc0080",
        "lineHeight": 0.85,
        "background": {"color": "#000000cc", "paddingX": 10, "paddingY": 10, "radius": 5, "per": "block"},
        "align": "left",
        "verticalAlign": "middle",
        "outline": {"width": 2, "color": "#112233"},
        "animation": {"type": "typewriter", "by": "character", "stagger": 0.4},
        "anchor": "bottom",
        "y": "100%",
    }
    assert {name: made[name] for name in expected} == expected
    assert notes == {}


def test_shotstack_rich_texts_become_texts():
    rich = {
        "type": "rich-text",
        "text": "Rich",
        "font": {"family": "Open Sans", "size": 60, "weight": "bold"},
        "style": {
            "letterSpacing": 2,
            "textTransform": "uppercase",
            "textDecoration": "underline",
            "gradient": {
                "type": "linear",
                "angle": 0,
                "stops": [{"offset": 0, "color": "#ff0000"}, {"offset": 1, "color": "#0000ff"}],
            },
        },
        "shadow": {"offsetX": 4, "offsetY": 5, "blur": 6, "color": "#000000", "opacity": 0.5},
        "align": {"horizontal": "right", "vertical": "top"},
        "animation": {"preset": "fadeIn", "duration": 1},
    }
    made, notes = only(edit(clip(rich)))
    assert (made["case"], made["letterSpacing"], made["weight"], made["align"]) == ("upper", 2, 700, "right")
    assert made["shadow"] == {"x": 4, "y": 5, "blur": 6, "color": "#00000080"}
    assert made["gradient"]["angle"] == 90
    assert made["font"] == "Noto Sans"
    assert {path.rpartition(".")[2] for path in notes} == {"family", "textDecoration"}


def test_shotstack_titles_and_html_become_texts():
    title = {
        "type": "title",
        "text": "Big",
        "style": "blockbuster",
        "size": "large",
        "color": "#80ff0000",
        "position": "topLeft",
        "offset": {"y": -0.1},
    }
    made, notes = only(edit(clip(title)))
    assert (made["font"], made["color"], made["anchor"], made["y"]) == (
        "Anton",
        "#ff000080",
        "top-left",
        "10%",
    )
    html = {
        "type": "html",
        "html": "<p>One &amp; <b>two</b></p><p>three</p>",
        "css": "p { color: #00ff00; font-size: 32px; text-align: right; }",
    }
    made, notes = only(edit(clip(html)))
    assert (made["text"], made["color"], made["size"], made["align"]) == (
        "One & two\nthree",
        "#00ff00",
        32,
        "right",
    )
    assert any("only its words" in message for message in notes.values())


def test_shotstack_other_assets_are_carried_over():
    shape = {
        "type": "shape",
        "shape": "circle",
        "circle": {"radius": 50},
        "fill": {"color": "#ff0000", "opacity": 0.5},
        "stroke": {"width": 3, "color": "#00ff00"},
    }
    made, _ = only(edit(clip(shape)))
    assert (made["shape"], made["width"], made["fill"], made["stroke"]["width"]) == (
        "ellipse",
        100,
        "#ff000080",
        3,
    )
    captions = {
        "type": "caption",
        "src": "https://example.com/a.srt",
        "font": {"size": 30, "color": "#ffff00", "stroke": "#000000", "strokeWidth": 1},
        "trim": 2,
    }
    made, _ = only(edit(clip(captions)))
    assert (made["type"], made["style"], made["offset"], made["size"]) == ("captions", "line", -2, 30)
    audio = {"type": "audio", "src": "https://example.com/a.mp3", "effect": "fadeIn", "trim": 1, "speed": 20}
    made, notes = only(edit(clip(audio)))
    assert (made["type"], made["fadeIn"], made["speed"]) == ("audio", 2, 4)
    assert "becomes 4" in notes["$.timeline.tracks[0].clips[0].asset.speed"]
    key = VIDEO | {"chromaKey": {"color": "#00b140", "threshold": 150, "halo": 100}}
    made, _ = only(edit(clip(key)))
    assert made["chromaKey"] == {"color": "#00b140", "tolerance": 0.3, "softness": 0.2}


def test_shotstack_drawings_of_one_shape_become_shapes():
    svg = '<svg viewBox="0 0 492 79" xmlns="http://www.w3.org/2000/svg"><rect fill="#ffffff"/></svg>'
    made, notes = only(edit(clip({"type": "svg", "src": svg}, width=500, height=80)))
    assert (made["type"], made["shape"], made["fill"]) == ("shape", "rectangle", "#ffffff")
    assert (made["width"], made["height"]) == (500, 80)
    assert notes == {}
    path = (
        '<svg viewBox="0 0 10 10"><g><path d="M0 0L10 10L0 10Z" fill="#ff0000" fill-opacity="0.5"/></g></svg>'
    )
    made, _ = only(edit(clip({"type": "svg", "src": path})))
    assert (made["shape"], made["fill"], made["width"]) == ("path", "#ff000080", 10)


@pytest.mark.parametrize(
    "svg",
    [
        "<svg><rect/><rect/></svg>",
        '<svg><path d="nonsense"/></svg>',
        '<svg><text>x</text><rect fill="#fff"/></svg>',
        "<svg",
        '<!DOCTYPE x [<!ENTITY a "b">]><svg><rect/></svg>',
        '<svg><rect fill="url(#a)"/></svg>',
    ],
)
def test_shotstack_drawings_of_more_than_a_shape_are_left_out(svg):
    made = imported(edit(clip({"type": "svg", "src": svg}), clip(IMAGE)))
    assert [one["type"] for one in made.document["tracks"][0]["clips"]] == ["image"]
    assert made.notes[0].path.endswith("asset.src")


def test_shotstack_empty_html_is_a_box_and_padding_goes_to_the_plate():
    html = {
        "type": "html",
        "html": "<p> </p>",
        "css": "p { color: #fff; }",
        "background": "#d96657",
        "width": 100,
        "height": 600,
    }
    made, notes = only(edit(clip(html)))
    assert (made["type"], made["fill"], made["width"], made["height"]) == ("shape", "#d96657", 100, 600)
    assert notes == {}
    rich = {
        "type": "rich-text",
        "text": "x",
        "background": {"color": "#000000", "borderRadius": 24},
        "padding": {"left": 40, "right": 44, "top": 36},
    }
    made, notes = only(edit(clip(rich, width=900, height=300)))
    assert made["background"] == {
        "color": "#000000",
        "paddingX": 42,
        "paddingY": 18,
        "radius": 24,
        "per": "block",
    }


def test_shotstack_typefaces_are_known_by_their_files():
    text = {"type": "text", "text": "x", "font": {"family": "Permanent Marker"}}
    fonts = [
        {"src": "https://example.com/PermanentMarker.ttf?v=2"},
        {"src": "https://example.com/JTUS_x.ttf"},
    ]
    made = imported(edit(clip(text), timeline={"fonts": fonts}))
    assert made.document["tracks"][0]["clips"][0]["font"] == "PermanentMarker"
    assert [font["family"] for font in made.document["fonts"]] == ["PermanentMarker", "JTUS_x"]
