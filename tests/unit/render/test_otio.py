"""OpenTimelineIO: what the library reads back has the frames that are drawn."""

from __future__ import annotations

import opentimelineio as otio
import pytest

from cutroom.render.scene.timeline import lay_out
from otio_exports import MEDIA, exported, text


def video(src="a.mp4", **fields):
    return {"type": "video", "src": src, **fields}


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
