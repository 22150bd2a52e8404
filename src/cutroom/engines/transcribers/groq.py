"""Whisper at Groq: the same model, answered faster."""

from __future__ import annotations

from cutroom.engines.transcriber import Trust
from cutroom.engines.vendors.openai import GROQ
from cutroom.engines.whisper_service import WhisperService


class GroqTranscriber(WhisperService):
    """`/audio/transcriptions` of Groq."""

    name = "groq"
    title = "Whisper at Groq"
    version = "1"
    destination = "The sound (never the picture) is sent to Groq, a company in the United States."
    rank = 30
    trust = Trust("high", "Whisper large: usually a few words in a hundred are wrong; names deserve a look.")
    service = GROQ
    usual_model = "whisper-large-v3"


transcriber = GroqTranscriber()
