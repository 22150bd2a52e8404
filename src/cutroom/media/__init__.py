"""Media files: probe, decode, encode, join, loudness; PyAV lives here. Synchronous throughout."""

from cutroom.media.audio_reader import AudioReader, read_audio
from cutroom.media.audio_writer import AudioWriter

__all__ = ["AudioReader", "AudioWriter", "read_audio"]
