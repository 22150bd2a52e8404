from fractions import Fraction

import pytest

from cutroom.base.errors import Refused
from cutroom.subtitles.language import language_tags, read_language
from cutroom.subtitles.rules import preset_names, read_preset


@pytest.mark.parametrize("name", preset_names())
def test_a_preset_can_be_kept(name):
    rules = read_preset(name)
    assert rules.title
    assert rules.source
    assert rules.lines >= 1
    assert rules.gap_frames >= 0
    for tag in (*language_tags(), "xx", "pt-BR", "zh-Hant-TW"):
        assert 8 <= rules.line_limit(tag) <= 60
        speed = rules.speed_limit(tag)
        assert speed is None or 3 <= speed <= 30
    if rules.min_seconds and rules.max_seconds:
        assert rules.min_seconds < rules.max_seconds


def test_netflix_says_what_its_guides_say():
    rules = read_preset("netflix")
    assert (rules.lines, rules.min_seconds, rules.max_seconds, rules.gap_frames) == (2, Fraction(5, 6), 7, 2)
    assert [rules.line_limit(tag) for tag in ("en", "de", "ja", "ko", "zh-Hant", "th")] == [
        42,
        42,
        13,
        16,
        16,
        35,
    ]
    assert [rules.speed_limit(tag) for tag in ("en-GB", "de", "ar", "hi", "ja", "ko", "zh")] == [
        20,
        17,
        20,
        22,
        4,
        12,
        9,
    ]
    assert read_preset("netflix-sdh").speed_limit("de") == 20


def test_an_unknown_preset_is_refused_by_name():
    with pytest.raises(Refused, match="netflix") as refused:
        read_preset("../netflix")
    assert refused.value.code_word == "unknown_preset"


def test_languages_that_matter_have_their_words():
    tags = "en de fr es it pt nl pl ru sv da nb fi tr ar he hi ja zh ko th und"
    wanted = set(tags.split())
    assert wanted == set(language_tags())
    for tag in wanted - {"und", "ja", "zh", "th"}:
        known = read_language(tag)
        assert len(known.leaders) > 8, tag
        assert len(known.units) > 10, tag
        for words in (known.leaders, known.clitics, known.titles, known.units, known.openers):
            assert all(word == word.lower() and word == word.strip() for word in words), tag
    assert {tag for tag in wanted if read_language(tag).right_to_left} == {"ar", "he"}


@pytest.mark.parametrize(
    ("tag", "same"),
    [("pt-BR", "pt"), ("no", "nb"), ("iw", "he"), ("EN_us", "en"), ("xx", "und"), ("", "und")],
)
def test_tags_find_their_language(tag, same):
    assert read_language(tag) == read_language(same)


def test_traditional_chinese_has_its_own_model():
    assert {read_language(tag).phrases for tag in ("zh-TW", "zh-Hant", "zh-HK")} == {"zh-hant"}
    assert {read_language(tag).phrases for tag in ("zh", "zh-CN", "zh-Hans")} == {"zh-hans"}
