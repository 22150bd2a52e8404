"""Bytes of subtitle files: encodings told apart, mixtures, damage, limits; nothing is raised but refusals."""

# ruff: noqa: RUF001 - letters of many scripts are the point here

import pytest

from cutroom.base.errors import Refused
from cutroom.subtitles.importing import read_subtitles
from cutroom.subtitles.syntax import encoding, intake
from cutroom.subtitles.syntax.encoding import decode_bytes

TEXTS = [
    ("cp1252", "Ça va être très drôle, déjà vu.\nOn verra ça après, à bientôt."),
    ("cp1252", "Äpfel und Öl für die Straße.\nWir müssen über die Brücke."),
    ("cp1252", "¿El niño comió piña?\n¡Sí, señor! Mañana también."),
    ("cp1252", "Não sei o que é isso, irmão.\nAté amanhã, então."),
    ("cp1252", "Jag är så trött på allt det här.\nVar är färjan?"),
    ("cp1252", "Det går ikke, sønnen min.\nÆrlig talt, på fjøset."),
    ("cp1252", "I don\u2019t know \u2013 he said \u201cno\u201d\u2026\nReally."),
    ("cp1250", "Nie wiem, co powiedzieć.\nMoże później przyjdę, dobrze? Cześć."),
    ("cp1250", "Nevím, co mám říct.\nMožná přijdu později."),
    ("cp1250", "Nem tudom, mit mondjak.\nTalán később eljövök, őszintén."),
    ("cp1250", "Ne znam što reći.\nMožda ću doći kasnije, učiteljice."),
    ("cp1251", "Привет, как дела?\nЯ не знаю, что сказать."),
    ("cp1251", "Не знам какво да кажа.\nЩе дойда по-късно."),
    ("koi8_r", "Привет, как дела?\nЯ не знаю, что сказать."),
    ("cp866", "Привет, как дела?\nЯ не знаю, что сказать."),
    ("cp1253", "Καλημέρα, τι κάνεις;\nΔεν ξέρω τι να πω."),
    ("cp1254", "Günaydın, nasılsın?\nNe diyeceğimi bilmiyorum, şu an değil."),
    ("cp1255", "שלום, מה שלומך?\nאני לא יודע מה להגיד."),
    ("cp1256", "مرحبا، كيف حالك؟\nلا أعرف ماذا أقول."),
    ("cp1257", "Laba diena, kaip sekasi?\nAš nežinau, ką pasakyti, žmogau ėjęs."),
    ("cp874", "สวัสดี คุณสบายดีไหม\nฉันไม่รู้จะพูดอะไร"),
    ("gb18030", "你好，你怎么样？\n我不知道该说什么。"),
    ("big5", "你好，你怎麼樣？\n我不知道該說什麼。"),
    ("cp932", "こんにちは、元気ですか？\n何を言えばいいのかわからない。"),
    ("euc_jp", "こんにちは、元気ですか？\n何を言えばいいのかわからない。"),
    ("iso2022_jp", "こんにちは、元気ですか？\n何を言えばいいのかわからない。"),
    ("cp949", "안녕하세요, 잘 지내세요?\n무슨 말을 해야 할지 모르겠어요."),
    ("mac_roman", "Ça va être très drôle, déjà vu.\nOn verra ça après, à bientôt."),
    ("cp850", "Ça va être très drôle, déjà vu.\nOn verra ça après, à bientôt."),
]


def srt_of(text, count=3):
    times = [f"00:00:{n:02},000 --> 00:00:{n:02},900" for n in range(count)]
    return "".join(f"{n}\n{line}\n{text}\n\n" for n, line in enumerate(times, 1))


@pytest.mark.parametrize(("page", "text"), TEXTS, ids=[page for page, _ in TEXTS])
@pytest.mark.parametrize("count", [1, 10])
def test_old_code_pages_are_told_apart(page, text, count):
    whole = srt_of(text, count)
    decoded = decode_bytes(whole.encode(page))
    assert decoded.text == whole
    assert page == "iso2022_jp" or [fault.line for fault in decoded.faults] == [0]


