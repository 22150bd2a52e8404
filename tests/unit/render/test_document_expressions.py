"""What stands between `{{` and `}}`: values, refusals in words, and bounds that nothing passes."""

from __future__ import annotations

import time

import pytest

from cutroom.render.document.expression_values import ExpressionError, Scope
from cutroom.render.document.placeholders import read_pattern
from filled_patterns import NAMES, fill


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("{{n}}", 3),
        ("{{ items }}", NAMES["items"]),
        ("plain", "plain"),
        ("Hi {{name}}!", "Hi Ann!"),
        ("{{n}}{{name}}", "3Ann"),
        (" {{n}}", " 3"),
        ("{{none}} and {{yes}}", " and true"),
        ("{{n * 2 + 1}}", 7),
        ("{{1 + 2 * 3 - 4 / 2}}", 5),
        ("{{(1 + 2) * 3}}", 9),
        ("{{-n - -1}}", -2),
        ("{{7 % 4}}", 3),
        ("{{10 / 4}}", 2.5),
        ("{{0.1 + 0.2}} m", "0.3 m"),
        ("{{1 / 3}}!", "0.3333333333!"),
        ("{{n > 2 and name == 'Ann'}}", True),
        ("{{n > 2 && !(name == 'Bob')}}", True),
        ("{{not yes or n != 3}}", False),
        ("{{none or 'else'}}", "else"),
        ("{{'a' < 'b'}}", True),
        ("{{yes == 1}}", False),
        ("{{'nn' in name}}", True),
        ("{{3 in range(3)}}", False),
        ("{{'title' in items[0]}}", True),
        ("{{items[1].title}}", "y"),
        ("{{items[-1]['price']}}", 2),
        ("{{n > 5 ? 'many' : n > 2 ? 'some' : 'few'}}", "some"),
        ("{{name | upper | lower}}", "ann"),
        ("{{items | pluck('title') | join(' & ')}}", "x & y"),
        ("{{sum(pluck(items, 'price')) | format(2)}}", "3.50"),
        ("{{len(items) + len(name)}}", 5),
        ("{{default(none, 'd') + default('', 'e')}}", "de"),
        ("{{round(2.5)}},{{round(3.5)}},{{round(-2.5)}},{{round(1.005, 2)}}", "3,4,-3,1.01"),
        ("{{floor(-0.5)}}{{ceil(0.5)}}{{abs(-2)}}", "-112"),
        ("{{min(3, 1, 2)}}{{max(range(5))}}", "14"),
        ("{{format(1234567.891, 2, '.', ',')}}", "1.234.567,89"),
        ("{{date('2026-11-21', '%A, %-d. %B %Y')}}", "Saturday, 21. November 2026"),
        ("{{date('2026-02-03T08:05:00', '%d.%m.%y %H:%M')}}", "03.02.%y 08:05"),
        ("{{replace(trim('  a-b '), '-', '+')}}", "a+b"),
        ("{{split('a,b,c', ',') | slice(1) | join('')}}", "bc"),
        ("{{first(name)}}{{last(items).title}}{{first(empty)}}", "Ay"),
        ("{{number('2.50') + 1}}", 3.5),
        ("{{text(n) + '!'}}", "3!"),
        ("{{title('two words')}}", "Two Words"),
        ("{{ '{{' }} and {{ '}}' }}", "{{ and }}"),
        (r"{{'it\'s\n'}}", "it's\n"),
        ("{{range(2, 5)}}", [2, 3, 4]),
    ],
)
def test_document_expression_gives(written, expected):
    value = fill(written)
    assert value == expected
    assert type(value) is type(expected)


@pytest.mark.parametrize(
    ("written", "message", "hint"),
    [
        ("{{nam}}", "uses 'nam', which is no input", "name"),
        ("{{n", 'has "{{" that no "}}" closes', "Close it"),
        ("{{}}", "cannot be read: it ends", "a value"),
        ("{{n name}}", "there is 'name' at character 3", "the end"),
        ("{{n +}}", "it ends at character 4", "a value"),
        ("{{uper(name)}}", "calls 'uper', which is no function", "upper"),
        ("{{upper(n)}}", "needs a text for upper, not a number", "text("),
        ("{{upper()}}", "gives upper 0 values; it takes 1", ""),
        ("{{items}}!", "puts a list into a text", "join"),
        ("{{items[0]}}!", "puts an object into a text", ""),
        ("{{n / 0}}", "divides by 0", ""),
        ("{{n + name}}", "reckons a number + a text", "text("),
        ("{{name - name}}", "reckons a text - a text", ""),
        ("{{n < name}}", "compares a number with a text", ""),
        ("{{items[2]}}", "looks for item 2 of a list of 2", ""),
        ("{{items[0].titel}}", "looks for 'titel' where there is none", "title"),
        ("{{name.upper}}", "needs a list", ""),
        ("{{name.__class__}}", "needs a list", ""),
        ("{{__import__('os')}}", "no function", ""),
        ("{{lambda: 1}}", "cannot be read", ""),
        ("{{number('x')}}", "finds no number in 'x'", ""),
        ("{{date('yesterday')}}", "finds no date", "2026"),
        ("{{round(n, 99)}}", "needs 0 to 10 digits", ""),
        ("{{n ? 1}}", "cannot be read", "':'"),
        ("{{'open}}", "closes", ""),
    ],
)
def test_document_expression_refuses_in_words(written, message, hint):
    with pytest.raises(ExpressionError) as caught:
        fill(written)
    assert message in caught.value.message
    assert hint in (caught.value.hint or "")


@pytest.mark.parametrize(
    "written",
    [
        "{{" + "(" * 40 + "n" + ")" * 40 + "}}",
        "{{" + "+".join("n" * 400) + "}}",
        "{{range(100000)}}",
        "{{replace(big, 'a', big)}}",
        "{{join(range(10000), big)}}",
        "{{big + big}}",
        "{{1000000 * 1000000 * 1000000}}",
        "{{" + " * ".join(["999999"] * 60) + "}}",
    ],
)
def test_document_expression_stays_within_bounds(written):
    began = time.process_time()
    with pytest.raises(ExpressionError):
        fill(written, big="a" * 99_999)
    assert time.process_time() - began < 0.5


def test_document_expression_work_is_bounded_over_the_whole_document():
    scope = Scope({"items": list(range(1000))}, [50_000])
    pattern = read_pattern("{{join(items)}}")
    for _ in range(5):
        pattern.fill(scope)
    scope.work[0] = 900
    with pytest.raises(ExpressionError, match="too much work"):
        pattern.fill(scope)


def test_document_expression_chains_as_long_as_they_may_be_are_reckoned():
    assert fill("{{" + "+".join("n" * 249) + "}}") == 747
    assert fill("{{" + "-" * 480 + "n}}") == 3
    assert fill("{{n" + "|text" * 95 + "}}") == "3"
    assert fill("{{" + "not " * 120 + "yes}}") is True
