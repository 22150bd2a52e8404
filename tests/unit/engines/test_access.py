"""Which key goes to which engine, and above all which one does not."""

from pydantic import SecretStr

from cutroom.base.settings import Settings
from cutroom.engines.access import access_of, access_of_translators, credentials_of
from cutroom.engines.transcriber import TRANSCRIBERS
from cutroom.engines.translator import TRANSLATORS


def settings(**given):
    return Settings(_env_file=None, **given)


def key_of(access):
    return access.credentials.api_key.get_secret_value() if access.credentials.api_key else None


def test_each_engine_gets_its_own_key_address_and_model(tmp_path):
    access = access_of(
        settings(
            openai_api_key="sk-o",
            openai_url="http://127.0.0.1:1/v1",
            openai_speech_model="whisper-9",
            groq_api_key="sk-g",
            elevenlabs_api_key="sk-e",
            whisper_model="tiny",
            models=tmp_path,
            model_hub="http://127.0.0.1:2",
            fetch_models=False,
        )
    )
    assert {name: key_of(each) for name, each in access.items()} == {
        "openai": "sk-o",
        "groq": "sk-g",
        "elevenlabs": "sk-e",
        "faster-whisper": None,
        "pocketsphinx": None,
    }
    assert (access["openai"].credentials.url, access["openai"].model) == (
        "http://127.0.0.1:1/v1",
        "whisper-9",
    )
    whisper = access["faster-whisper"]
    assert (whisper.models, whisper.model, whisper.hub, whisper.may_fetch) == (
        tmp_path,
        "tiny",
        "http://127.0.0.1:2",
        False,
    )
    assert "sk-" not in repr(access)


def test_every_name_is_an_engines():
    assert set(access_of(settings())) <= set(TRANSCRIBERS.names())
    assert set(access_of_translators(settings())) <= set(TRANSLATORS.names())
    assert credentials_of(settings(elevenlabs_api_key="sk-e"))["elevenlabs"].api_key == SecretStr("sk-e")


def test_openais_key_never_goes_to_another_translation_server():
    own = settings(openai_api_key="sk-o", translation_url="http://127.0.0.1:3/v1", translation_model="tower")
    access = access_of_translators(own)["openai"]
    assert (key_of(access), access.credentials.url, access.model) == (None, "http://127.0.0.1:3/v1", "tower")
    with_key = access_of_translators(own.model_copy(update={"translation_api_key": SecretStr("sk-t")}))
    assert key_of(with_key["openai"]) == "sk-t"


def test_without_an_address_translations_go_where_openais_do():
    access = access_of_translators(settings(openai_api_key="sk-o", openai_url="http://127.0.0.1:4/v1"))
    assert (key_of(access["openai"]), access["openai"].credentials.url) == ("sk-o", "http://127.0.0.1:4/v1")
    first = access_of_translators(settings(openai_api_key="sk-o", translation_api_key="sk-t"))
    assert key_of(first["openai"]) == "sk-t"
