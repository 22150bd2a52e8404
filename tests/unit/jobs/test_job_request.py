"""What every kind's request understands besides its own fields."""

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from cutroom.jobs.kind import Request


@pytest.mark.parametrize(
    "start_at",
    [
        "9999-12-31T23:59:59-14:00",  # the year 10,000 in UTC, which Python cannot read back
        "0001-01-01T00:00:00+14:00",  # before the year 1 in UTC
        "1969-12-31T23:59:59Z",
        "2030-01-01T00:00:00",  # without a zone
        "2030-01-01",
        "1900000000",
        1900000000,
        1.5,
        True,
        "soon",
        "",
    ],
)
def test_a_start_that_is_no_moment_is_refused(start_at):
    with pytest.raises(ValidationError):
        Request(startAt=start_at)


@pytest.mark.parametrize(
    "start_at", ["2030-01-01T00:00:00Z", "2030-01-01T02:00:00.000+02:00", datetime(2030, 1, 1, tzinfo=UTC)]
)
def test_a_start_is_a_moment_with_a_zone(start_at):
    assert Request(startAt=start_at).start_at == datetime(2030, 1, 1, tzinfo=UTC)


def test_no_start_is_now():
    assert Request().start_at is None
    assert Request(startAt=None).start_at is None
