"""Edits of Shotstack's format gone wrong: imported or refused, never anything else."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from cutroom.base.errors import Refused
from cutroom.render.document.reading import check_document
from cutroom.render.exchange.shotstack import import_shotstack

TWEENS = [{"from": 0, "to": 1, "start": 0, "length": 1, "interpolation": "bezier", "easing": "easeInQuad"}]
STROKE = {"width": 2, "color": "#112233"}
FONT = {
    "family": "Montserrat",
    "size": 40,
    "weight": "bold",
    "color": "#ffffff",
    "opacity": 0.5,
    "stroke": STROKE,
}
STOPS = [{"offset": 0, "color": "#000000"}, {"offset": 1, "color": "#ffffff"}]
PLATE = {"color": "#000000", "opacity": 0.5, "padding": 4, "borderRadius": 3}
ASSETS = [
    {"type": "video", "src": "a.mp4", "trim": 1, "volume": TWEENS, "volumeEffect": "fadeIn", "speed": 2},
    {"type": "video", "src": "a.mp4", "crop": {"left": 0.1}, "chromaKey": {"color": "#00b140", "halo": 10}},
    {"type": "image", "src": "{{PHOTO}}", "crop": {"top": 0.1}},
    {
        "type": "text",
        "text": "Hi {{NAME}}",
        "font": FONT,
        "background": PLATE,
        "stroke": STROKE,
        "width": 300,
    },
    {"type": "text", "text": "Hi", "animation": {"preset": "typewriter", "duration": 2}},
    {
        "type": "rich-text",
        "text": "Rich",
        "style": {
            "textTransform": "uppercase",
            "gradient": {
                "type": "linear",
                "angle": 1,
                "stops": [{"offset": 0, "color": "#000000"}, {"offset": 1, "color": "#ffffff"}],
            },
        },
        "shadow": {"offsetX": 1, "blur": 2, "color": "#000000", "opacity": 0.5},
        "padding": {"left": 1},
        "background": PLATE,
        "animation": {"preset": "shift", "style": "word", "direction": "up"},
    },
    {
        "type": "title",
        "text": "Title",
        "style": "chunk",
        "size": "small",
        "position": "top",
        "offset": {"x": 0.1},
    },
    {
        "type": "html",
        "html": "<p>x</p>",
        "css": "p { color: #ffffff; font-size: 20px; }",
        "background": "#80ffffff",
    },
    {
        "type": "caption",
        "src": "a.srt",
        "font": {"size": 20, "strokeWidth": 1},
        "background": PLATE,
        "trim": 1,
    },
    {"type": "audio", "src": "a.mp3", "volume": 0.5, "effect": "fadeOut", "speed": 0.1},
    {
        "type": "shape",
        "shape": "circle",
        "circle": {"radius": 4},
        "fill": {"color": "#ff0000"},
        "stroke": STROKE,
    },
    {"type": "svg", "src": '<svg viewBox="0 0 4 4"><rect width="2" height="2" fill="red"/></svg>'},
    {"type": "luma", "src": "m.png"},
]
PLACES = {
    "start": 0,
    "length": 3,
    "fit": "crop",
    "scale": TWEENS,
    "position": "topLeft",
    "offset": {"x": TWEENS, "y": 0.1},
    "transition": {"in": "slideUpFast", "out": "zoom"},
    "effect": "zoomIn",
    "filter": "blur",
    "opacity": 0.5,
    "transform": {"rotate": {"angle": TWEENS}, "skew": {"x": 1}, "flip": {"horizontal": True}},
    "width": 100,
}
EDIT = {
    "timeline": {
        "background": "#101010",
        "fonts": [{"src": "https://example.com/Mine.ttf"}],
        "soundtrack": {"src": "m.mp3", "effect": "fadeIn", "volume": 0.3},
        "tracks": [{"clips": [{"asset": asset, **PLACES}]} for asset in ASSETS],
    },
    "merge": [{"find": "NAME", "replace": "Ann"}, {"find": "PHOTO", "replace": "p.jpg"}],
    "output": {"format": "mp4", "size": {"width": 640, "height": 360}, "fps": 25, "aspectRatio": "16:9"},
}
SCRAPS = (
    st.none()
    | st.booleans()
    | st.sampled_from(
        [0, -1, 1e-9, 1e9, 0.5, "", "x", "auto", "{{NAME}}", "{{", "50%", "none", "#fff", "1e5"]
    )
    | st.sampled_from([[], {}, [[]], [{}], {"x": []}, [None], {"color": {}}, [1, 2], TWEENS])
)


def ways(value, way=()):
    """Return the way to every value inside."""
    steps = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    return [way, *(inner for step in steps for inner in ways(value[step], (*way, step)))]


def changed(value, way, scrap):
    """Return a value with another one in a place; as it is where there is no such place any more."""
    if not way:
        return scrap
    if isinstance(value, dict) and way[0] in value:
        return {**value, way[0]: changed(value[way[0]], way[1:], scrap)}
    if isinstance(value, list) and isinstance(way[0], int) and way[0] < len(value):
        return [changed(one, way[1:], scrap) if at == way[0] else one for at, one in enumerate(value)]
    return value


WAYS = ways(EDIT)[1:]


@given(st.lists(st.tuples(st.sampled_from(WAYS), SCRAPS), min_size=1, max_size=3))
@settings(max_examples=60, deadline=None)
def test_shotstack_mutations_are_imported_or_refused(changes):
    edit = EDIT
    for way, scrap in changes:
        edit = changed(edit, way, scrap)
    errors = []
    for read in (import_shotstack, lambda given: check_document(import_shotstack(given).document)):
        try:
            read(edit)
        except Refused as refused:
            errors.append(refused.code_word)
    assert set(errors) <= {"bad_edit", "bad_template"}


def test_shotstack_mutations_begin_with_an_edit_that_is_read():
    check_document(import_shotstack(EDIT).document)
