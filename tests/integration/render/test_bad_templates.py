"""Templates that cannot be rendered: one sentence, a code, the place, soon, and nothing left behind."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest
from refusals import paths_of, refusal

import samples
from cutroom import render
from cutroom.render.fonts import FontBook
from layer_files import make_files

CLIP = "$.tracks[0].clips[0]"
SHAPE: dict[str, Any] = {"type": "shape", "start": 0, "length": 1}


def film(*clips: Any, **fields: Any) -> dict[str, Any]:
    return {"version": 1, "width": 64, "height": 48, "rate": 10, "tracks": [{"clips": list(clips)}], **fields}


def grouped(levels: int) -> Any:
    clip: dict[str, Any] = SHAPE
    for _ in range(levels):
        clip = {"type": "group", "clips": [clip]}
    return clip


def repeated(levels: int, times: int) -> Any:
    clip: dict[str, Any] = {**SHAPE, "repeat": {"over": times}}
    for _ in range(levels):
        clip = {"type": "group", "clips": [clip], "repeat": {"over": times}}
    return clip


MOVED = {"keyframes": [{"time": 1, "value": 1}, {"time": 0, "value": 2}]}
CUES = [{"startTime": 1, "endTime": 0.5, "text": "x"}]
NAN = '{"version": 1, "tracks": [{"clips": [{"type": "shape", "start": %s, "length": 1}]}]}'
TWO = ({**SHAPE}, {**SHAPE, "start": 0.9, "transition": {"type": "crossfade", "length": 0.5}})
BAD: dict[str, tuple[Any, str]] = {
    "no JSON": ("{", "$"),
    "a list": ("[]", "$"),
    "NaN": (NAN % "NaN", f"{CLIP}.start"),
    "infinity": (NAN % "-Infinity", f"{CLIP}.start"),
    "an enormous number": (NAN % ("9" * 5000), "$"),
    "a name twice": ('{"version": 1, "version": 1, "tracks": []}', "$.version"),
    "lists in lists": ("[" * 100_000 + "]" * 100_000, "$"),
    "an unknown version": (film(SHAPE, version=2), "$.version"),
    "a version of words": (film(SHAPE, version="1.0"), "$.version"),
    "an enormous canvas": (film(SHAPE, width=1_000_000_000), "$.width"),
    "too many pixels": (film(SHAPE, width=7680, height=7680), "$.width"),
    "a rate of nothing": (film(SHAPE, rate=0), "$.rate"),
    "an enormous length": (film(SHAPE, length=1e9), "$.length"),
    "a length of nothing": (film(SHAPE, length=0), "$.length"),
    "a negative start": (film({**SHAPE, "start": -1}), f"{CLIP}.start"),
    "a negative length": (film({**SHAPE, "length": -1}), f"{CLIP}.length"),
    "a start behind the end": (film({**SHAPE, "start": 5}, length=2), CLIP),
    "a start before 0 by a transition": (
        film(
            {**SHAPE, "length": 0.1}, {**SHAPE, "start": "auto", "transition": {"type": "wipe", "length": 1}}
        ),
        "$.tracks[0].clips[1].start",
    ),
    "clips that overlap too little": (film(*TWO), "$.tracks[0].clips[1].transition.length"),
    "no clip with a length": (film({"type": "shape"}), "$.length"),
    "keyframes in disorder": (film({**SHAPE, "opacity": MOVED}), f"{CLIP}.opacity"),
    "cues that end before they start": (film({"type": "captions", "cues": CUES}), f"{CLIP}.cues[0]"),
    "a million clips": (
        json.dumps(film()).replace("[]", "[" + ",".join(["{}"] * 1_000_000) + "]"),
        "$.tracks[0].clips",
    ),
    "a million repetitions": (film({**SHAPE, "repeat": {"over": 1_000_000}}), "$.tracks"),
    "repetitions of repetitions": (film(repeated(4, 500)), "$.tracks"),
    "nine groups in each other": (film(grouped(9)), CLIP),
    "thousands of groups": (film(grouped(300)), "$"),
    "an unknown layer": (film({"type": "vidoe", "src": "x"}), f"{CLIP}.type"),
    "an unknown typeface": (film({"type": "text", "text": "Hi", "font": "Intre", "length": 1}), CLIP),
    "an unknown motion of words": (
        film({"type": "text", "text": "Hi", "length": 1, "animation": {"type": "explode"}}),
        CLIP,
    ),
    "a background of a million pixels a side": (
        film({"type": "background", "color": "#fff", "width": 1e6, "height": 1e6, "length": 1}),
        CLIP,
    ),
    "a mask of a million pixels a side": (
        film({**SHAPE, "width": 1e6, "height": 1e6, "mask": {"shape": "ellipse"}}),
        CLIP,
    ),
    "a code of a million pixels a side": (
        film({"type": "qr-code", "content": "x", "width": 1e6, "length": 1}),
        CLIP,
    ),
    "a clip in a group, too large": (
        film(
            {
                "type": "group",
                "clips": [SHAPE, {"type": "background", "color": "#fff", "width": 1e6, "height": 1e6}],
            }
        ),
        f"{CLIP}.clips[1]",
    ),
    "a clip in a group, too late": (
        film({"type": "group", "length": 1, "clips": [{**SHAPE, "start": 3}]}),
        f"{CLIP}.clips[0]",
    ),
    "a clip behind repeated ones": (
        film({**SHAPE, "repeat": {"over": 3}}, {**SHAPE, "when": False}, {**SHAPE, "start": 9}, length=5),
        "$.tracks[0].clips[2]",
    ),
    "a picture behind repeated ones": (
        film({**SHAPE, "repeat": {"over": 3}}, {"type": "text", "text": "Hi", "font": "Intre", "length": 1}),
        "$.tracks[0].clips[1]",
    ),
    "a clip in a group behind repeated ones": (
        film(
            {
                "type": "group",
                "length": 1,
                "clips": [{**SHAPE, "repeat": {"over": 3}}, {**SHAPE, "start": 3}],
            }
        ),
        f"{CLIP}.clips[1]",
    ),
    "a transition in a group": (
        film({"type": "group", "clips": [{**SHAPE, "transition": {"type": "wipe", "length": 0.5}}]}),
        f"{CLIP}.clips[0].transition",
    ),
    "an input that is not declared": (
        film({"type": "text", "text": "{{name}}", "length": 1}),
        f"{CLIP}.text",
    ),
    "an expression that divides by nothing": (film({**SHAPE, "rotation": "{{1 / 0}}"}), f"{CLIP}.rotation"),
    "an expression of enormous powers": (film({**SHAPE, "rotation": "{{9 ** 9 ** 9}}"}), f"{CLIP}.rotation"),
    "an expression that reads Python": (
        film({"type": "text", "text": "{{().__class__.__mro__}}", "length": 1}),
        f"{CLIP}.text",
    ),
    "a path of nonsense": (film({**SHAPE, "shape": "path", "path": "M0 0 Q"}), CLIP),
    "a missing picture": (film({"type": "image", "src": "gone.png", "length": 1}), f"{CLIP}.src"),
    "a missing picture of a mask": (film({**SHAPE, "mask": {"src": "gone.png"}}), f"{CLIP}.mask.src"),
    "a missing sound in a group": (
        film({"type": "group", "clips": [{"type": "audio", "src": "gone.wav"}]}),
        f"{CLIP}.clips[0].src",
    ),
    "a missing typeface": (film(SHAPE, fonts=[{"family": "A", "src": "gone.ttf"}]), "$.fonts[0].src"),
    "a folder": (film({"type": "image", "src": ".", "length": 1}), f"{CLIP}.src"),
    "an empty address": (film({"type": "image", "src": "", "length": 1}), f"{CLIP}.src"),
    "a name of 2000 letters": (film({"type": "image", "src": "x" * 2000, "length": 1}), f"{CLIP}.src"),
    "a name with a zero": (film({"type": "image", "src": "a\0b", "length": 1}), f"{CLIP}.src"),
    "half of a pair of surrogates": (film({"type": "image", "src": "\ud800", "length": 1}), f"{CLIP}.src"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_templates_are_refused_by_their_place(name: str, tmp_path: Path) -> None:
    document, path = BAD[name]
    error = refusal(document, tmp_path)
    assert any(found.startswith(path) for found in paths_of(error)), (error.message, paths_of(error))


ADDRESSES = [
    "http://127.0.0.1:{port}/photo",
    "http://localhost:{port}/photo",
    "http://[::1]:{port}/photo",
    "http://[::ffff:127.0.0.1]:{port}/photo",
    "http://0.0.0.0:{port}/photo",
    "http://2130706433:{port}/photo",
    "http://169.254.169.254/latest/meta-data/",
    "http://10.0.0.1/photo",
    "https://user:word@127.0.0.1:{port}/photo",
    "http://127.0.0.1:{port}\\@example.org/photo",
    "http:///photo",
    "http://",
    "https://a..b/photo",
    "file:///etc/passwd",
    "ftp://127.0.0.1/photo",
    "data:image/png;base64,AAAA",
    "asset:018f3c1e-0000-7000-8000-000000000000",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_bad_templates_call_no_private_address(address: str, tmp_path: Path, web: Web) -> None:
    src = address.format(port=web.port)
    error = refusal(film({"type": "image", "src": src, "length": 1}), tmp_path)
    assert f"{CLIP}.src" in paths_of(error), error.message
    assert not web.seen


class _Answers(BaseHTTPRequestHandler):
    seen: ClassVar[list[str]] = []

    def do_GET(self) -> None:
        """Answer by the path: a picture, a redirect, too much, nothing."""
        self.seen.append(self.path)
        name, _, rest = self.path.strip("/").partition("/")
        if name == "to":
            self.send_response(302)
            self.send_header("Location", rest.replace("_", "/"))
            self.end_headers()
        elif name == "large":
            self.send_response(200)
            self.send_header("Content-Length", "5000000")
            self.end_headers()
            self.wfile.write(bytes(100_000))
        else:
            self.send_response(404)
            self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


class Web:
    """A server of this machine."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.seen = _Answers.seen


