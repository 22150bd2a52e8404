"""Languages under all the names that services give them."""

import pytest

from cutroom.engines.language_names import WITHOUT_SPACES, name_of, tag_of


@pytest.mark.parametrize(
    ("said", "tag"),
    [
        ("english", "en"),
        ("English", "en"),
        ("eng", "en"),
        ("de_AT", "de"),
        ("zh-Hant-TW", "zh"),
        ("cmn", "zh"),
        ("mandarin", "zh"),
        ("haitian creole", "ht"),
        ("jw", "jv"),
        ("iw", "he"),
        (" Norwegian ", "no"),
        ("klingon", None),
        ("tlh", None),
        ("", None),
        ("en\n<script>", None),
        ("e" * 5000, None),
    ],
)
def test_a_name_of_any_kind_becomes_a_tag(said, tag):
    assert tag_of(said) == tag


@pytest.mark.parametrize(
    ("tag", "name"),
    [
        ("de", "German"),
        ("pt-BR", "Brazilian Portuguese"),
        ("pt-br", "Brazilian Portuguese"),
        ("zh-Hant", "Traditional Chinese"),
        ("zh-TW", "Traditional Chinese as written in Taiwan"),
        ("sr-Latn-RS", "Serbian in Latin script"),
        ("de-LI", "German"),
        ("und", None),
        ("tlh", None),
        ("x-private", None),
        ("", None),
    ],
)
def test_a_tag_gets_the_name_that_a_translator_understands(tag, name):
    assert name_of(tag) == name


def test_every_language_without_spaces_is_known():
    assert all(tag_of(tag) == tag for tag in WITHOUT_SPACES)
