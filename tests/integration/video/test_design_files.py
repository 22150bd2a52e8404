"""Typefaces, vector pictures and animations as assets: uploaded like media, named by templates."""

import json
from importlib.resources import files
from pathlib import Path

import numpy as np
import pytest
from films import color_of, film, frames_of

SVG = (
    b"""<svg xmlns="http://www.w3.org/2000/svg" width="64" height="48">"""
    b"""<rect width="64" height="48" fill="#00f"/></svg>"""
)
LOTTIE = {
    "v": "5.7.0",
    "fr": 30,
    "ip": 0,
    "op": 30,
    "w": 64,
    "h": 48,
    "layers": [
        {
            "ty": 1,
            "sw": 64,
            "sh": 48,
            "sc": "#ff0000",
            "ip": 0,
            "op": 30,
            "st": 0,
            "ks": {
                "o": {"a": 0, "k": 100},
                "r": {"a": 0, "k": 0},
                "p": {"a": 0, "k": [0, 0]},
                "a": {"a": 0, "k": [0, 0]},
                "s": {"a": 0, "k": [100, 100]},
            },
        }
    ],
}


def a_font():
    folder = Path(str(files("cutroom.render"))) / "fonts_built"
    found = sorted(folder.rglob("*.ttf"))
    if not found:
        pytest.skip("needs the built typefaces: python hatch_build.py")
    return min(found, key=lambda path: path.stat().st_size).read_bytes()


async def test_a_typeface_is_an_asset_that_texts_are_set_in(anna, worker):
    asset = await anna.upload("own.ttf", a_font())
    assert (asset["kind"], asset["mimeType"]) == ("document", "font/ttf")
    text = {
        "type": "text",
        "text": "III",
        "font": "Own",
        "size": 40,
        "color": "#ffffff",
        "start": 0,
        "length": 1,
    }
    document = film(text, fonts=[{"family": "Own", "src": f"asset:{asset['assetId']}"}])
    shown, _ = await anna.rendered(template=document)
    frame = frames_of((await anna.client.get(shown["result"]["videoUrl"])).content)[10]
    assert np.asarray(frame).max() > 200


@pytest.mark.parametrize(
    ("name", "content", "layer", "mime_type", "color"),
    [
        ("logo.svg", SVG, "image", "image/svg+xml", "#0000ff"),
        ("spin.json", json.dumps(LOTTIE).encode(), "lottie", "application/json", "#ff0000"),
    ],
)
async def test_vectors_are_assets_that_can_be_shown(anna, worker, name, content, layer, mime_type, color):
    asset = await anna.upload(name, content)
    assert (asset["kind"], asset["mimeType"]) == ("document", mime_type)
    clip = {"type": layer, "src": f"asset:{asset['assetId']}", "start": 0, "length": 0.5}
    shown, _ = await anna.rendered(template=film(clip | {"width": "100%", "height": "100%"}))
    frame = frames_of((await anna.client.get(shown["result"]["videoUrl"])).content)[5]
    assert color_of(frame[4:-4, 4:-4]) == color


async def test_what_nobody_knows_is_still_refused(anna):
    made = await anna.ask("POST", "/api/projects", 201, json={"name": "Odd"})
    path = f"/api/projects/{made['project']['projectId']}/assets"
    for content in (b"\x01\x02\x03\x04" * 300, b"{}", b'{"w": 1}'):
        refused = await anna.ask("POST", path, 400, files={"file": ("odd", content)})
        assert refused["code"] == "not_media"
