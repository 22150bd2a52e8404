import ipaddress
import socket

import pytest

from cutroom.base.errors import Refused, Unavailable
from cutroom.network.addresses import AllowList, is_public, resolve
from cutroom.network.fetch import parse_url


@pytest.mark.parametrize(
    "text",
    [
        "127.0.0.1",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "198.18.0.1",
        "::1",
        "::",
        "fe80::1",
        "fc00::1",
        "fec0::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::ffff:10.0.0.1",
        "2002:7f00:0001::",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "2001:db8::1",
    ],
)
def test_private_addresses_are_not_public(text):
    assert not is_public(ipaddress.ip_address(text))


@pytest.mark.parametrize("text", ["8.8.8.8", "1.1.1.1", "2606:4700::1111", "64:ff9b::808:808"])
def test_public_addresses_are_public(text):
    assert is_public(ipaddress.ip_address(text))


@pytest.mark.parametrize(
    ("entry", "host", "port", "address", "is_allowed"),
    [
        ("localhost", "localhost", 80, "127.0.0.1", True),
        ("localhost:8080", "LOCALHOST.", 8080, "127.0.0.1", True),
        ("localhost:8080", "localhost", 8081, "127.0.0.1", False),
        ("127.0.0.1:9", "elsewhere.test", 9, "127.0.0.1", True),
        ("127.0.0.1:9", "elsewhere.test", 10, "127.0.0.1", False),
        ("10.0.0.0/8", "x.test", 443, "10.9.9.9", True),
        ("10.0.0.0/8", "x.test", 443, "11.9.9.9", False),
        ("[::1]:8080", "x.test", 8080, "::1", True),
        ("::1", "x.test", 1, "::1", True),
    ],
)
def test_allow_list(entry, host, port, address, is_allowed):
    assert AllowList([entry]).permits(host, port, ipaddress.ip_address(address)) is is_allowed


@pytest.mark.parametrize("entry", ["", "10.0.0.0/99", "a/b"])
def test_senseless_entries_are_refused(entry):
    with pytest.raises(Refused) as caught:
        AllowList([entry])
    assert caught.value.code_word == "bad_allow_list"


def answer(*addresses):
    def look_up(_host, port, **_options):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in addresses]

    return look_up


def test_one_private_address_among_public_ones_refuses_the_name(monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", answer("8.8.8.8", "127.0.0.1"))
    with pytest.raises(Refused) as caught:
        resolve("rebind.test", 80, AllowList())
    assert caught.value.code_word == "private_address"


def test_public_names_resolve_in_order(monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", answer("8.8.8.8", "1.1.1.1", "8.8.8.8"))
    assert [str(a) for a in resolve("fine.test", 80, AllowList())] == ["8.8.8.8", "1.1.1.1"]


@pytest.mark.parametrize(("number", "kind"), [(socket.EAI_NONAME, Refused), (socket.EAI_AGAIN, Unavailable)])
def test_failures_of_the_resolver(monkeypatch, number, kind):
    def fail(*_arguments, **_options):
        raise socket.gaierror(number, "no")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    with pytest.raises(kind):
        resolve("nowhere.test", 80, AllowList())


@pytest.mark.parametrize(
    "url",
    [
        "ftp://a.test/x",
        "file:///etc/passwd",
        "gopher://a.test",
        "//a.test/x",
        "a.test/x",
        "",
        "http://",
        "http:///x",
        "https://user:secret@a.test/x",
        "http://a.test:99999/",
        "http://[::1/",
        "http://a.test/" + "x" * 3000,
    ],
)
def test_bad_addresses_are_refused_without_repeating_secrets(url):
    with pytest.raises(Refused) as caught:
        parse_url(url)
    assert caught.value.code_word == "bad_url"
    assert "secret" not in caught.value.message


def test_fragments_are_dropped():
    assert str(parse_url("https://a.test/x?y=1#z")) == "https://a.test/x?y=1"
