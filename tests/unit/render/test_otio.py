"""OpenTimelineIO: what the library reads back has the frames that are drawn."""

from __future__ import annotations

import math
from fractions import Fraction
from pathlib import Path

import opentimelineio as otio
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cutroom.render.document.reading import read_template
from cutroom.render.exchange.otio import export_otio
from cutroom.render.scene.timeline import lay_out
from cutroom.render.sources.media_item import MediaItem

MEDIA = {
    "a.mp4": MediaItem(
        Path("a.mp4"), "0" * 64, "video", 640, 360, Fraction(10), Fraction(25), has_audio=True
    ),
    "b.mp4": MediaItem(Path("b.mp4"), "1" * 64, "video", 640, 360, Fraction(8), Fraction(25)),
    "m.mp3": MediaItem(Path("m.mp3"), "2" * 64, "audio", seconds=Fraction(60), has_audio=True),
    "p.jpg": MediaItem(Path("p.jpg"), "3" * 64, "image", 640, 360),
}


def exported(*tracks, **fields):
    document = {"version": 1, "rate": 30, "tracks": [{"clips": list(clips)} for clips in tracks], **fields}
    template = read_template(document)
    timeline = otio.adapters.read_from_string(export_otio(template, MEDIA), "otio_json")
    return template, timeline


def video(src="a.mp4", **fields):
    return {"type": "video", "src": src, **fields}


def text(**fields):
    return {"type": "text", "text": "Hello", **fields}


def ranges(track):
    """Return kind, begin and end in frames of every item."""
    found = []
    for item in track:
        if isinstance(item, otio.schema.Transition):
            found.append(("Transition", item.in_offset.value, item.out_offset.value))
        else:
            span = track.range_of_child(item)
            found.append((type(item).__name__, span.start_time.value, span.end_time_exclusive().value))
    return found


def test_otio_has_clips_and_gaps_where_they_play():
    _, timeline = exported(
        [video(start=1, length=2, trim=3), video("b.mp4", start=4, length=2, speed=2)],
        [text(start=0.5, length=1.5, id="headline")],
        [{"type": "audio", "src": "m.mp3", "length": "end"}],
        name="Film",
    )
    assert timeline.name == "Film"
    assert [(track.kind, track.name) for track in timeline.tracks] == [
        ("Video", "Track 1"),
        ("Video", "Track 2"),
        ("Audio", "Track 1"),
        ("Audio", "Track 3"),
    ]
    films, words, sound, music = timeline.tracks
    assert ranges(films) == [("Gap", 0, 30), ("Clip", 30, 90), ("Gap", 90, 120), ("Clip", 120, 180)]
    assert ranges(words) == [("Gap", 0, 15), ("Clip", 15, 60)]
    assert ranges(sound) == [("Gap", 0, 30), ("Clip", 30, 90)]
    assert ranges(music) == [("Clip", 0, 180)]
    first, second = (item for item in films if isinstance(item, otio.schema.Clip))
    assert first.source_range.start_time.value == 90
    assert first.media_reference.target_url == "a.mp4"
    assert first.media_reference.available_range.duration.value == 300
    assert second.effects[0].time_scalar == 2
    headline = words[1]
    assert headline.name == "headline"
    assert headline.media_reference.generator_kind == "cutroom.text"
    assert headline.metadata["cutroom"]["text"] == "Hello"
    assert timeline.metadata["cutroom"]["width"] == 1080
    assert timeline.duration().value == 180


def test_otio_transitions_reach_over_the_cut():
    fade = {"type": "crossfade", "length": 1}
    _, timeline = exported(
        [
            video(length=4),
            video("b.mp4", length=3, transition=fade),
            text(length=2, transition={"type": "wipe", "length": 0.5}),
        ]
    )
    track = timeline.tracks[0]
    assert ranges(track) == [
        ("Clip", 0, 105),
        ("Transition", 15, 15),
        ("Clip", 105, 172),
        ("Transition", 7, 8),
        ("Clip", 172, 225),
    ]
    assert [item.transition_type for item in track if isinstance(item, otio.schema.Transition)] == [
        "SMPTE_Dissolve",
        "Custom_Transition",
    ]
    assert track[2].source_range.start_time.value == 15
    assert track[3].metadata["cutroom"]["type"] == "wipe"


def test_otio_clips_that_overlap_get_tracks_of_their_own():
    _, timeline = exported([text(start=0, length=3), text(start=1, length=1), text(start=2, length=2)])
    assert [track.name for track in timeline.tracks] == ["Track 1", "Track 1.2"]
    assert [ranges(track) for track in timeline.tracks] == [
        [("Clip", 0, 90)],
        [("Gap", 0, 30), ("Clip", 30, 60), ("Clip", 60, 120)],
    ]


def test_otio_groups_are_stacks_and_captions_have_markers():
    group = {"type": "group", "start": 1, "length": 3, "clips": [text(length=2), video(start=1, length=1)]}
    cues = [{"startTime": 0.5, "endTime": 1, "text": "One"}, {"startTime": 1.5, "endTime": 9, "text": "Two"}]
    _, timeline = exported([group], [{"type": "captions", "cues": cues, "length": 4}])
    stack = timeline.tracks[0][1]
    assert isinstance(stack, otio.schema.Stack)
    assert stack.source_range.duration.value == 90
    assert [ranges(track) for track in stack] == [[("Clip", 0, 60)], [("Gap", 0, 30), ("Clip", 30, 60)]]
    markers = timeline.tracks[1][0].markers
    assert [
        (one.name, one.marked_range.start_time.value, one.marked_range.duration.value) for one in markers
    ] == [
        ("One", 15, 15),
        ("Two", 45, 75),
    ]
    sound = timeline.tracks[2]
    assert sound.kind == "Audio"
    assert [track.kind for track in sound[1]] == ["Audio"]


@pytest.mark.parametrize("rate", ["24000/1001", 25, "30000/1001", 60])
def test_otio_counts_frames_at_every_rate(rate):
    template, timeline = exported([text(start=0.1, length=2.35), video(start="1/3", length="5/7")], rate=rate)
    laid = lay_out(template, MEDIA)
    assert timeline.duration().value == laid.frame_count
    assert timeline.tracks[0][0].source_range.duration.rate == pytest.approx(float(template.rate))


@given(
    st.lists(
        st.tuples(
            st.fractions(0, 3, max_denominator=90), st.fractions(1, 4, max_denominator=90), st.booleans()
        ),
        min_size=1,
        max_size=6,
    )
)
@settings(max_examples=40, deadline=None)
def test_otio_shows_every_clip_in_the_frames_in_which_it_is_drawn(clips):
    written = []
    for gap, length, passes in clips:
        clip = text(length=str(length), id=f"clip {len(written)}")
        if passes and written:
            clip["transition"] = {"type": "crossfade", "length": 0.4}
        else:
            clip["start"] = str(sum((Fraction(str(one["length"])) for one in written), Fraction(0)) + gap)
        written.append(clip)
    template, timeline = exported(written)
    rate = template.rate
    for one in lay_out(template, MEDIA).rows[0].placed:
        track, item = next(
            (track, item)
            for track in timeline.tracks
            for item in track
            if getattr(item, "name", "") == one.clip.id
        )
        span = track.range_of_child(item)
        # Beside the halves of its transitions, whose other frames belong to the clips around it.
        before = one.start + one.overlap if one.overlap else one.start
        begin, end = span.start_time.value, span.end_time_exclusive().value
        assert math.ceil(one.start * rate) <= begin <= math.ceil(before * rate)
        assert math.ceil((one.end - one.overlapped) * rate) <= end <= math.ceil(one.end * rate)
