from uuid import UUID

import pytest

from cutroom.base.settings import Settings
from cutroom.jobs.kind import kinds
from cutroom.web import languages
from cutroom.web.pages.make_subtitles import KIND, body_of, engine_choices

ASSET = {"id": UUID(int=1), "project_id": UUID(int=2)}


def test_a_filled_form_is_what_the_api_takes():
    body = body_of(
        {
            "language": " english ",
            "preset": "netflix",
            "engine": "local",
            "glossary": "Ada Lovelace\r\nCutroom, Zürich;\n",
            "prompt": " A talk. ",
            "translateTo": "German, pt-BR",
            "speakers": "on",
        },
        ASSET,
    )
    request = kinds.load(KIND).request.model_validate(body)
    assert request.glossary == ("Ada Lovelace", "Cutroom", "Zürich")
    assert request.translate_to == ("de", "pt-BR")
    assert (request.language, request.prompt, request.speakers, request.embed) == (
        "en",
        "A talk.",
        True,
        False,
    )


def test_an_empty_form_leaves_everything_to_us():
    body = body_of(
        {"language": "", "preset": "netflix", "engine": "auto", "glossary": "", "prompt": ""}, ASSET
    )
    assert set(body) == {"assetId", "projectId", "preset", "engine", "speakers", "embed"}
    assert kinds.load(KIND).request.model_validate(body).language is None


def test_every_engine_says_where_the_sound_goes_or_why_it_cannot_be_chosen(tmp_path):
    choices = engine_choices(Settings(data=tmp_path))
    assert [choice.value for choice in choices[:2]] == ["auto", "local"]
    for choice in choices:
        assert choice.where.endswith((".", "!")) or choice.where
        assert choice.is_ready or "No engine" in choice.where or choice.where.startswith("Not available: ")


@pytest.mark.parametrize(
    ("tag", "word"),
    [
        ("de", "German"),
        ("en-GB", "English (GB)"),
        ("pt-BR", "Portuguese (Brazil)"),
        ("xx", "xx"),
        ("und", "Language unknown"),
    ],
)
def test_languages_have_names(tag, word):
    assert languages.language_word(tag) == word


@pytest.mark.parametrize(
    ("text", "is_tag"),
    [("en", True), ("zh-Hant-TW", True), ("English", False), ("e", False), ("en_GB", False)],
)
def test_tags_are_told_from_words(text, is_tag):
    assert languages.is_tag(text) is is_tag
