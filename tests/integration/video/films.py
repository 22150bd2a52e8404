"""Small templates, and what a file of theirs really holds."""

import asyncio
import io

import av
import numpy as np
from PIL import Image


def shape(start, length, color="#ff0000", **more):
    return {
        "type": "shape",
        "shape": "rectangle",
        "start": start,
        "length": length,
        "width": "100%",
        "height": "100%",
        "fill": color,
    } | more


def film(*clips, seconds=None, **more):
    document = {"version": 1, "width": 64, "height": 48, "rate": 30, "tracks": [{"clips": list(clips)}]}
    return document | ({"length": seconds} if seconds else {}) | more


def blinking(seconds, colors):
    """Return a film of one colour per second, so that every segment of four seconds has its own look."""
    return film(*(shape(n, 1, colors[n % len(colors)]) for n in range(seconds)))


def picture(color=(0, 128, 255), size=(40, 30)):
    content = io.BytesIO()
    Image.new("RGB", size, color).save(content, "PNG")
    return content.getvalue()


def frames_of(content):
    """Decode a film; return its frames as RGB arrays."""
    with av.open(io.BytesIO(content)) as source:
        return [frame.to_ndarray(format="rgb24") for frame in source.decode(video=0)]


def color_of(frame):
    """Return the mean colour of a frame, to the nearest of those that coding may have moved it from."""
    parts = np.asarray(frame).reshape(-1, 3).mean(axis=0)
    near = [min((0, 128, 255), key=lambda level: abs(level - part)) for part in parts]
    assert max(abs(level - part) for level, part in zip(near, parts, strict=True)) < 12, parts
    return "#" + bytes(near).hex()


async def until(condition, seconds=10):
    """Wait until something outside is as wanted."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - files and threads have no event
            await asyncio.sleep(0.05)
