"""A template with real layers becomes files: all formats, in sync, cached, the same whoever renders."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from cutroom.base.errors import Refused, Unavailable, Unsupported
from cutroom.media import AudioWriter, read_audio
from cutroom.render.document.reading import read_template
from cutroom.render.document.template import Template
from cutroom.render.film.planning import plan_film
from cutroom.render.film.rendering import Rendered, render_film
from cutroom.render.output import OUTPUTS, Output
from cutroom.render.scene.placed_files import media_uses
from cutroom.render.sources.media_item import MediaItem
from cutroom.render.sources.media_reading import look_at_media

CLICK = Fraction(7, 2)


@pytest.fixture
def clicks(tmp_path: Path) -> Path:
    """Write a file with a short loud sound at its beginning."""
    path = tmp_path / "click.wav"
    samples = np.zeros((2, 4800), np.float32)
    samples[:, :480] = 0.8
    with AudioWriter(path, codec="wav", rate=48000, layout="stereo") as writer:
        writer.write(samples)
    return path


def document(clicks: Path, **changes: Any) -> dict[str, Any]:
    """A bar grows for 6 seconds; a white flash and a click come at 3.5 s."""
    flash = {"type": "shape", "fill": "#ffffff", "width": "100%", "height": "50%", "y": "75%"}
    bar = {"keyframes": [{"time": 0, "value": 2}, {"time": 6, "value": 120}]}
    return {
        "version": 1,
        "width": 128,
        "height": 64,
        "rate": "30000/1001",
        "length": 6,
        "background": "#203040",
        "tracks": [
            {"clips": [{"type": "shape", "fill": "#ff8000", "height": 16, "y": 12, "width": bar}]},
            {"clips": [{**flash, "start": float(CLICK), "length": 0.1}]},
            {"clips": [{"type": "audio", "src": str(clicks), "start": float(CLICK)}]},
        ],
        **changes,
    }


def prepare(written: dict[str, Any]) -> tuple[Template, dict[str, MediaItem]]:
    template = read_template(written)
    return template, {use.src: look_at_media(use.src, use.kind) for use in media_uses(template)}


def render(written: dict[str, Any], folder: Path, *outputs: Output, **options: Any) -> Rendered:
    template, media = prepare(written)
    return render_film(template, media, outputs, folder, **options)


def luma(path: Path) -> Iterator[tuple[Fraction, float]]:
    """Yield the time and the brightness of the lower half of each frame."""
    with av.open(str(path)) as film:
        for frame in film.decode(video=0):
            yield (
                (frame.pts or 0) * (frame.time_base or Fraction(0)),
                float(frame.to_ndarray(format="gray")[40:].mean()),
            )


def test_render_film_makes_every_format_of_one_drawing(tmp_path: Path, clicks: Path) -> None:
    outputs = [Output(format=name, time=CLICK + Fraction(1, 20)) for name in OUTPUTS.names()]
    made = render(document(clicks), tmp_path / "out", *outputs)
    assert made.plan.frame_count == 180
    assert made.timings.drawn + made.timings.repeated == 180 + 2
    for output, each in zip(outputs, made.made, strict=True):
        form = OUTPUTS.load(output.format)
        assert each.path.suffix == form.suffix
        assert each.mime_type == form.mime_type
        assert each.size == each.path.stat().st_size > 0
        with av.open(str(each.path)) as opened:
            kinds = {stream.type for stream in opened.streams}
        if form.kind == "sound":
            assert kinds == {"audio"}
        else:
            assert kinds == ({"video", "audio"} if form.kind == "film" else {"video"})
    stills = [
        each.path for output, each in zip(outputs, made.made, strict=True) if output.format in {"png", "jpg"}
    ]
    for still in stills:
        assert next(luma(still))[1] > 240
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == sorted(
        each.path.name for each in made.made
    )


@pytest.mark.parametrize("name", ["mp4", "webm", "mov"])
def test_render_film_flashes_when_it_clicks(tmp_path: Path, clicks: Path, name: str) -> None:
    path = render(document(clicks), tmp_path / "out", Output(format=name)).made[0].path
    bright = [time for time, level in luma(path) if level > 150]
    samples = np.concatenate(list(read_audio(path, rate=48000)), axis=1)
    heard = Fraction(int(np.argmax(np.abs(samples[0]) > 0.3)), 48000)
    frame = Fraction(1001, 30000)
    assert CLICK <= bright[0] + Fraction(1, 2000) < CLICK + frame + Fraction(1, 1000)
    assert len(bright) == 3
    assert abs(heard - CLICK) < Fraction(1, 1000)
    assert abs(bright[0] - heard) <= frame


def test_render_film_is_the_same_whoever_renders(tmp_path: Path, clicks: Path) -> None:
    outputs = [Output(), Output(format="webm", width=64)]
    written = document(clicks)
    made = [
        render(written, tmp_path / "1", *outputs, threads=1),
        render(written, tmp_path / "2", *outputs, threads=2),
        render(written, tmp_path / "3", *outputs, processes=2),
        render(written, tmp_path / "4", *outputs, cache=tmp_path / "cache"),
        render(written, tmp_path / "5", *outputs, cache=tmp_path / "cache"),
    ]
    for number in range(2):
        assert len({each.made[number].path.read_bytes() for each in made}) == 1
    assert made[-1].timings.drawn == 0
    assert made[-1].timings.encode == 0


def test_render_film_draws_only_what_changed(tmp_path: Path, clicks: Path) -> None:
    cache = tmp_path / "cache"
    written = document(clicks)
    render(written, tmp_path / "1", Output(), cache=cache)
    late = {"type": "shape", "fill": "#00ff00", "start": 5, "length": 0.5}
    written["tracks"].append({"clips": [late]})
    again = render(written, tmp_path / "2", Output(), cache=cache)
    assert again.timings.drawn + again.timings.repeated == 60
    assert again.timings.sound == 0
    fresh = render(written, tmp_path / "3", Output())
    assert fresh.made[0].path.read_bytes() == again.made[0].path.read_bytes()


def test_render_film_has_keys_of_its_template_and_files(clicks: Path) -> None:
    template, media = prepare(document(clicks))
    plan = plan_film(template, media, [Output(), Output(format="mp3"), Output(format="gif")])
    assert [len(keys) for keys in plan.keys] == [2, 2]
    assert len({key for keys in plan.keys for key in keys}) == 4
    assert [output.format for output in plan.filmed] == ["mp4", "gif"]
    assert plan_film(template, media, [Output(mute=True)]).keys == tuple(keys[:1] for keys in plan.keys)
    assert plan_film(template, media, [Output()], needs_keys=False).keys == ()


def test_render_film_without_sound(tmp_path: Path, clicks: Path) -> None:
    written = document(clicks)
    muted = render(written, tmp_path / "1", Output(mute=True)).made[0].path
    written["tracks"].pop()
    silent = render(written, tmp_path / "2", Output()).made[0].path
    for path in (muted, silent):
        with av.open(str(path)) as opened:
            assert [stream.type for stream in opened.streams] == ["video"]
    with pytest.raises(Refused) as caught:
        render(written, tmp_path / "3", Output(format="mp3"))
    assert caught.value.code_word == "no_sound"


@pytest.mark.parametrize(
    ("output", "said"),
    [
        (Output(format="avi"), "avi"),
        (Output(alpha=True), "mov"),
        (Output(codec="prores"), "h264"),
        (Output(crf=60), "51"),
        (Output(width=101, height=64), "even"),
        (Output(format="mov", codec="h264", alpha=True), "prores"),
        (Output(format="gif", height=7000), "7680"),
    ],
)
def test_render_film_refuses_outputs_before_it_draws(
    tmp_path: Path, clicks: Path, output: Output, said: str
) -> None:
    with pytest.raises(Refused) as caught:
        render(document(clicks), tmp_path / "out", Output(), output)
    assert said in caught.value.message
    assert not list((tmp_path / "out").glob("*"))


def test_render_film_names_missing_hardware(tmp_path: Path, clicks: Path) -> None:
    with pytest.raises(Unsupported) as caught:
        render(document(clicks), tmp_path / "out", Output(encoder="videotoolbox"))
    assert "videotoolbox" in caught.value.message


def test_render_film_leaves_nothing_when_it_is_stopped(tmp_path: Path, clicks: Path) -> None:
    def refuse(share: float, text: str) -> None:
        if text == "frames" and share > 0.2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        render(document(clicks), tmp_path / "out", Output(), progress=refuse)
    assert not list((tmp_path / "out").glob("*"))


def test_render_film_keeps_what_is_transparent(tmp_path: Path, clicks: Path) -> None:
    written = document(clicks, background="transparent")
    outputs = [Output(format="gif", alpha=True), Output(format="png", alpha=True), Output(format="png")]
    made = render(written, tmp_path / "out", *outputs, Output(format="mov", alpha=True))
    seen: list[list[int]] = []
    for each in made.made[:3]:
        with av.open(str(each.path)) as opened:
            pixels = next(opened.decode(video=0)).to_ndarray(format="rgba")
        seen.append([int(pixels[50, 64, 3]), int(pixels[12, 64, 3])])
    assert seen == [[0, 255], [0, 255], [255, 255]]


def test_render_film_reads_one_film_in_several_threads(tmp_path: Path) -> None:
    source = tmp_path / "source.mp4"
    with av.open(str(source), "w") as target:
        stream = target.add_stream("libx264", rate=30, options={"crf": "10", "g": "50"})
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuv420p"
        for number in range(500):
            gray = np.full((64, 64), 20 + number * 37 % 200, np.uint8)
            for packet in stream.encode(av.VideoFrame.from_ndarray(gray, "gray")):
                target.mux(packet)
        for packet in stream.encode(None):
            target.mux(packet)
    film = {"type": "video", "src": str(source), "fit": "fill"}
    written = {
        "version": 1,
        "width": 64,
        "height": 64,
        "rate": 30,
        "length": 16,
        "tracks": [{"clips": [film]}],
    }
    one = render(written, tmp_path / "1", Output(crf=10), threads=1)
    four = render(written, tmp_path / "4", Output(crf=10), threads=4)
    assert one.made[0].path.read_bytes() == four.made[0].path.read_bytes()
    with av.open(str(four.made[0].path)) as opened:
        levels = [float(frame.to_ndarray(format="gray").mean()) for frame in opened.decode(video=0)]
    assert all(abs(level - (20 + n * 37 % 200)) < 4 for n, level in enumerate(levels))
    assert len(levels) == 480
    assert one.timings.decode > 0


def test_render_film_says_where_it_cannot_write(tmp_path: Path, clicks: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_bytes(b"")
    for folder, cache in ((blocked / "out", None), (tmp_path / "out", blocked / "cache")):
        with pytest.raises(Unavailable) as caught:
            render(document(clicks), folder, Output(), cache=cache)
        assert caught.value.code_word == "cannot_write"
    assert not list((tmp_path / "out").glob("*"))


def test_render_film_tells_how_far_it_is(tmp_path: Path, clicks: Path) -> None:
    told: list[tuple[float, str]] = []
    outputs = [Output(), Output(format="gif"), Output(format="png")]
    render(document(clicks), tmp_path / "out", *outputs, progress=lambda *step: told.append(step))
    shares = [share for share, _ in told]
    assert shares == sorted(shares)
    assert shares[-1] == 1
    assert [text for n, (_, text) in enumerate(told) if n == 0 or told[n - 1][1] != text] == [
        "frames",
        "join",
    ]


def test_render_film_draws_text_alike_in_several_threads(tmp_path: Path) -> None:
    spoken = [f"word{number}" for number in range(60)]
    words = [
        {"startTime": 0.2 * number, "endTime": 0.2 * number + 0.2, "text": word}
        for number, word in enumerate(spoken)
    ]
    cues = [
        {
            "startTime": 0.2 * at,
            "endTime": 0.2 * at + 1,
            "text": " ".join(spoken[at : at + 5]),
            "words": words[at : at + 5],
        }
        for at in range(0, 60, 5)
    ]
    growing = {"keyframes": [{"time": 0, "value": 8}, {"time": 12, "value": 30}]}
    texts = [
        {
            "type": "text",
            "text": "سلام שלום नमस्ते 你好 🙂 fi",
            "size": 18,
            "start": 0,
            "length": 12,
            "y": "25%",
        },
        {
            "type": "text",
            "text": "grows",
            "size": growing,
            "start": 0,
            "length": 12,
            "blur": 1.5,
            "rotation": growing,
        },
        {"type": "captions", "cues": cues, "start": 0, "length": 12, "size": 16},
    ]
    tracks = [{"clips": [text]} for text in texts]
    written = {"version": 1, "width": 192, "height": 108, "rate": 30, "length": 12, "tracks": tracks}
    made = [render(written, tmp_path / str(count), Output(), threads=count) for count in (1, 3)]
    assert made[0].made[0].path.read_bytes() == made[1].made[0].path.read_bytes()
