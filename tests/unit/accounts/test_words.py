"""E-mail addresses, passwords, keys, short memories and networks."""

import time
from types import SimpleNamespace

import pytest
from argon2 import PasswordHasher

from cutroom.accounts import memory as memories
from cutroom.accounts import passwords
from cutroom.accounts.keys import is_key, random_key
from cutroom.accounts.memory import ShortMemory
from cutroom.accounts.passwords import Passwords, check_strength
from cutroom.accounts.throttle import _subjects
from cutroom.accounts.users import clean_email
from cutroom.base.errors import Refused


@pytest.mark.parametrize("text", ["a@b.example", " a@b ", "owner@localhost", "ä@ö.example", "a+b@c.example"])
def test_addresses(text: str) -> None:
    assert clean_email(text) == text.strip()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a",
        "@",
        "a@",
        "@b",
        "a@b@c",
        "a b@c",
        "a@b c",
        "a\n@b",
        "a\x00@b",
        "a@" + "b" * 260,
        "x" * 65 + "@b",
    ],
)
def test_no_addresses(text: str) -> None:
    with pytest.raises(Refused) as refused:
        clean_email(text)
    assert refused.value.code_word == "invalid_email"


@pytest.mark.parametrize("password", ["", "seven77", "x" * 1025, "é" * 513])
def test_refused_passwords_are_not_repeated(password: str) -> None:
    with pytest.raises(Refused) as refused:
        check_strength(password)
    assert not password or password not in refused.value.message


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> Passwords:
    """Return passwords whose hashes cost little."""
    monkeypatch.setattr(passwords, "_HASHER", PasswordHasher(time_cost=2, memory_cost=4096, parallelism=4))
    return Passwords()


async def test_a_hash_is_as_dear_as_the_standard_asks() -> None:
    hashed = await Passwords().hash("caf\u00e9 au lait")
    assert hashed.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert await Passwords().verify("cafe\u0301 au lait", hashed)


async def test_passwords(quick: Passwords) -> None:
    hashed = await quick.hash("caf\u00e9 au lait")
    assert await quick.verify("cafe\u0301 au lait", hashed)
    assert not await quick.verify("cafe au lait", hashed)
    assert not await quick.verify("x" * 2000, hashed)
    assert not await quick.verify("anything", None)
    assert not await quick.verify("anything", "no hash")
    assert not quick.is_outdated(hashed)
    assert quick.is_outdated("$argon2id$v=19$m=8,t=1,p=1$c29tZXNhbHQ$ZQ")


async def test_an_unknown_account_takes_as_long(quick: Passwords) -> None:
    hashed = await quick.hash("right password")

    async def best(password_hash: str | None) -> float:
        times = []
        for _ in range(5):
            started = time.process_time()
            await quick.verify("wrong password", password_hash)
            times.append(time.process_time() - started)
        return min(times)

    known, unknown = await best(hashed), await best(None)
    assert 0.4 < known / unknown < 2.5


def test_keys() -> None:
    key = random_key()
    assert is_key(key)
    assert len(key) == 47
    assert not is_key(key + "x")
    assert not is_key("cut_" + "é" * 43)


def test_a_short_memory_does_not_bring_back_what_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 100.0
    monkeypatch.setattr(memories, "time", SimpleNamespace(monotonic=lambda: now))
    memory = ShortMemory[str, int](seconds=1)
    memory.keep("a", 1)
    assert memory.find("a") == 1
    memory.forget("a")
    memory.keep("a", 1)  # a reader that had asked before the logout
    assert memory.find("a") is None
    now += 1.1
    memory.keep("a", 1)
    assert memory.find("a") == 1
    now += 1.1
    assert memory.find("a") is None


def test_one_household_is_one_subject() -> None:
    assert _subjects(None, "2001:db8::1") == _subjects(None, "2001:db8::2")
    assert _subjects(None, "2001:db8:0:1::1") != _subjects(None, "2001:db8::1")
    assert _subjects(None, "::ffff:10.0.0.1") == _subjects(None, "10.0.0.1")
    assert _subjects("A@b", None) == _subjects("a@b", None)
    assert "10.0.0.1" not in str(_subjects("a@b", "10.0.0.1"))
