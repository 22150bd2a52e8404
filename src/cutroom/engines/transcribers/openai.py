"""OpenAI's Whisper, or a server of one's own that speaks its protocol."""

from __future__ import annotations

from cutroom.engines.transcriber import Trust
from cutroom.engines.vendors.openai import OPENAI
from cutroom.engines.whisper_service import WhisperService


class OpenAITranscriber(WhisperService):
    """`/audio/transcriptions` of OpenAI."""

    name = "openai"
    title = "OpenAI Whisper"
    version = "1"
    destination = (
        "The sound (never the picture) is sent to OpenAI, a company in the United States, or to the server "
        "that the operator has set in its place."
    )
    rank = 20
    trust = Trust("high", "Whisper large: usually a few words in a hundred are wrong; names deserve a look.")
    service = OPENAI
    usual_model = "whisper-1"


transcriber = OpenAITranscriber()
