"""The name of a mix: the same for the same sound, another for every change of it."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from cutroom.render.document.animated import Keyframe, Keyframes
from cutroom.render.document.template import Mastering
from cutroom.render.sound import Sound
from cutroom.render.sounds.mixing import signature
from cutroom.render.sources.media_item import MediaItem

ITEM = MediaItem(Path("a.wav"), "0" * 64, "audio", seconds=Fraction(3))
SOUND = Sound(ITEM, Fraction(0), Fraction(2))


def curve(value: float) -> Keyframes[float]:
    return Keyframes[float](keyframes=(Keyframe[float](time=Fraction(1, 3), value=value),))


def test_sound_signature_does_not_know_where_files_lie() -> None:
    elsewhere = replace(SOUND, item=replace(ITEM, path=Path("b.wav")))
    assert signature([SOUND], Fraction(2), Mastering()) == signature([elsewhere], Fraction(2), Mastering())


def test_sound_signature_is_another_for_every_change() -> None:
    sounds = [
        SOUND,
        replace(SOUND, item=replace(ITEM, sha256="1" * 64)),
        replace(SOUND, item=replace(ITEM, kind="video")),
        replace(SOUND, item=replace(ITEM, seconds=Fraction(4))),
        replace(SOUND, start=Fraction(1, 3)),
        replace(SOUND, length=Fraction(1)),
        replace(SOUND, trim=Fraction(1)),
        replace(SOUND, loop=True),
        replace(SOUND, speed=1.5),
        replace(SOUND, volume=0.5),
        replace(SOUND, volume=curve(0.5)),
        replace(SOUND, volume=curve(0.25)),
        replace(SOUND, fade_in=Fraction(1)),
        replace(SOUND, fade_out=Fraction(1)),
        replace(SOUND, role="music"),
    ]
    made = [signature([sound], Fraction(2), Mastering()) for sound in sounds]
    made += [
        signature([], Fraction(2), Mastering()),
        signature([SOUND, SOUND], Fraction(2), Mastering()),
        signature([SOUND], Fraction(3), Mastering()),
        signature([SOUND], Fraction(2), Mastering(loudness=-16)),
        signature([SOUND], Fraction(2), Mastering(ducking=6)),
        signature([SOUND], Fraction(2), Mastering(sample_rate=44100)),
    ]
    assert len(set(made)) == len(made)
