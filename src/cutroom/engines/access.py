"""What the operator's settings give each engine: keys, addresses, models, folders."""

from __future__ import annotations

from cutroom.base.settings import Settings
from cutroom.engines.denoiser import Credentials
from cutroom.engines.transcriber import Access


def credentials_of(settings: Settings) -> dict[str, Credentials]:
    """Return key and address of each denoiser that is not local, by its name."""
    return {"elevenlabs": Credentials(settings.elevenlabs_api_key, settings.elevenlabs_url)}


def access_of(settings: Settings) -> dict[str, Access]:
    """Return what each transcriber may use, by its name; one that needs nothing is missing."""
    return {
        "elevenlabs": Access(Credentials(settings.elevenlabs_api_key, settings.elevenlabs_url)),
        "openai": Access(
            Credentials(settings.openai_api_key, settings.openai_url), model=settings.openai_speech_model
        ),
        "groq": Access(
            Credentials(settings.groq_api_key, settings.groq_url), model=settings.groq_speech_model
        ),
        "faster-whisper": Access(
            models=settings.models_folder,
            model=settings.whisper_model,
            hub=settings.model_hub,
            may_fetch=settings.fetch_models,
        ),
        "pocketsphinx": Access(models=settings.models_folder),
    }


def access_of_translators(settings: Settings) -> dict[str, Access]:
    """Return what each translator may use, by its name.

    OpenAI's key goes to OpenAI's address only: a server of CUTROOM_TRANSLATION_URL gets
    CUTROOM_TRANSLATION_API_KEY or none.
    """
    if settings.translation_url is None:
        key, url = settings.translation_api_key or settings.openai_api_key, settings.openai_url
    else:
        key, url = settings.translation_api_key, settings.translation_url
    return {"openai": Access(Credentials(key, url), model=settings.translation_model)}
