"""Media files: probe, decode, encode, join, loudness; PyAV lives here. Synchronous throughout."""

from cutroom.media.audio_reader import AudioReader, read_audio
from cutroom.media.audio_writer import AudioWriter
from cutroom.media.loudness import Loudness, Meter, Normalisation, measure, plan_normalisation
from cutroom.media.probe import MediaFile, ProbedStream, probe

__all__ = [
    "AudioReader",
    "AudioWriter",
    "Loudness",
    "MediaFile",
    "Meter",
    "Normalisation",
    "ProbedStream",
    "measure",
    "plan_normalisation",
    "probe",
    "read_audio",
]
