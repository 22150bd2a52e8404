"""When clips play: exact seconds, whatever the document leaves open."""

from fractions import Fraction

import pytest

from cutroom.base.errors import Refused
from cutroom.render.document.reading import read_template
from cutroom.render.scene.timeline import lay_out


def shape(**fields):
    return {"type": "shape", **fields}


def laid(*tracks, **fields):
    template = read_template({"version": 1, "tracks": [{"clips": list(clips)} for clips in tracks], **fields})
    return lay_out(template, {})


def times(timeline, row=0):
    return [(float(one.start), float(one.end)) for one in timeline.rows[row].placed]


def refusal(*tracks, **fields):
    with pytest.raises(Refused) as caught:
        laid(*tracks, **fields)
    assert caught.value.code_word == "bad_template"
    return caught.value.details["errors"]


def test_clips_follow_each_other():
    assert times(laid([shape(length=1), shape(length=2.5), shape(start=5, length=1)])) == [
        (0, 1),
        (1, 3.5),
        (5, 6),
    ]


def test_a_transition_overlaps():
    timeline = laid(
        [shape(length=2), shape(length=2, transition={"type": "crossfade", "length": 0.5}), shape(length=1)]
    )
    assert times(timeline) == [(0, 2), (1.5, 3.5), (3.5, 4.5)]
    first, second, third = timeline.rows[0].placed
    assert (first.overlapped, second.overlap) == (Fraction(1, 2), Fraction(1, 2))
    assert (second.overlapped, third.overlap) == (0, 0)


def test_an_open_clip_plays_to_the_next_or_the_end():
    timeline = laid([shape(), shape(start=2)], [shape(length=5)], [shape(start=1, length="end")])
    assert times(timeline, 0) == [(0, 2), (2, 5)]
    assert times(timeline, 2) == [(1, 5)]


def test_the_end_is_the_end_whatever_follows():
    timeline = laid([shape(length="end"), shape(start=2, length=1)], [shape(length=5)])
    assert times(timeline, 0) == [(0, 5), (2, 3)]


def test_after_a_transition_the_clip_before_is_gone():
    timeline = laid([shape(length=4), shape(start=2, length=3, transition={"type": "wipe", "length": 1})])
    assert times(timeline) == [(0, 3), (2, 5)]


@pytest.mark.parametrize(
    ("rate", "seconds", "frames"),
    [(30, 10, 300), ("30000/1001", 10, 300), (24, 0.01, 1), ("24000/1001", "1001/24000", 1), (25, 1.001, 26)],
)
def test_frames_are_those_that_begin_before_the_end(rate, seconds, frames):
    assert laid([shape(length=seconds)], rate=rate).frame_count == frames


def test_times_are_exact():
    third = laid([shape(length="1/3"), shape(length="1/3"), shape(length="1/3")])
    assert third.seconds == 1


def test_a_template_cuts_what_is_longer():
    assert times(laid([shape(length=9)], length=4)) == [(0, 4)]


def test_what_plays_when():
    row = laid([shape(length=2), shape(start=1, length=0.5), shape(start=1.2, length=3)]).rows[0]
    assert [number for number, _ in row.at(Fraction(0))] == [0]
    assert [number for number, _ in row.at(Fraction("1.3"))] == [0, 1, 2]
    assert [number for number, _ in row.at(Fraction("1.5"))] == [0, 2]
    assert [number for number, _ in row.at(Fraction(2))] == [2]
    assert list(row.at(Fraction("4.2"))) == []


def test_every_contradiction_is_told_at_once():
    errors = refusal(
        [shape(length=2, transition={"type": "wipe", "length": 1}), shape(start=9, length=1)],
        [shape(length="end"), shape()],
        [shape(length=1), shape(start=5, length=1, transition={"type": "wipe", "length": 0.5})],
    )
    assert {error["path"] for error in errors} >= {
        "$.tracks[0].clips[0].transition",
        "$.tracks[1].clips[1].start",
        "$.tracks[2].clips[1].transition.length",
    }
    assert all(error["hint"] for error in errors)


def test_a_template_without_an_end_is_refused():
    assert refusal([shape()])[0]["path"] == "$.length"
