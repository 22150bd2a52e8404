"""Small templates, and what a file of theirs really holds."""

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


def mean_of(frame):
    return tuple(int(round(value)) for value in np.asarray(frame).reshape(-1, 3).mean(axis=0))
