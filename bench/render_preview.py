"""One frame of a template over HTTP, warm: pictures and text, then a film under text, beside their limits.

    python bench/render_preview.py --frames 60

Starts a platform on loopback, uploads a photo and a film of 1080 x 1920 made here, and asks for frames at
other times of a template, one after the other, as scrubbing does.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path
from typing import Any

import av
import httpx
import numpy as np

from running import Running, percentile, platform

WIDTH, HEIGHT, SECONDS, RATE = 1080, 1920, 6, 30


def photo(path: Path) -> Path:
    """Draw a noisy photo of 2000 x 3000."""
    random = np.random.default_rng(1)
    coarse = random.integers(0, 256, (60, 40, 3), np.uint8).repeat(50, 0).repeat(50, 1)
    pixels = (coarse.astype(int) + random.integers(-12, 12, coarse.shape)).clip(0, 255).astype(np.uint8)
    with av.open(str(path), "w", format="image2") as target:
        stream = target.add_stream("mjpeg", rate=1)
        stream.width, stream.height, stream.pix_fmt = 2000, 3000, "yuvj420p"
        target.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, "rgb24").reformat(format="yuvj420p")))
        target.mux(stream.encode())
    return path


def film(path: Path) -> Path:
    """Make a film with movement everywhere and a key frame every 2 s."""
    random = np.random.default_rng(2)
    ground = random.integers(0, 256, (HEIGHT // 8, WIDTH // 8, 3), np.uint8).repeat(8, 0).repeat(8, 1)
    with av.open(str(path), "w") as target:
        stream = target.add_stream("libx264", rate=RATE)
        stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
        stream.options = {"preset": "ultrafast", "crf": "23", "g": "60"}
        for number in range(SECONDS * RATE):
            frame = av.VideoFrame.from_ndarray(np.roll(ground, 4 * number, axis=1), "rgb24")
            target.mux(stream.encode(frame))
        target.mux(stream.encode())
    return path


def template(layer: dict[str, Any]) -> dict[str, Any]:
    """Return a template of one full layer under words."""
    title = {
        "type": "text",
        "text": "Good morning",
        "size": 120,
        "length": SECONDS,
        "animation": {"by": "word"},
    }
    box = {"type": "shape", "fill": "#00000090", "corners": 24, "width": 900, "height": 200, "y": "85%"}
    return {
        "version": 1,
        "width": WIDTH,
        "height": HEIGHT,
        "rate": RATE,
        "length": SECONDS,
        "tracks": [{"clips": [layer]}, {"clips": [box]}, {"clips": [title]}],
    }


def upload(client: httpx.Client, project: str, path: Path) -> str:
    with path.open("rb") as file:
        answer = client.post(f"/api/projects/{project}/assets", files={"file": file})
    return answer.json()["data"]["asset"]["assetId"]


def scrub(client: httpx.Client, document: dict[str, Any], frames: int, width: int | None) -> list[float]:
    """Ask for frames one after the other; return the milliseconds of each."""
    spent: list[float] = []
    for number in range(frames + 3):
        body = {"template": document, "time": number * SECONDS / (frames + 3), "format": "jpg"}
        begun = time.perf_counter()
        answer = client.post("/api/video/preview", json=body | ({"width": width} if width else {}))
        spent.append(1000 * (time.perf_counter() - begun))
        answer.raise_for_status()
    return spent[3:]


def measure(running: Running, frames: int) -> None:
    with (
        tempfile.TemporaryDirectory() as scratch,
        httpx.Client(base_url=running.url, headers=running.headers, timeout=60) as client,
    ):
        project = client.post("/api/projects", json={"name": "Bench"}).json()["data"]["project"]["projectId"]
        still = upload(client, project, photo(Path(scratch) / "photo.jpg"))
        moving = upload(client, project, film(Path(scratch) / "film.mp4"))
        cases = (
            ("picture and text", {"type": "image", "src": f"asset:{still}", "kenBurns": "in"}, 50),
            ("film and text", {"type": "video", "src": f"asset:{moving}"}, 250),
        )
        for name, layer, limit in cases:
            for width in (None, 540):
                spent = scrub(client, template(layer), frames, width)
                label = f"{name}, {width or WIDTH} wide"
                print(
                    f"{label:<32}median {percentile(spent, 50):6.1f} ms   p95 {percentile(spent, 95):6.1f} ms"
                    f"   limit {limit} ms",
                    flush=True,
                )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--frames", type=int, default=60)
    asked = parser.parse_args()
    with platform() as running:
        measure(running, asked.frames)


if __name__ == "__main__":
    main()
