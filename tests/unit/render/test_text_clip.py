"""Text clips: fitting, styles, and parts that move."""

from fractions import Fraction

import pytest
from pydantic import ValidationError

from cutroom.base.errors import Refused
from cutroom.render.fonts import FontBook
from cutroom.render.layer import LAYERS, Stage
from cutroom.render.pixels.sprite import Matrix
from cutroom.render.text.marks import read_marks
from cutroom.render.text.text_clip import families_of

BOOK = FontBook()
LAYER = LAYERS.load("text")


def prepared(length=4, **fields):
    clip = LAYER.model.model_validate({"type": "text", "text": "Words that move", **fields})
    stage = Stage(600, 400, Fraction(30), Fraction(0), Fraction(length), {}, BOOK, Fraction(length))
    return LAYER.prepare(clip, stage)


def seen(drawing, time=0, width=None, height=None):
    time = Fraction(str(time))
    return drawing.sprites(time, *drawing.measure(time, width, height))


def sizes(drawing):
    found = drawing._laid(Fraction(0), 300.0, 100.0)
    return found.layout.style.size


def test_text_clip_is_one_picture():
    sprites = seen(prepared())
    assert len(sprites) == 1
    assert sprites[0].matrix == Matrix(e=sprites[0].matrix.e, f=sprites[0].matrix.f)
    assert sprites[0].matrix.e % 1 == 0


def test_text_clip_without_words_is_nothing():
    assert prepared(text="  \n ") is None


def test_text_clip_is_as_large_as_its_words():
    small, large = (prepared(size=size).measure(Fraction(0), None, None) for size in (20, 40))
    assert small[0] < large[0] <= 540
    assert small[1] == 24
    assert prepared(size=40).measure(Fraction(0), 333.0, 222.0) == (333.0, 222.0)


def test_text_clip_makes_room_for_its_plate():
    plain = prepared(size=20).measure(Fraction(0), None, None)
    boxed = prepared(size=20, background={"paddingX": 10, "paddingY": 5}).measure(Fraction(0), None, None)
    assert boxed == (plain[0] + 20, plain[1] + 10)


def test_text_clip_shrinks_into_its_box():
    text = "a sentence that is much too long for its small box"
    assert sizes(prepared(text=text, size=80)) == 80
    size = sizes(prepared(text=text, size=80, fit="shrink"))
    found = prepared(text=text, size=size)._laid(Fraction(0), 300.0, 100.0)
    assert 12 < size < 80
    assert found.layout.height <= 100
    over = prepared(text=text, size=size + 1)._laid(Fraction(0), 300.0, 100.0)
    assert over.layout.height > 100
    assert sizes(prepared(text="ab", size=40, fit="shrink")) == 40


def test_text_clip_shrinks_rather_than_break_words():
    assert sizes(prepared(text="Donaudampfschifffahrt", size=80, fit="shrink")) < 30


def test_text_clip_refuses_a_least_size_above_its_size():
    with pytest.raises(ValidationError, match="minSize 100 is more than the size 80"):
        prepared(size=80, minSize=100, fit="shrink")


@pytest.mark.parametrize(
    ("fields", "code"),
    [({"font": "Nope"}, "unknown_font"), ({"animation": {"type": "nope"}}, "unknown_motion")],
)
def test_text_clip_names_what_nobody_knows(fields, code):
    with pytest.raises(Refused) as caught:
        prepared(**fields)
    assert caught.value.code_word == code


@pytest.mark.parametrize("by", ["character", "word", "line"])
def test_text_clip_comes_in_by_its_parts(by):
    drawing = prepared(animation={"type": "fade", "by": by, "stagger": 0.1, "length": 0.2})
    counts = [len(seen(drawing, time / 20)) for time in range(40)]
    parts = {"character": 13, "word": 3, "line": 1}[by]
    assert counts[0] == 0
    assert max(counts) == parts
    assert counts[-1] == 1
    last = counts.index(max(counts))
    assert counts[:last] == sorted(counts[:last])


@pytest.mark.parametrize("order", ["forward", "backward", "middle"])
def test_text_clip_orders_its_parts(order):
    drawing = prepared(text="a b c", animation={"type": "typewriter", "stagger": 1, "order": order})
    lefts = [[round(sprite.matrix.e) for sprite in seen(drawing, time)] for time in (0.5, 1.5)]
    places = sorted(
        round(sprite.matrix.e) for sprite in seen(prepared(text="a b c", animation={"stagger": 0}), 0.1)
    )
    first = {"forward": [places[0]], "backward": [places[2]], "middle": [places[1]]}[order]
    assert lefts[0] == first
    assert len(lefts[1]) == (1 if order == "middle" else 2)


def test_text_clip_stands_where_its_parts_end():
    """The last moving frame and the first still one show the same, in as many pictures as there are words."""
    drawing = prepared(animation={"type": "slide", "stagger": 0.1, "length": 0.2}, text="one two")
    whole = seen(drawing, 1)[0]
    parts = seen(drawing, 0.29)
    assert parts[0].opacity == 1
    assert parts[0].matrix.e >= whole.matrix.e
    assert {sprite.matrix.e % 1 for sprite in parts} == {0}


def test_text_clip_goes_out_by_its_parts():
    drawing = prepared(length=2, animationOut={"type": "typewriter", "stagger": 0.5})
    assert [len(seen(drawing, time)) for time in (0.5, 1.2, 1.7, 1.99)] == [1, 2, 1, 1]


def test_text_clip_marks_emphasis():
    accent, plain = (seen(prepared(text=text, emphasis={"color": "#ff0000"}))[0] for text in ("a *b*", "a b"))
    pixels = accent.source.draw().pixels
    assert accent.source.width == plain.source.width
    assert (pixels[..., 2] > pixels[..., 0]).any()
    assert seen(prepared(text="a *b*"))[0].source.width > plain.source.width


@pytest.mark.parametrize(
    ("text", "plain", "spans"),
    [
        ("a *b* c", "a b c", ((2, 3),)),
        ("*a*b*c*", "abc", ((0, 1), (2, 3))),
        ("a * b", "a * b", ()),
        (r"a \*b\* \\", r"a *b* \ "[:-1], ()),
        ("**", "", ()),
        ("x*y*z*", "xyz*", ((1, 2),)),
    ],
)
def test_text_clip_reads_marks(text, plain, spans):
    assert read_marks(text) == (plain, spans)


def test_text_clip_reads_lists_of_families():
    assert families_of('Anton, "Noto Sans JP" ,Inter') == ("Anton", "Noto Sans JP", "Inter")
    assert families_of(" ,") == ("Inter",)


def test_text_clip_is_drawn_finer_where_it_is_shown_larger():
    plain, large = seen(prepared())[0], seen(prepared(scale=2))[0]
    assert large.matrix.a == 0.5
    assert large.source.width == pytest.approx(2 * plain.source.width, abs=12)  # the margins stay


def test_text_clip_keeps_what_it_drew():
    drawing = prepared()
    first, second = (seen(drawing, time)[0] for time in (0.1, 1.7))
    assert first.source is second.source