@pytest.mark.parametrize(
    "name", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be"]
)
@pytest.mark.parametrize("text", ["Plain.", "Ünïcode 你好 שלום", "你好，你怎么样？我不知道该说什么。"])
def test_unicode_is_read_with_and_without_its_mark(name, text):
    assert decode_bytes(srt_of(text).encode(name)).text == srt_of(text)


def test_marks_of_byte_order_win():
    assert decode_bytes(b"\xfe\xff" + srt_of("Ж").encode("utf-16-be")).encoding == "utf-16-be"
    assert decode_bytes(b"\xff\xfe" + srt_of("Ж").encode("utf-16-le")).encoding == "utf-16-le"


def test_the_language_decides_where_bytes_do_not():
    whole = srt_of("Čau.", 1)
    assert decode_bytes(whole.encode("cp1250"), language="cs").text == whole
    short = srt_of("Да.", 1)
    assert decode_bytes(short.encode("cp1251"), language="ru").text == short


def test_lines_of_another_encoding_are_read_by_themselves():
    good = srt_of("Où est-il né ? À Orléans, déjà.", 5).encode()
    bad = "6\n00:00:10,000 --> 00:00:11,000\nÇa va être très drôle.\n".encode("cp1252")
    imported = read_subtitles(good + bad)
    assert imported.encoding == "mixed"
    assert imported.track.cues[-1].text == "Ça va être très drôle."
    assert imported.track.cues[0].text.startswith("Où")
    assert [(fault.line, fault.severity) for fault in imported.faults] == [(23, "error")]


@pytest.mark.parametrize("text", ["Ça va être là, déjà…", "“Größe”", "Привет, как дела?", "你好，你怎么样？"])
def test_what_was_made_utf8_twice_is_undone(text):
    broken = "".join(
        bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in srt_of(text).encode()
    ).encode()
    decoded = decode_bytes(broken)
    assert decoded.text == srt_of(text)
    assert [(fault.line, fault.severity) for fault in decoded.faults] == [(3, "warning")]
    assert decode_bytes(srt_of(text).encode()).faults == ()


def test_xml_may_name_its_encoding():
    head = '<?xml version="1.0" encoding="ISO-8859-2"?>'
    text = head + '<tt><body><div><p begin="1s" end="2s">Zażółć</p></div></body></tt>'
    imported = read_subtitles(text.encode("iso8859-2"))
    assert imported.track.cues[0].text == "Zażółć"
    assert imported.faults == ()


def test_zero_bytes_and_controls_are_left_out_and_said():
    imported = read_subtitles(srt_of("a\x00b\x1bc", 2).encode() + b"\x00" * 30)
    assert [cue.text for cue in imported.track.cues] == ["abc", "abc"]
    assert [fault.line for fault in imported.faults] == [3]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "no_text"),
        (b"\xef\xbb\xbf \r\n", "no_text"),
        (b"\xff\xfe", "no_text"),
        (b"Hello, this is a letter.", "unknown_subtitles"),
        (b"\x00\x00\x00\x20ftypisom" + bytes(range(256)) * 10, "unknown_subtitles"),
        (b"{0}{25}MicroDVD", "unknown_subtitles"),
    ],
)
def test_what_is_no_subtitle_file_is_refused(content, code):
    with pytest.raises(Refused) as caught:
        read_subtitles(content, "film.bin")
    assert caught.value.code_word == code


def test_too_many_bytes_and_cues_are_refused(monkeypatch):
    monkeypatch.setattr(encoding, "MOST_BYTES", 1000)
    with pytest.raises(Refused) as caught:
        read_subtitles(b"x" * 1001)
    assert (caught.value.code_word, caught.value.status) == ("subtitles_too_large", 413)
    monkeypatch.setattr(intake, "MOST_CUES", 5)
    with pytest.raises(Refused) as caught:
        read_subtitles(srt_of("a", 6).encode())
    assert caught.value.code_word == "too_many_cues"


def test_endless_texts_and_faults_are_cut_with_a_word():
    imported = read_subtitles(srt_of("x" * 20_000, 1).encode())
    assert len(imported.track.cues[0].text) == intake.MOST_CHARACTERS
    assert imported.faults[0].severity == "error"
    imported = read_subtitles(srt_of("</i>" * 3000, 1).encode())
    assert len(imported.faults) == intake.MOST_FAULTS + 1
    assert "2,000 more" in imported.faults[-1].message
