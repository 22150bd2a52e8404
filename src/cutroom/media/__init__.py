"""Media files: probe, decode, encode, join, loudness; PyAV lives here. Synchronous throughout."""

from cutroom.media.audio_reader import AudioReader, read_audio
from cutroom.media.audio_writer import AudioWriter
from cutroom.media.frame_rate import standard_rate
from cutroom.media.frame_reader import FrameReader
from cutroom.media.frame_times import FrameTimes, read_frame_times
from cutroom.media.image_reader import look_at_image, read_image
from cutroom.media.loudness import Loudness, Meter, Normalisation, measure, plan_normalisation
from cutroom.media.mux_subtitles import MuxedSubtitles, SubtitleStream, mux_subtitles
from cutroom.media.picture_header import StillImage
from cutroom.media.poster import Poster, make_poster
from cutroom.media.probe import MediaFile, ProbedStream, probe
from cutroom.media.replace_audio import ReplacedAudio, Sound, replace_audio
from cutroom.media.replace_picture import ReplacedPicture, replace_picture
from cutroom.media.shots import Shots, find_shots
from cutroom.media.waveform import Waveform, make_waveform

__all__ = [
    "AudioReader",
    "AudioWriter",
    "FrameReader",
    "FrameTimes",
    "Loudness",
    "MediaFile",
    "Meter",
    "MuxedSubtitles",
    "Normalisation",
    "Poster",
    "ProbedStream",
    "ReplacedAudio",
    "ReplacedPicture",
    "Shots",
    "Sound",
    "StillImage",
    "SubtitleStream",
    "Waveform",
    "find_shots",
    "look_at_image",
    "make_poster",
    "make_waveform",
    "measure",
    "mux_subtitles",
    "plan_normalisation",
    "probe",
    "read_audio",
    "read_frame_times",
    "read_image",
    "replace_audio",
    "replace_picture",
    "standard_rate",
]
