"""Any row of clips and passages in OpenTimelineIO: the frames that are drawn."""

from __future__ import annotations

import math
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from cutroom.render.scene.timeline import lay_out
from otio_exports import MEDIA, exported, text


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
