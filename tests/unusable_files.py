"""Files of templates that are broken, of another kind, or made to do harm."""

from __future__ import annotations

import json
import struct
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import samples
from cutroom.render.fonts import FontBook
from layer_files import LOTTIE, SRT

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    ' width="60" height="60">{}</svg>'
)


CLIPS: dict[str, dict[str, Any]] = {
    "image": {"type": "image", "length": 1},
    "video": {"type": "video", "length": 1},
    "audio": {"type": "audio", "length": 1},
    "subtitles": {"type": "captions", "length": 1},
    "animation": {"type": "lottie", "length": 1},
}
"""A clip that uses a file as each kind."""


@dataclass(frozen=True)
class Bad:
    """A file that must be refused.

    Attributes:
        kind: What the template uses it as.
        content: Of the file.
        codes: Words of which the error must have one.
    """

    kind: str
    content: bytes
    codes: frozenset[str]


def bad_files(folder: Path) -> dict[str, Bad]:
    """Return every bad file by what is wrong with it."""
    made: dict[str, Bad] = {}

    def add(name: str, kind: str, content: str | bytes | dict[str, Any], *codes: str) -> None:
        if isinstance(content, dict):
            content = json.dumps(content)
        made[name] = Bad(kind, content.encode() if isinstance(content, str) else content, frozenset(codes))

    film = samples.write_video(folder / "film.mp4", samples.tone(1.0)).read_bytes()
    mute = samples.write_video(folder / "mute.mp4").read_bytes()
    sound = samples.write_audio(folder / "sound.mp3", samples.tone(1.0), codec="libmp3lame").read_bytes()
    photo = samples.write_image(folder / "photo.jpg", (96, 64), "mjpeg").read_bytes()
    drawing = samples.write_image(folder / "drawing.png", (96, 64)).read_bytes()
    letters = FontBook().face("Inter").file.path.read_bytes()
    for kind in ("image", "video", "audio", "font", "subtitles", "animation"):
        add(f"an empty {kind}", kind, b"", "empty_file")
        add(f"noise as {kind}", kind, bytes(range(256)) * 40, "not_media", *_WRONG[kind])
    add("a cut JPEG", "image", photo[:60], "not_media", "nothing_decodes", "broken_media")
    add("a cut PNG", "image", drawing[:40], "not_media", "nothing_decodes", "broken_media", "no_picture")
    add("a PNG with holes", "image", drawing[:60] + bytes(len(drawing) - 60), "nothing_decodes", "not_media")
    add("a cut film", "video", film[: len(film) // 2], "truncated_media", "not_media", "no_index")
    add("a film without an index", "video", film[: film.index(b"moov")], "truncated_media", "not_media")
    add("a cut MP3", "audio", sound[:40], "not_media", "nothing_decodes", "zero_duration", "broken_media")
    add("a sound as picture", "image", sound, "no_picture", "not_media")
    add("a sound as film", "video", sound, "no_picture", "no_video")
    add("a film without sound as sound", "audio", mute, "no_audio")
    add("a picture as film", "video", photo, "still_picture")
    add("a picture as sound", "audio", photo, "no_audio", "still_picture")
    add("a picture as subtitles", "subtitles", drawing, "unknown_subtitles", "not_subtitles")
    add("a film as typeface", "font", film, "not_a_font")
    add("a picture as animation", "animation", photo, "not_an_animation")
    bomb = samples.png_bomb(folder / "bomb.png").read_bytes()
    add("a PNG bomb", "image", bomb, "too_large_picture")
    add("a page as picture", "image", "<!DOCTYPE html><html><body>404</body></html>", "not_media")
    add("a playlist as film", "video", "#EXTM3U\n#EXTINF:9,\nhttp://127.0.0.1:9/a.ts\n", "playlist")
    add("a typeface's beginning", "font", letters[:64], "broken_font")
    add("a typeface without tables", "font", _lying_font(), "broken_font", "not_a_font")
    add("a typeface that lost its glyphs", "font", _with_few_glyphs(letters), "broken_font")
    _add_drawings(add)
    _add_animations(add)
    add("subtitles without a cue", "subtitles", "nothing at all", "unknown_subtitles", "no_cues")
    add("subtitles cut short", "subtitles", SRT[:6], "unknown_subtitles", "no_cues", "bad_subtitles")
    return made


_WRONG = {
    "image": ("nothing_decodes",),
    "video": ("no_picture",),
    "audio": ("no_audio",),
    "font": ("not_a_font",),
    "subtitles": ("unknown_subtitles",),
    "animation": ("not_an_animation",),
}


def _lying_font() -> bytes:
    """Return a TrueType header that promises tables beyond the file's end."""
    table = struct.pack(">4sIII", b"glyf", 0, 1 << 30, 1 << 30)
    return b"\x00\x01\x00\x00" + struct.pack(">HHHH", 1, 16, 0, 0) + table


def _with_few_glyphs(font: bytes) -> bytes:
    """Return a typeface that has three glyphs by its table `maxp`, and thousands by its `cmap`."""
    place = font.index(b"maxp")
    table = struct.unpack(">I", font[place + 8 : place + 12])[0]
    return font[: table + 4] + struct.pack(">H", 3) + font[table + 6 :]


def _add_drawings(add: Any) -> None:
    tens = "".join(
        f'<g id="g{level}">' + f'<use xlink:href="#g{level - 1}"/>' * 10 + "</g>" for level in range(1, 10)
    )
    chain = "".join(f'<g id="c{n}"><use xlink:href="#c{n - 1}"/></g>' for n in range(1, 20_000))
    masks = "".join(
        f'<mask id="m{level}">' + f'<rect width="9" height="9" mask="url(#m{level - 1})"/>' * 10 + "</mask>"
        for level in range(1, 10)
    )
    steps = (
        '<filter id="f">' + '<feGaussianBlur stdDeviation="9"/>' * 20_000 + '</filter><g filter="url(#f)"/>'
    )
    itself = '<pattern id="p" width="9" height="9"><rect width="9" height="9" fill="url(#p)"/></pattern>'
    add(
        "uses of uses of uses",
        "image",
        SVG.format(f'<g id="g0"/>{tens}<use xlink:href="#g9"/>'),
        "too_large_svg",
    )
    add(
        "a chain of uses",
        "image",
        SVG.format(f'<g id="c0"/>{chain}<use xlink:href="#c19999"/>'),
        "too_large_svg",
    )
    add(
        "masks of masks",
        "image",
        SVG.format(f'<mask id="m0"/>{masks}<g style="mask:url(#m9)"/>'),
        "too_large_svg",
    )
    add("a filter of many steps", "image", SVG.format(steps), "too_large_svg")
    add("a pattern of itself", "image", SVG.format(itself), "broken_svg")
    add("a group that uses itself", "image", SVG.format('<g id="a"><use href="#a"/></g>'), "broken_svg")
    secret = '<!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + SVG.format("<text>&x;</text>")
    add("an SVG with an entity", "image", secret, "broken_svg")
    add("an SVG that is cut off", "image", SVG.format("")[:90], "broken_svg")
    add("an enormous SVG", "image", SVG.format("").replace('"60"', '"1e9"'), "broken_svg")


def _add_animations(add: Any) -> None:
    whole = json.loads(LOTTIE)
    layer = whole["layers"][0]
    inner = {"ty": 0, "refId": "a", "ip": 0, "op": 60, "st": 0, "ks": {}, "w": 9, "h": 9}
    nested = [{"id": f"a{n}", "layers": [{**inner, "refId": f"a{n - 1}"}] * 10} for n in range(1, 10)]
    picture = {"id": "i", "w": 9, "h": 9, "u": "/etc/", "p": "hostname", "e": 0}
    script = {**layer, "ks": {**layer["ks"], "r": {"a": 0, "k": 0, "x": "while (true) {}; $bm_rt = 1"}}}
    copies = {"ty": "rp", "c": {"a": 0, "k": 10**9}, "o": {"a": 0, "k": 0}, "tr": {}}
    star = {"ty": "sr", "pt": {"a": 0, "k": 10**9}}
    twice = LOTTIE.replace(
        '{"v"', '{"assets":[{"id":"i","p":"/etc/hostname"}],"assets":[{"id":"i","p":"x"}],"v"'
    )
    for name, changes, code in (
        ("that reads a file", {"assets": [picture]}, "outside_asset"),
        (
            "that reads a web page",
            {"assets": [{**picture, "u": "", "p": "http://127.0.0.1:9/a.png"}]},
            "outside_asset",
        ),
        ("with a false data address", {"assets": [{**picture, "p": "data:../hostname"}]}, "outside_asset"),
        ("with a script", {"layers": [script]}, "scripted_animation"),
        (
            "of a billion copies",
            {"layers": [{**layer, "shapes": [{"ty": "gr", "it": [copies]}]}]},
            "too_large_animation",
        ),
        ("of a billion points", {"layers": [{**layer, "shapes": [star]}]}, "too_large_animation"),
        ("in itself", {"assets": [{"id": "a", "layers": [inner]}], "layers": [inner]}, "not_an_animation"),
        (
            "of ten billion layers",
            {"assets": nested, "layers": [{**inner, "refId": "a9"}]},
            "too_large_animation",
        ),
        ("whose layer is its own parent", {"layers": [{**layer, "ind": 1, "parent": 1}]}, "not_an_animation"),
        ("with layers that are numbers", {"layers": [5]}, "not_an_animation"),
        ("with a length of words", {"op": "1e99999999"}, "not_an_animation"),
        ("without a length", {"op": 0}, "not_an_animation"),
        ("of no size", {"w": 0}, "not_an_animation"),
    ):
        add(f"an animation {name}", "animation", {**whole, **changes}, code)
    add("an animation cut off", "animation", LOTTIE[:200], "not_an_animation")
    add("an animation with a name twice", "animation", twice, "outside_asset")
    add("an animation of lists in lists", "animation", "[" * 5000 + "]" * 5000, "not_an_animation")
