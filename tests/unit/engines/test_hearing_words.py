"""Words on the recording's timeline, loops of recognisers, and which recogniser is taken."""

import struct
from fractions import Fraction
from pathlib import Path

import pytest

from cutroom.base.errors import Refused, Unsupported
from cutroom.engines.hearing import HearingRequest, Window, place_words
from cutroom.engines.repetition import drop_repetitions
from cutroom.engines.transcriber import Access, Heard
from cutroom.engines.transcriber_choice import choose_transcriber
from cutroom.engines.whisper_models import check_folder, find_model, locate
from cutroom.subtitles import Word

WINDOW = Window(Path("w.flac"), Fraction(100), Fraction(10), 8.0)
NOT_HERE = {"faster-whisper": Access(may_fetch=False, models=Path("nowhere"))}


def say(text, start=0, step=Fraction(1, 2)):
    words = text.split()
    return [Word(start + n * step, start + n * step + step, word) for n, word in enumerate(words)]


def test_words_are_moved_to_the_window_and_kept_inside():
    words = (
        Word(Fraction(9), Fraction(12), " last "),
        Word(Fraction(-1), Fraction(1), "first", confidence=0.5, speaker="1"),
        Word(Fraction(3), Fraction(2), "turned"),
        Word(Fraction(11), Fraction(12), "behind"),
        Word(Fraction(4), Fraction(5), " "),
    )
    placed = place_words(WINDOW, Heard(words))
    assert [(w.text, w.start, w.end) for w in placed] == [
        ("first", 100, 101),
        ("turned", 103, 103),
        ("last", 109, 110),
    ]
    assert placed[0].confidence == 0.5
    assert placed[0].speaker == "1"


def test_a_loop_is_cut_to_one_and_said():
    words = say("so " + "thank you for watching. " * 20 + "bye")
    kept, notes = drop_repetitions(words)
    assert [word.text for word in kept] == ["so", "thank", "you", "for", "watching.", "bye"]
    assert len(notes) == 1
    assert "20 times" in notes[0]


@pytest.mark.parametrize(
    "text", ["words words words words words", "no no no no", "so it goes, so it goes", ""]
)
def test_what_people_repeat_stays(text):
    words = say(text)
    assert drop_repetitions(words) == (words, ())


def test_local_falls_back_with_the_reason():
    choice = choose_transcriber("local", NOT_HERE, language="en-GB")
    assert choice.name == "pocketsphinx"
    assert "models fetch" in choice.tried[0]
    assert "English" in choice.reason


def test_nothing_knows_the_language():
    with pytest.raises(Unsupported) as caught:
        choose_transcriber("local", NOT_HERE, language="de")
    assert caught.value.code_word == "no_engine"
    assert "models fetch" in caught.value.message
    with pytest.raises(Unsupported):
        choose_transcriber("pocketsphinx", {}, language="fr")


def test_unknown_names_are_refused():
    with pytest.raises(Refused, match="pocketsphinx") as caught:
        choose_transcriber("telepathy", {}, language=None)
    assert caught.value.code_word == "unknown_engine"
    with pytest.raises(Refused):
        HearingRequest(window_seconds=5)


def make_folder(path):
    path.mkdir()
    for name in ("config.json", "tokenizer.json", "vocabulary.json"):
        (path / name).write_text("{}")
    (path / "model.bin").write_bytes(struct.pack("<IH", 6, 12) + b"WhisperSpec\0rest")
    return path


@pytest.mark.parametrize("name", ["config.json", "model.bin", "tokenizer.json", "vocabulary.json"])
@pytest.mark.parametrize("content", [None, b"", b"{ no \xff"])
def test_a_folder_with_a_bad_file_names_it(tmp_path, name, content):
    folder = make_folder(tmp_path / "model")
    check_folder(folder)
    assert locate(Access(model=str(folder))) == folder
    (folder / name).unlink()
    if content is not None:
        (folder / name).write_bytes(content)
    with pytest.raises(Unsupported, match=name.replace(".", r"\.")) as caught:
        locate(Access(model=str(folder)))
    assert caught.value.code_word == "model_broken"


def test_a_folder_that_is_not_there_is_never_taken_for_a_name(tmp_path):
    with pytest.raises(Unsupported, match="no such folder"):
        locate(Access(model=str(tmp_path / "none")))
    with pytest.raises(Unsupported, match="no such folder"):
        locate(Access(model="./none"))


def test_models_by_name(tmp_path):
    assert find_model("large").repository.endswith("large-v3")
    assert find_model("someone/model").folder == "whisper-someone--model"
    for name in ("huge", "a/b/c", "../x", "a/.."):
        with pytest.raises(Unsupported):
            find_model(name)
    with pytest.raises(Unsupported) as caught:
        locate(Access(model="tiny", models=tmp_path))
    assert caught.value.code_word == "model_missing"
    make_folder(tmp_path / "whisper-tiny")
    assert locate(Access(model="tiny", models=tmp_path)) == tmp_path / "whisper-tiny"
