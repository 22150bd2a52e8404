"""Edits of Shotstack's format become templates that can be read, and say what they lost."""

from __future__ import annotations

import copy

import pytest

from cutroom.base.errors import Refused
from cutroom.render.document.reading import check_document, read_template
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


@pytest.mark.parametrize(
    ("output", "frame"),
    [
        ({"resolution": "hd"}, (1280, 720, 25)),
        ({"resolution": "1080", "aspectRatio": "9:16"}, (1080, 1920, 25)),
        ({"resolution": "sd", "aspectRatio": "1:1", "fps": 29.97}, (576, 576, 29.97)),
        ({"resolution": "hd", "aspectRatio": "4:5"}, (576, 720, 25)),
        ({"resolution": "preview"}, (512, 288, 15)),
        ({"size": {"width": 721, "height": 1281}, "fps": 60}, (720, 1280, 60)),
    ],
)
def test_shotstack_outputs_become_frames(output, frame):
    document = imported(edit(clip(VIDEO), output={"format": "mp4", **output})).document
    assert (document["width"], document["height"], document["rate"]) == frame


def test_shotstack_tracks_stand_the_other_way_round():
    written = edit(clip(IMAGE))
    written["timeline"]["tracks"].append({"clips": [clip(VIDEO)]})
    written["timeline"] |= {
        "background": "#ff0000",
        "soundtrack": {"src": "https://example.com/m.mp3", "effect": "fadeOut"},
    }
    document = imported(written).document
    assert [track["clips"][0]["type"] for track in document["tracks"]] == ["video", "image", "audio"]
    assert document["background"] == "#ff0000"
    sound = document["tracks"][2]["clips"][0]
    assert (sound["role"], sound["length"], sound["fadeOut"]) == ("music", "end", 2)


MOVING = {
    "type": "video",
    "src": "https://example.com/a.mp4",
    "trim": 1.5,
    "speed": 2,
    "volume": 0.5,
    "fadeIn": 2,
    "fadeOut": 2,
    "crop": {"left": 0.1},
    "start": 0,
    "length": 4,
    "fit": "fill",
    "width": "100%",
    "height": "100%",
    "scale": 0.5,
    "anchor": "top-right",
    "x": "95%",
    "y": "10%",
    "opacity": {
        "keyframes": [
            {"time": 1, "value": 0, "easing": "step-end"},
            {"time": 3, "value": 1, "easing": "ease-in-out-quad"},
        ]
    },
    "enter": {"type": "slide", "length": 0.5, "direction": "up", "amount": 0.1},
    "exit": {"type": "wipe", "length": 1.0, "direction": "right"},
    "rotation": 45,
    "flip": "horizontal",
    "zoom": {"keyframes": [{"time": 0, "value": 1.0}, {"time": 4, "value": 1.3}]},
    "blur": 8.0,
}


def test_shotstack_clips_keep_their_place_and_motion():
    made, notes = only(
        edit(
            clip(
                VIDEO
                | {
                    "trim": 1.5,
                    "volume": 0.5,
                    "volumeEffect": "fadeInFadeOut",
                    "speed": 2,
                    "crop": {"left": 0.1},
                },
                fit="cover",
                scale=0.5,
                position="topRight",
                offset={"x": -0.05, "y": -0.1},
                opacity=[
                    {
                        "from": 0,
                        "to": 1,
                        "start": 1,
                        "length": 2,
                        "interpolation": "bezier",
                        "easing": "easeInOutQuad",
                    }
                ],
                transition={"in": "slideUpFast", "out": "wipeLeft"},
                transform={"rotate": {"angle": 45}, "flip": {"horizontal": True}},
                effect="zoomIn",
                filter="blur",
            )
        )
    )
    assert made == MOVING
    assert notes == {}


def test_shotstack_tweens_follow_each_other():
    made, _ = only(
        edit(
            clip(
                VIDEO
                | {
                    "volume": [
                        {"from": 0, "to": 1, "start": 0, "length": 1},
                        {"from": 1, "to": 0.5, "start": 1, "length": 1},
                        {"from": 0.2, "to": 0.3, "start": 2, "length": 1, "interpolation": "constant"},
                    ]
                }
            )
        )
    )
    frames = made["volume"]["keyframes"]
    assert [(frame["time"], frame["value"]) for frame in frames] == [
        (0, 0),
        (1, 1),
        (2, 0.5),
        (2.001, 0.2),
        (3, 0.3),
    ]
    assert [frame["easing"] for frame in frames] == ["step-end", "linear", "linear", "step-end", "step-end"]


def test_shotstack_pictures_pan_with_the_camera_the_other_way():
    made, _ = only(edit(clip(IMAGE, effect="slideLeft", length="auto")))
    burns = made["kenBurns"]
    assert burns["from"]["x"] < 0.5 < burns["to"]["x"]
    assert burns["from"]["zoom"] == burns["to"]["zoom"] > 1
    made, notes = only(edit(clip(VIDEO, effect="zoomOutSlow", length="auto")))
    assert "zoom" not in made
    assert "length in seconds" in notes["$.timeline.tracks[0].clips[0].effect"]


