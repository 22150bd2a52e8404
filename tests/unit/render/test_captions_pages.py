"""From cues to pages of timed words."""

import hashlib
import itertools
from fractions import Fraction

import pytest
from pydantic import ValidationError

from caption_pages import count_lines, cue, pages, shown
from cutroom.render.captions.captions_clip import CaptionsClip
from cutroom.render.captions.pages import Paging, cues_of
from cutroom.render.sources.media_item import MediaItem
from cutroom.subtitles import Word


def test_captions_pages_give_words_their_share_of_time():
    (page,) = pages(cue("ab cdef gh", 0, 8))
    assert shown(page) == ["ab", "cdef", "gh"]
    assert [(word.begins, word.ends) for word in page.words] == [(0, 2), (2, 6), (6, 8)]


def test_captions_pages_take_the_times_of_words():
    words = [Word(Fraction(1), Fraction(2), "ab"), Word(Fraction(5), Fraction(6), "cd")]
    (page,) = pages(cue("ab cd", words=words))
    assert [(word.begins, word.ends) for word in page.words] == [(1, 2), (5, 6)]


def test_captions_pages_take_times_of_words_that_are_cut_otherwise():
    words = [Word(Fraction(n), Fraction(n + 1), c, glued=n > 0) for n, c in enumerate("今日は良い天気")]
    (page,) = pages(cue("今日は良い天気", words=words))
    assert shown(page) == ["今日は", "良い", "天気"]
    assert [(word.begins, word.ends) for word in page.words] == [(0, 3), (3, 5), (5, 7)]


def test_captions_pages_keep_words_in_their_cue():
    words = [Word(Fraction(0), Fraction(30), "ab"), Word(Fraction(30), Fraction(40), "cd")]
    (page,) = pages(cue("ab cd", 2, 10, words))
    assert [(word.begins, word.ends) for word in page.words] == [(2, 10), (10, 10)]


def test_captions_pages_hold_no_more_words_than_allowed():
    found = pages(cue("a b c d e f g"), paging=Paging(3, 9, keeps_lines=False, language=""))
    assert [page.text for page in found] == ["a b", "c d e", "f g"]
    assert [found[0].begins, found[-1].ends] == [0, 10]
    assert all(a.ends == b.begins for a, b in itertools.pairwise(found))


def test_captions_pages_hold_no_more_lines_than_allowed():
    text = " ".join(["word"] * 30)
    found = pages(cue(text))
    assert all(count_lines(page.text, page.words) <= 2 for page in found)
    assert " ".join(page.text for page in found) == text
    lengths = [len(page.words) for page in found]
    assert max(lengths) - min(lengths) <= 2


def test_captions_pages_end_behind_punctuation_where_it_is_near():
    found = pages(cue("one two, three four"), paging=Paging(3, 9, keeps_lines=False, language=""))
    assert [page.text for page in found] == ["one two,", "three four"]


def test_captions_pages_keep_lines_where_the_style_does():
    keeping = Paging(None, 2, keeps_lines=True, language="")
    (page,) = pages(cue("- Yes.\n- No."), paging=keeping)
    assert page.text == "- Yes.\n- No."
    assert shown(page) == ["-", "Yes.", "-", "No."]
    assert pages(cue("- Yes.\n- No."))[0].text == "- Yes. - No."


def test_captions_pages_know_the_markup_of_words():
    (page,) = pages(cue("<i>all\nof</i> <b>it <i>x</i></b> y"))
    assert page.text == "all of it x y"
    assert [set(word.styles) for word in page.words] == [{"i"}, {"i"}, {"b"}, {"b", "i"}, set()]


def test_captions_pages_keep_words_in_order():
    words = [Word(Fraction(at), Fraction(at + 1), text) for at, text in ((3, "a"), (1, "b"), (5, "c"))]
    (page,) = pages(cue("a b c", words=words))
    assert [(word.begins, word.ends) for word in page.words] == [(3, 4), (3, 3), (5, 6)]


def test_captions_pages_never_overlap_at_one_place():
    found = pages(cue("one", 0, 5), cue("up", 1, 9, place="top"), cue("two", 3, 8))
    assert [(page.text, page.begins, page.ends) for page in found] == [
        ("one", 0, 3),
        ("up", 1, 9),
        ("two", 3, 8),
    ]


def clip(**fields):
    return CaptionsClip.model_validate({"type": "captions", **fields})


def test_captions_pages_read_files(tmp_path):
    path = tmp_path / "a.srt"
    path.write_text("1\n00:00:01,000 --> 00:00:02,500\nHello there\n", "utf-8")
    item = MediaItem(path, hashlib.sha256(path.read_bytes()).hexdigest(), "subtitles")
    found = cues_of(clip(src="a.srt", offset=-0.5), {"a.srt": item})
    assert [(one.start, one.end, one.text) for one in found] == [(Fraction(1, 2), 2, "Hello there")]


def test_captions_pages_sort_cues_and_drop_what_is_over():
    cues = [{"startTime": 5, "endTime": 6, "text": "b"}, {"startTime": 1, "endTime": 2, "text": "a"}]
    assert [one.text for one in cues_of(clip(cues=cues), {})] == ["a", "b"]
    assert [one.text for one in cues_of(clip(cues=cues, offset=-2), {})] == ["b"]


def test_captions_pages_show_cues_that_begin_together_below_each_other():
    cues = [{"startTime": 1, "endTime": end, "text": text} for text, end in (("a", 3), ("b", 2))]
    (found,) = cues_of(clip(cues=cues), {})
    assert (found.start, found.end, found.text) == (1, 3, "a\nb")


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({}, "one of cues and src"),
        ({"cues": [], "src": "a.srt"}, "one of cues and src"),
        ({"cues": [{"startTime": 2, "endTime": 1, "text": "a"}]}, "ends after it starts"),
        ({"cues": [{"startTime": -1, "endTime": 1, "text": "a"}]}, "greater than or equal to 0"),
    ],
)
def test_captions_pages_refuse_cues(fields, message):
    with pytest.raises(ValidationError, match=message):
        clip(**fields)
