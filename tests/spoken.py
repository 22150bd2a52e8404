"""Recordings in which a synthetic voice says known sentences, for tests of recognition."""

import numpy as np

import samples
from voices import join_with_pauses, speak

SENTENCES = ("Good morning everybody.", "This is the second sentence.")


def voice(*sentences, pause=0.8, before=0.0, after=0.0):
    """Return what is said as sound `(1, n)`, with silence around."""
    said = join_with_pauses([speak(sentence) for sentence in sentences or SENTENCES], pause)[np.newaxis]
    return np.concatenate([samples.silence(before), said, samples.silence(after)], axis=1)


def write_talk(path, *sentences, **places):
    """Write a sound file; 16 kHz would do, but uploads have 48."""
    return samples.write_audio(path, voice(*sentences, **places))


def write_talk_video(path, *sentences, **places):
    """Write a small video with the voice as its sound."""
    sound = voice(*sentences, **places)
    return samples.write_video(path, sound, seconds=sound.shape[1] / samples.RATE)
