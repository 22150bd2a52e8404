from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest

from cutroom.base.errors import Unavailable
from cutroom.network import network_errors, read_retry_after

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (None, None),
        ("5", 5),
        (" 1.5 ", 1.5),
        ("-3", 0),
        ("999999", 3600),
        ("soon", None),
        ("nan", None),
        ("", None),
        (format_datetime(NOW + timedelta(seconds=20), usegmt=True), 20),
        (format_datetime(NOW - timedelta(seconds=20), usegmt=True), 0),
    ],
)
def test_retry_after(value, seconds):
    assert read_retry_after(value, NOW) == seconds


def test_failures_keep_no_trace_of_the_request():
    request = httpx.Request("POST", "http://a.test", headers={"xi-api-key": "secret"})
    with pytest.raises(Unavailable) as caught, network_errors("A"):
        raise httpx.ReadTimeout("secret", request=request)
    assert caught.value.code_word == "timeout"
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
    assert "secret" not in str(caught.value) + str(caught.value.details)
