from urllib.parse import parse_qsl, urlsplit

import pytest

from cutroom.base.errors import Forbidden
from cutroom.library import links
from cutroom.library.links import Links

PATH = "/api/assets/018f0000-0000-7000-8000-000000000001/content"


def query_of(url: str) -> dict[str, str]:
    return dict(parse_qsl(urlsplit(url).query))


@pytest.fixture
def clock(monkeypatch):
    moment = [1_800_000_000.0]
    monkeypatch.setattr(links.time, "time", lambda: moment[0])
    return moment


def test_a_signed_link_opens_its_own_path_only():
    url = Links("secret").sign(PATH)
    assert urlsplit(url).path == PATH
    assert Links("secret").check(PATH, query_of(url)) is True
    for path, secret in ((PATH + "x", "secret"), (PATH, "another")):
        with pytest.raises(Forbidden) as error:
            Links(secret).check(path, query_of(url))
        assert error.value.code_word == "link_invalid"


def test_a_link_expires(clock):
    signer = Links("secret")
    query = query_of(signer.sign(PATH, seconds=60))
    clock[0] += 59
    assert signer.check(PATH, query)
    clock[0] += 3601
    with pytest.raises(Forbidden) as error:
        signer.check(PATH, query)
    assert error.value.code_word == "link_expired"


def test_a_later_expiry_cannot_be_written_into_a_link():
    query = query_of(Links("secret").sign(PATH))
    query["expires"] = str(int(query["expires"]) + 3600)
    with pytest.raises(Forbidden):
        Links("secret").check(PATH, query)


def test_links_of_one_hour_are_equal_so_that_caches_know_them(clock):
    clock[0] = clock[0] // 3600 * 3600 + 1
    first = Links("secret").sign(PATH)
    clock[0] += 3000
    assert Links("secret").sign(PATH) == first
    clock[0] += 3000
    assert Links("secret").sign(PATH) != first


@pytest.mark.parametrize(
    "query",
    [
        {"signature": "x"},
        {"expires": "1"},
        {"signature": "", "expires": ""},
        {"signature": "ü", "expires": "never"},
        {"signature": "\ud800", "expires": "\ud800"},
    ],
)
def test_odd_queries_are_refused(query):
    with pytest.raises(Forbidden):
        Links("secret").check(PATH, query)


def test_no_signature_is_no_error():
    assert Links("secret").check(PATH, {"download": "1"}) is False
