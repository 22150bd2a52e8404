"""The bundled typefaces, and those of templates."""

import hashlib
import shutil
import unicodedata

import pytest

from cutroom.base.errors import BrokenMedia, Refused
from cutroom.render import fonts
from cutroom.render.fonts import FontBook
from cutroom.render.sources.media_item import MediaItem


@pytest.fixture(scope="module")
def book():
    return FontBook()


def item(path):
    return MediaItem(path, hashlib.sha256(path.read_bytes()).hexdigest(), "font")


def test_fonts_are_there(book):
    assert {"Inter", "Anton", "Playfair Display", "Noto Sans JP", "Noto Sans Arabic", "Twemoji"} <= set(
        book.families
    )


def test_fonts_come_with_their_licences():
    built = fonts._BUILT
    texts = sorted(built.glob("*.licence.txt"))
    assert len(texts) >= 12
    assert all(len(text.read_text("utf-8")) > 1000 for text in texts)
    assert all("SIL" in text.read_text("utf-8") for text in texts)


@pytest.mark.parametrize("weight", [100, 400, 850, 900])
def test_fonts_have_every_weight(book, weight):
    face = book.face("inter", weight)
    assert face.weight == weight
    assert face.typeface.fontStyle().weight() == weight


def test_fonts_of_one_weight_stand_in_for_others(book):
    assert book.face("Anton", 900).weight == 400


def test_fonts_slant_what_has_no_italic(book):
    assert book.face("Anton", is_italic=True).skew < 0
    assert book.face("Lora", is_italic=True).skew == 0
    assert book.face("Lora", is_italic=True).file.is_italic
    assert book.face("Lora").file.is_italic is False


def test_fonts_that_nobody_knows_are_named(book):
    with pytest.raises(Refused, match=r"no typeface named 'Intre'.*Did you mean 'Inter'") as caught:
        book.face("Intre")
    assert caught.value.code_word == "unknown_font"


@pytest.mark.parametrize("character", "مשहไ日한ख़অஅ్ქԱአ")
def test_fonts_cover_scripts(book, character):
    script = unicodedata.name(character).split(maxsplit=1)[0]
    first = next(face for face in book.fallbacks(script, 400) if face.covers(character))
    assert first.file.path.name.startswith("Noto")


def test_fonts_follow_the_language_of_han_characters(book):
    first = {
        tag: next(book.fallbacks("CJK", 400, language=tag)).file.index
        for tag in ("", "ja", "zh-Hant", "ko-KR")
    }
    assert first == {"": 2, "ja": 0, "zh-Hant": 3, "ko-KR": 1}


def test_fonts_of_a_template_win(tmp_path):
    path = tmp_path / "mine.ttf"
    shutil.copy(FontBook().face("Anton").file.path, path)
    book = FontBook.of([("Mine", item(path)), ("Inter", item(path))])
    assert book.families[:2] == ("Mine", "Inter")
    assert book.face("mine").file.path == path
    assert book.face("Inter").file.path == path
    assert book.key != FontBook().key
    assert book.key == FontBook.of([("Mine", item(path)), ("Inter", item(path))]).key


def test_fonts_of_one_family_are_chosen_by_weight(tmp_path):
    for name, source in (("light.ttf", "Bebas Neue"), ("heavy.ttf", "Archivo Black")):
        shutil.copy(FontBook().face(source).file.path, tmp_path / name)
    book = FontBook.of([("Mine", item(tmp_path / "light.ttf")), ("Mine", item(tmp_path / "heavy.ttf"))])
    assert len(book.files["Mine"]) == 2


@pytest.mark.parametrize("content", [b"", b"no font", b"wOF2" + bytes(100), b"\0\1\0\0" + bytes(200)])
def test_fonts_that_cannot_be_read_are_refused(tmp_path, content):
    path = tmp_path / "broken.ttf"
    path.write_bytes(content)
    with pytest.raises(BrokenMedia, match=r"broken\.ttf"):
        FontBook.of([("Mine", item(path))])
