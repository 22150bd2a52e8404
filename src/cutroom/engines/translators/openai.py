"""Translation by a language model behind OpenAI's chat protocol: OpenAI, or a server of one's own."""

from __future__ import annotations

from collections.abc import Sequence

from cutroom.base.errors import Refused
from cutroom.engines.language_names import name_of, tag_of
from cutroom.engines.transcriber import Access
from cutroom.engines.translation import Translation
from cutroom.engines.translator import Progress, Translator
from cutroom.engines.vendors.openai_chat import Chat, check_key

_MODEL = "gpt-4o-mini"


class OpenAITranslator(Translator):
    """`/chat/completions` of OpenAI, Ollama, llama.cpp, vLLM and all who speak the same."""

    name = "openai"
    title = "Language model"
    version = "1"
    is_local = False
    destination = (
        "The text (never sound or picture) is sent to OpenAI, a company in the United States, or to the "
        "server that the operator has set in its place."
    )

    def check(self, access: Access) -> None:
        """Make sure that there is a key where one is needed; nobody is called."""
        check_key(access.credentials)

    def translate(
        self,
        texts: Sequence[str],
        source: str,
        target: str,
        access: Access,
        *,
        glossary: Sequence[str] = (),
        progress: Progress | None = None,
    ) -> list[str]:
        """Translate texts that follow each other; see `Translator.translate`.

        Raises:
            Refused: With code `unknown_language` when the target has no name; and the errors of
                `Translation.run`.
        """
        wanted = name_of(target)
        if wanted is None:
            message = f"There is no language {target!r} to translate into; write a tag such as de or pt-BR."
            raise Refused(message, code="unknown_language")
        if not texts:
            return []
        spoken = name_of(source)
        languages = (f"{spoken} ({source})" if spoken else "its language", f"{wanted} ({target})")
        translation = Translation(
            Chat(access.credentials, access.model or _MODEL),
            texts,
            languages,
            glossary=glossary,
            must_differ=spoken is not None and tag_of(source) != tag_of(target),
        )
        return translation.run(progress or _ignore)


def _ignore(_fraction: float, _text: str) -> None:
    """Nobody wants to know."""


translator = OpenAITranslator()
