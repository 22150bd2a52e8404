from datetime import timedelta

import pytest

from cutroom.base.clock import now, to_iso
from cutroom.web import formatting


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, ""),
        (0, "0:00"),
        (7.99, "0:07"),
        (65, "1:05"),
        (3600, "1:00:00"),
        (3723.4, "1:02:03"),
        (-1, "0:00"),
    ],
)
def test_clock_counts_whole_seconds_down(seconds, text):
    assert formatting.clock(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, ""),
        (0, "a moment"),
        (1.0, "a moment"),
        (1.2, "2 seconds"),
        (119, "119 seconds"),
        (120, "2 minutes"),
        (3600, "1 hour"),
        (7500, "2 hours 5 minutes"),
        (3661, "1 hour 1 minute"),
    ],
)
def test_duration_reads_as_people_say_it(seconds, text):
    assert formatting.duration(seconds) == text


def test_decibels_have_a_true_minus_and_silence_none():
    assert formatting.decibels(-61.234, "dBFS") == "\N{MINUS SIGN}61.2\N{NO-BREAK SPACE}dBFS"
    assert formatting.decibels(None) == "silent"
    assert formatting.decibels(float("-inf")) == "silent"


@pytest.mark.parametrize(
    ("past", "text"),
    [
        (timedelta(seconds=5), "just now"),
        (timedelta(minutes=1, seconds=5), "1 minute ago"),
        (timedelta(hours=5), "5 hours ago"),
    ],
)
def test_ago_reads_times_of_the_api_and_of_rows(past, text):
    moment = now() - past
    assert formatting.ago(moment) == text
    assert formatting.ago(to_iso(moment)) == text


def test_older_times_are_dates():
    assert formatting.ago("2020-02-03T10:30:00.000Z") == "3 February 2020"
    assert formatting.when("2020-02-03T10:30:00.000Z") == "3 February 2020, 10:30 UTC"