def test_shotstack_mattes_mask_what_plays_with_them():
    luma = clip({"type": "luma", "src": "https://example.com/m.png"}, start=3, length=3)
    document = imported(edit(luma, clip(VIDEO, length=3), clip(IMAGE, start=4, length=1))).document
    first, second = document["tracks"][0]["clips"]
    assert "mask" not in first
    assert second["mask"] == {"src": "https://example.com/m.png", "channel": "luma"}
    part = imported(edit(clip({"type": "luma", "src": "https://example.com/m.png"}, length=1), clip(VIDEO)))
    assert "all of the clip" in part.notes[0].message


def test_shotstack_mattes_that_move_become_fades_at_the_ends_of_clips():
    moving = {"type": "luma", "src": "https://example.com/m.mp4?x=1"}
    made = imported(edit(clip(moving), clip(VIDEO)))
    assert "mask" not in made.document["tracks"][0]["clips"][0]
    assert "mattes that move" in made.notes[0].message
    at_end = clip(moving, start=3, length=2)
    made = imported(edit(clip(moving, length=1), clip(IMAGE), at_end))
    picture = made.document["tracks"][0]["clips"][0]
    assert (picture["enter"], picture["exit"]) == (
        {"type": "fade", "length": 1},
        {"type": "fade", "length": 1},
    )
    assert "becomes a fade of 1 s" in made.notes[0].message


def test_shotstack_merge_fields_become_inputs():
    written = edit(
        clip(
            {
                "type": "text",
                "text": "Hi {{ NAME }} & {{FIRST NAME}}",
                "font": {"color": "{{TINT}}", "size": "{{SIZE}}"},
            },
            length="{{LONG}}",
        ),
        clip({"type": "image", "src": "{{PHOTO}}"}, offset={"x": "{{MOVE}}"}, opacity="{{SEEN}}"),
        merge=[
            {"find": "NAME", "replace": "Ann"},
            {"find": "FIRST NAME", "replace": "Bob"},
            {"find": "TINT", "replace": "#ff0000"},
            {"find": "SIZE", "replace": 40},
            {"find": "LONG", "replace": 3},
            {"find": "PHOTO", "replace": "https://example.com/p.jpg"},
            {"find": "MOVE", "replace": 0.25},
        ],
    )
    made = imported(written)
    inputs = made.document["inputs"]
    assert inputs["NAME"] == {"type": "text", "default": "Ann"}
    assert inputs["FIRST_NAME"] == {"type": "text", "label": "FIRST NAME", "default": "Bob"}
    assert inputs["TINT"]["type"] == "color"
    assert inputs["PHOTO"]["type"] == "image"
    assert inputs["SEEN"] == {"type": "number", "required": False}
    notes = {note.path: note.message for note in made.notes}
    assert "0.25" in notes["$.timeline.tracks[0].clips[1].offset.x"]
    assert "SEEN" in notes["$.merge"]
    template = read_template(made.document, {"NAME": "Cy"})
    words, picture = template.tracks[0].clips
    assert (words.text, words.size, words.length) == ("Hi Cy & Bob", 40, 3)
    assert (picture.src, picture.x.number, picture.opacity) == ("https://example.com/p.jpg", 75, 1)


def test_shotstack_losses_are_noted_with_their_paths():
    made = imported(
        edit(
            clip(VIDEO, filter="greyscale", transform={"skew": {"x": 0.5}}, start="alias://a", glow=3),
            clip({"type": "text-to-speech", "text": "hi", "voice": "Amy"}),
            clip({"type": "video", "prompt": "a cat"}),
            clip({"type": "svg", "src": "<svg/>"}),
            clip(IMAGE, transition={"in": "shuffleTopRight", "out": "carouselLeft"}),
            clip({"type": "text", "text": "x", "font": {"family": "Comic Neue"}}),
            callback="https://example.com/done",
            output={
                "format": "gif",
                "resolution": "hd",
                "destinations": [{"provider": "s3"}],
                "poster": {"capture": 1},
            },
        )
    )
    assert made.format == "gif"
    paths = [note.path.removeprefix("$.timeline.tracks[0].") for note in made.notes]
    assert sorted(paths) == sorted(
        [
            "clips[0].filter",
            "clips[0].transform.skew",
            "clips[0].start",
            "clips[0].glow",
            "clips[1].asset.type",
            "clips[2].asset.src",
            "clips[3].asset.src",
            "clips[4].transition.in",
            "clips[4].transition.out",
            "clips[5].asset.font.family",
            "$.callback",
            "$.output.destinations",
            "$.output.poster",
        ]
    )
    assert [one["type"] for one in made.document["tracks"][0]["clips"]] == ["video", "image", "text"]


@pytest.mark.parametrize("wrong", [{}, {"timeline": 3}, {"timeline": {}}, {"tracks": []}])
def test_shotstack_refuses_what_is_no_edit(wrong):
    with pytest.raises(Refused) as caught:
        import_shotstack(wrong)
    assert caught.value.code_word == "bad_edit"
    with pytest.raises(Refused, match="finite"):
        import_shotstack({"timeline": {"tracks": [float("nan")]}})
