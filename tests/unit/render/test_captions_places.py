"""Captions at several places of the picture at once."""

from fractions import Fraction

import pytest

from cutroom.render.captions.captions_clip import CaptionsClip
from cutroom.render.captions.drawing import CaptionsDrawing
from cutroom.render.fonts import FontBook
from cutroom.render.layer import Stage


@pytest.mark.parametrize("time", [3, 17, 39, 40, 99])
def test_captions_places_keep_what_stays_while_others_come_and_go(time):
    banner = {"startTime": 0, "endTime": 100, "text": "BANNER", "place": "top"}
    short = [{"startTime": n, "endTime": n + 1, "text": f"cue {n}"} for n in range(40)]
    clip = CaptionsClip.model_validate({"type": "captions", "style": "line", "cues": [banner, *short]})
    stage = Stage(640, 360, Fraction(30), Fraction(0), Fraction(100), {}, FontBook(), Fraction(100))
    shown = CaptionsDrawing(clip, stage).sprites(Fraction(time), 576.0, 60.0)
    assert len(shown) == (2 if time < 40 else 1)
