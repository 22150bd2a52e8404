"""Whisper behind OpenAI's protocol as a transcriber; the files in `transcribers` say whose."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import ClassVar

from cutroom.base.errors import Unsupported
from cutroom.engines.language_names import tag_of
from cutroom.engines.transcriber import Access, Heard, Progress, Transcriber, Wish
from cutroom.engines.vendors.openai import SpeechRequest, recognise
from cutroom.engines.vendors.service import Service, require_key
from cutroom.engines.whisper_answer import make_prompt, read_answer
from cutroom.media import probe

_CODES = """
af am ar as az ba be bg bn bo br bs ca cs cy da de el en es et eu fa fi fo fr gl gu ha haw he hi hr ht hu
hy id is it ja jv ka kk km kn ko la lb ln lo lt lv mg mi mk ml mn mr ms mt my ne nl nn no oc pa pl ps pt
ro ru sa sd si sk sl sn so sq sr su sv sw ta te tg th tk tl tr tt uk ur uz vi yi yo yue zh
"""
WHISPER_LANGUAGES = frozenset(_CODES.split())
"""Those of Groq's OpenAPI document; nb is asked for as no, fil as tl."""

_ASKED_AS = {"nb": "no", "fil": "tl"}


class WhisperService(Transcriber):
    """What OpenAI and Groq have in common."""

    is_local = False
    languages = WHISPER_LANGUAGES | frozenset(_ASKED_AS)
    service: ClassVar[Service]
    usual_model: ClassVar[str]

    def check(self, access: Access) -> None:
        """Make sure that there is a key; the service is not called."""
        require_key(self.service, access.credentials)

    def transcribe(
        self, window: Path, wish: Wish, access: Access, *, progress: Progress | None = None
    ) -> Heard:
        """Send a window and read the words that come back.

        Raises:
            Unsupported: With code `language_not_supported`; and the errors of `vendors.openai.recognise` and
                `whisper_answer.read_answer`.
        """
        self.check(access)
        language = self._language(wish.language)
        duration = probe(window).duration or Fraction(0)
        prompt, notes = make_prompt(wish)
        model = access.model or self.usual_model
        answer = recognise(
            self.service,
            window,
            access.credentials,
            SpeechRequest(model, language, prompt),
            progress=progress,
        )
        heard = read_answer(answer, duration, wish, self.service, model)
        if progress:
            progress(1.0, "Receiving")
        return Heard(heard.words, heard.language, heard.language_confidence, (*notes, *heard.notes))

    def _language(self, wanted: str | None) -> str | None:
        """Return the code that the service is told; None where nobody knows the language."""
        if wanted is None or wanted.lower() in {"und", "auto"}:
            return None
        known = tag_of(wanted)
        code = _ASKED_AS.get(known, known) if known else None
        if code not in WHISPER_LANGUAGES:
            message = f"{self.title} does not know the language {wanted!r}; choose another engine."
            raise Unsupported(message, code="language_not_supported")
        return code
