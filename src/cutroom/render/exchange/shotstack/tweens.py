"""Tweens as keyframes."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from cutroom.render.document.easing import EASINGS
from cutroom.render.exchange.shotstack.fields import Fields
from cutroom.render.exchange.shotstack.merging import Merge

_INSTANT = 0.001
"""Seconds between two values of one moment: less than any frame."""


def animated(
    fields: Fields, name: str, merge: Merge, change: Callable[[float], Any] = lambda value: value
) -> Any:
    """Return a field that is a number or a list of tweens; None where it is neither.

    Args:
        fields: The object.
        name: Of its field.
        merge: Fills in placeholders.
        change: Makes a template's value of a number.
    """
    value = fields.take(name)
    if not isinstance(value, list):
        number = merge.number(value, fields.at(name))
        return None if number is None else change(number)
    frames: list[dict[str, Any]] = []
    for path, one in fields.items(name):
        _add(frames, Fields(one, path, fields.notes), merge)
    if not frames:
        return None
    return {"keyframes": [{**frame, "value": change(frame["value"])} for frame in frames]}


def _add(frames: list[dict[str, Any]], tween: Fields, merge: Merge) -> None:
    start = merge.number(tween.take("start"), tween.at("start"), 0) or 0
    length = merge.number(tween.take("length"), tween.at("length"), 0) or 0
    before = frames[-1] if frames else None
    begin = merge.number(tween.take("from"), tween.at("from"), before["value"] if before else 0)
    end = merge.number(tween.take("to"), tween.at("to"), begin)
    easing = _easing(tween)
    tween.close()
    done = round(start + length, 6)
    if before is None or start > before["time"] or begin != before["value"]:
        earliest = 0 if before is None else round(before["time"] + _INSTANT, 6)
        start = max(start, earliest)
        frames.append({"time": start, "value": begin, "easing": "step-end"})
    latest = round(frames[-1]["time"] + _INSTANT, 6)
    frames.append({"time": max(done, latest), "value": end, "easing": easing})


def _easing(tween: Fields) -> str:
    form = tween.word("interpolation") or "linear"
    name = tween.word("easing")
    if form == "constant":
        return "step-end"
    if form != "bezier":
        return "linear"
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name or "ease").lower()
    if words in EASINGS:
        return words
    tween.note("easing", f"is not known ({name}); it is an ease")
    return "ease"