@pytest.fixture
def web() -> Iterator[Web]:
    _Answers.seen.clear()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Answers)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield Web(server.server_address[1])
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("to/http:__127.0.0.2:9_secret", "private"),
        ("to/http:__169.254.169.254_latest", "private"),
        ("to/http:__localhost:9_secret", ""),
        ("to/file:___etc_passwd", ""),
        ("missing", "404"),
        ("large", ""),
    ],
)
def test_bad_templates_follow_no_redirect_to_private_addresses(
    path: str, said: str, tmp_path: Path, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CUTROOM_ALLOWED_HOSTS", f"127.0.0.1:{web.port}")
    monkeypatch.setenv("CUTROOM_MAX_UPLOAD_BYTES", "1000000")
    src = f"http://127.0.0.1:{web.port}/{path}"
    error = refusal(film({"type": "video", "src": src}), tmp_path)
    assert f"{CLIP}.src" in paths_of(error)
    assert said in error.message
    assert web.seen == [f"/{path}"]


def test_bad_templates_say_when_nobody_answers(
    tmp_path: Path, web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CUTROOM_ALLOWED_HOSTS", "127.0.0.1:9")
    error = refusal(film({"type": "video", "src": "http://127.0.0.1:9/film.mp4"}), tmp_path)
    assert f"{CLIP}.src" in paths_of(error)
    assert "127.0.0.1" in error.message


def test_bad_templates_name_every_fault_at_once(tmp_path: Path) -> None:
    clips = [{"type": "image", "src": f"gone{n}.png", "length": 1} for n in range(3)]
    assert paths_of(refusal(film(*clips), tmp_path)) == {f"$.tracks[0].clips[{n}].src" for n in range(3)}
    clips = [{**SHAPE, "opacity": 2}, {**SHAPE, "blend": "?"}, {"type": "?"}]
    found = paths_of(refusal(film(*clips, width=33), tmp_path))
    fields = {f"{CLIP}.opacity", "$.tracks[0].clips[1].blend", "$.tracks[0].clips[2].type", "$.width"}
    assert found == fields


@pytest.mark.parametrize("suffix", ["mp4", "gif", "png", "wav"])
def test_bad_templates_leave_what_was_there(suffix: str, tmp_path: Path) -> None:
    target = tmp_path / f"out.{suffix}"
    target.write_bytes(b"mine")
    (tmp_path / "cut.jpg").write_bytes(
        samples.write_image(tmp_path / "a.jpg", codec="mjpeg").read_bytes()[:200]
    )
    late = film(SHAPE, {"type": "image", "src": "cut.jpg", "start": 1, "length": 1})
    refusal(late, tmp_path, target.name, overwrite=True, options={"time": 1.5} if suffix == "png" else {})
    assert target.read_bytes() == b"mine"


def test_one_film_is_seen_drawn_as_a_waveform_and_heard(tmp_path: Path) -> None:
    files = make_files(tmp_path)
    src = files["video"].path.name
    uses = [{"type": kind, "src": src, "length": 1} for kind in ("video", "audio", "waveform")]
    document = film(length=1) | {"tracks": [{"clips": [clip]} for clip in uses]}
    (tmp_path / "template.json").write_text(json.dumps(document))
    made = render(tmp_path / "template.json", None, tmp_path / "out.mp4")
    assert made.frame_count == 10


def test_a_mask_of_an_empty_source_is_its_shape(tmp_path: Path) -> None:
    for number, mask in enumerate(({"src": "", "shape": "ellipse"}, {"shape": "ellipse"})):
        document = film({**SHAPE, "mask": mask})
        (tmp_path / "template.json").write_text(json.dumps(document))
        render(tmp_path / "template.json", None, tmp_path / f"{number}.png")
    assert (tmp_path / "0.png").read_bytes() == (tmp_path / "1.png").read_bytes()


def test_a_typeface_of_a_wrong_name_is_used_as_it_is(tmp_path: Path) -> None:
    """A file's own names are not looked at: the template says what it is called."""
    (tmp_path / "fake.ttf").write_bytes(FontBook().face("Anton").file.path.read_bytes())
    text = {"type": "text", "text": "Hi", "font": "Inter", "length": 1}
    document = film(text, fonts=[{"family": "Inter", "src": "fake.ttf"}])
    (tmp_path / "template.json").write_text(json.dumps(document))
    render(tmp_path / "template.json", None, tmp_path / "own.png")
    document["fonts"] = []
    (tmp_path / "template.json").write_text(json.dumps(document))
    render(tmp_path / "template.json", None, tmp_path / "bundled.png")
    assert (tmp_path / "own.png").read_bytes() != (tmp_path / "bundled.png").read_bytes()
