from datetime import UTC, datetime

import pytest

from cutroom.api.ranges import Unsatisfiable, holds_if_range, http_date, is_unchanged, parse_range

MOMENT = datetime(2026, 11, 21, 10, 30, 0, 123456, UTC)
TAG = '"abc"'


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("bytes=0-0", (0, 1)),
        ("bytes=0-", (0, 100)),
        ("bytes=10-19", (10, 20)),
        ("bytes=90-1000", (90, 100)),
        ("bytes=-10", (90, 100)),
        ("bytes=-1000", (0, 100)),
        ("Bytes = 1 - 2 ", (1, 3)),
        ("bytes=99-99", (99, 100)),
        ("bytes=9-8", None),
        ("bytes=-", None),
        ("bytes=0-1,5-6", None),
        ("bytes=0x1-2", None),
        ("bytes=٣-٤", None),
        ("lines=0-1", None),
        ("", None),
        ("bytes=" + "9" * 5000 + "-", None),
    ],
)
def test_ranges_are_read_as_the_standard_says(header, expected):
    assert parse_range(header, 100) == expected


@pytest.mark.parametrize(
    ("header", "size"),
    [("bytes=100-", 100), ("bytes=100-200", 100), ("bytes=-0", 100), ("bytes=0-", 0), ("bytes=-5", 0)],
)
def test_ranges_outside_the_file_cannot_be_satisfied(header, size):
    with pytest.raises(Unsatisfiable):
        parse_range(header, size)


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, False),
        ({"if-none-match": TAG}, True),
        ({"if-none-match": 'W/"abc"'}, True),
        ({"if-none-match": '"x", "abc"'}, True),
        ({"if-none-match": "*"}, True),
        ({"if-none-match": '"x"', "if-modified-since": http_date(MOMENT)}, False),
        ({"if-modified-since": http_date(MOMENT)}, True),
        ({"if-modified-since": "Sat, 21 Nov 2026 10:29:59 GMT"}, False),
        ({"if-modified-since": "yesterday"}, False),
        ({"if-modified-since": "Sat, 99 Nov 2026 10:29:59 GMT"}, False),
    ],
)
def test_conditions(headers, expected):
    assert is_unchanged(headers, TAG, MOMENT) is expected


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (None, True),
        (TAG, True),
        ('W/"abc"', False),
        ('"x"', False),
        (http_date(MOMENT), True),
        ("Sat, 21 Nov 2026 10:30:01 GMT", False),
        ("rubbish", False),
    ],
)
def test_a_range_of_another_version_becomes_the_whole_file(condition, expected):
    headers = {} if condition is None else {"if-range": condition}
    assert holds_if_range(headers, TAG, MOMENT) is expected
