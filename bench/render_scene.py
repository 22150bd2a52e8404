"""The scene of the render bench as a template: photos that zoom and cross-fade, words, a box, sound.

The scene's numbers stand in `scene.json`, which every renderer of the bench reads; `make_scene.py` beside the
peers makes it with its files.
"""

from __future__ import annotations

import json
import sys
from fractions import Fraction
from pathlib import Path
from typing import Any


def template_of(scene: dict[str, Any]) -> dict[str, Any]:
    """Return the template of a scene."""
    rate = scene["fps"]
    return {
        "version": 1,
        "name": "Render bench",
        "width": scene["w"],
        "height": scene["h"],
        "rate": rate,
        "length": seconds(scene["frames"], rate),
        "fonts": [{"family": "Cap", "src": "NotoSans-Bold.ttf"}],
        "tracks": [
            {"clips": [photo(scene, number) for number in range(len(scene["photos"]))]},
            {"clips": [title(scene)]},
            *({"clips": [clip]} for clip in box(scene)),
            {"clips": captions(scene)},
            {"clips": [{"type": "audio", "src": "audio.wav"}]},
        ],
    }


def seconds(frames: float, rate: int) -> str:
    return str(Fraction(frames) / rate)


def photo(scene: dict[str, Any], number: int) -> dict[str, Any]:
    rate, pan, last = scene["fps"], scene["pan"][number], seconds(scene["dur"] - 1, scene["fps"])
    middle = scene["w"] / 2
    clip: dict[str, Any] = {
        "type": "image",
        "src": scene["photos"][number],
        "start": seconds(scene["step"] * number, rate),
        "length": seconds(scene["dur"], rate),
        "width": 2000 * scene["cover"],
        "height": 3000 * scene["cover"],
        "fit": "fill",
        "x": keyframes((0, middle - pan), (last, middle + pan)),
        "scale": keyframes((0, scene["zoom"][0]), (last, scene["zoom"][1])),
    }
    if number:
        clip["transition"] = {"type": "crossfade", "length": seconds(scene["xf"], rate)}
    return clip


def keyframes(*points: tuple[Any, Any]) -> dict[str, Any]:
    return {"keyframes": [{"time": time, "value": value} for time, value in points]}


def title(scene: dict[str, Any]) -> dict[str, Any]:
    text, rate = scene["title"], scene["fps"]
    arrived = seconds(text["inn"], rate)
    start, end = text["start"], text["end"]
    leaves = seconds(end - text["out"] - start, rate)
    y = text["y"] - text["size"] * 0.36
    return {
        "type": "text",
        "text": text["text"],
        "font": "Cap",
        "weight": 700,
        "size": text["size"],
        "start": seconds(start, rate),
        "length": seconds(end - start, rate),
        "y": {
            "keyframes": [
                {"time": 0, "value": y + text["slide"]},
                {"time": arrived, "value": y, "easing": "ease-out-cubic"},
            ]
        },
        "opacity": {
            "keyframes": [
                {"time": 0, "value": 0},
                {"time": arrived, "value": 1, "easing": "ease-out-cubic"},
                {"time": leaves, "value": 1},
                {"time": seconds(end - start, rate), "value": 0},
            ]
        },
    }


def box(scene: dict[str, Any]) -> list[dict[str, Any]]:
    look = scene["box"]
    shape = {
        "type": "shape",
        "fill": f"#000000{round(255 * look['a']):02x}",
        "corners": look["r"],
        "anchor": "top-left",
        "x": look["x"],
        "y": look["y"],
        "width": look["w"],
        "height": look["h"],
    }
    text = {
        "type": "text",
        "text": look["text"],
        "font": "Cap",
        "weight": 700,
        "size": look["size"],
        "anchor": "left",
        "x": look["tx"],
        "y": look["ty"] - look["size"] * 0.36,
    }
    return [shape, text]


def captions(scene: dict[str, Any]) -> list[dict[str, Any]]:
    look = scene["cap"]
    words, step, per = look["words"], Fraction(str(look["sec"])), look["per"]
    cues = []
    for first in range(0, len(words), per):
        line = words[first : first + per]
        times = [(step * (first + number), step * (first + number + 1)) for number in range(len(line))]
        cues.append(
            {
                "startTime": float(times[0][0]),
                "endTime": float(times[-1][1]),
                "text": " ".join(line),
                "words": [
                    {"startTime": float(start), "endTime": float(end), "text": word}
                    for word, (start, end) in zip(line, times, strict=True)
                ],
            }
        )
    return [
        {
            "type": "captions",
            "cues": cues,
            "style": "karaoke",
            "font": "Cap",
            "size": look["size"],
            "highlight": look["hi"],
            "outline": {"color": "#000000", "width": look["outline"] / 2},
            "y": look["y"] - look["size"] * 0.36,
        }
    ]


if __name__ == "__main__":
    place = Path(sys.argv[1])
    made = template_of(json.loads((place / "scene.json").read_text(encoding="utf-8")))
    (place / "template.json").write_text(json.dumps(made, indent=2) + "\n", encoding="utf-8")
    print(place / "template.json")
