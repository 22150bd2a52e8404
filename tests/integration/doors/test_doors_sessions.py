"""Register, sign in, sign out; tokens, cookies, links and throttling."""

import asyncio
from datetime import timedelta
from http.cookies import SimpleCookie
from uuid import UUID

import jwt
import pytest

from cutroom.accounts import Accounts, platform_secret, sweep, users
from cutroom.accounts.secret import derive_key
from cutroom.base.clock import now
from cutroom.base.errors import Refused
from cutroom.base.ids import new_id
from cutroom.base.settings import Settings

PASSWORD = "correct horse battery"
ANNA = {"email": "anna@example.com", "password": PASSWORD}


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


def cookie_of(answer):
    return SimpleCookie(answer.headers["set-cookie"])["authToken"]


async def test_register_me_logout(client, make_client) -> None:
    answer = await client.post("/api/auth/register", json=ANNA)
    assert answer.status_code == 201
    content = answer.json()["data"]
    assert content["user"]["email"] == "anna@example.com"
    assert content["user"]["isOperator"] is False
    assert UUID(content["user"]["userId"]).version == 7
    assert content["user"]["createdAt"].endswith("Z")
    assert len(content["user"]["createdAt"]) == 24

    me = await client.get("/api/auth/me")
    assert me.json()["data"]["user"] == content["user"]
    program = await make_client(client._transport.app)
    assert (await program.get("/api/auth/me")).status_code == 401
    assert (await program.get("/api/auth/me", headers=bearer(content["token"]))).status_code == 200

    assert (await client.post("/api/auth/logout")).json() == {"success": True, "data": {}}
    assert "authToken" not in client.cookies
    ended = await program.get("/api/auth/me", headers=bearer(content["token"]))
    assert ended.status_code == 401
    assert ended.json()["message"] == "Authentication required"
    assert (await program.post("/api/auth/logout")).status_code == 401


async def test_logout_is_seen_by_other_processes_within_two_seconds(make_client, register) -> None:
    one, two = await make_client(), await make_client()
    token = await register(one)
    assert (await two.get("/api/auth/me", headers=bearer(token))).status_code == 200
    await one.post("/api/auth/logout")
    await asyncio.sleep(1.6)
    assert (await two.get("/api/auth/me", headers=bearer(token))).status_code == 401


async def test_login(client) -> None:
    await client.post("/api/auth/register", json=ANNA)
    client.cookies.clear()
    answer = await client.post("/api/auth/login", json={**ANNA, "email": " ANNA@Example.com"})
    assert answer.status_code == 200
    assert answer.json()["data"]["user"]["email"] == "anna@example.com"
    cookie = cookie_of(answer)
    assert cookie["httponly"]
    assert cookie["samesite"] == "lax"
    assert not cookie["secure"]
    assert cookie["path"] == "/"
    assert int(cookie["max-age"]) == 30 * 24 * 3600


@pytest.mark.parametrize(
    ("options", "samesite"),
    [({"allowed_origins": "https://app.example"}, "none"), ({"public_url": "https://cut.example"}, "lax")],
)
async def test_the_cookie_is_secure_for_other_front_ends_and_https(make_client, options, samesite) -> None:
    client = await make_client(**options)
    cookie = cookie_of(await client.post("/api/auth/register", json=ANNA))
    assert cookie["secure"]
    assert cookie["samesite"] == samesite


async def test_wrong_password_unknown_address_and_no_password_look_alike(client, database) -> None:
    await client.post("/api/auth/register", json=ANNA)
    async with database.transaction() as connection:
        await users.ensure_operator(connection)
    client.cookies.clear()
    answers = [
        await client.post("/api/auth/login", json={"email": email, "password": "not this one"})
        for email in ("anna@example.com", "nobody@example.com", users.OWNER_EMAIL)
    ]
    assert {answer.status_code for answer in answers} == {401}
    assert len({answer.text for answer in answers}) == 1
    assert answers[0].json()["code"] == "wrong_credentials"
    assert all("set-cookie" not in answer.headers for answer in answers)


async def test_taken_closed_weak_and_wrong_registrations(client, make_client) -> None:
    await client.post("/api/auth/register", json=ANNA)
    cases = [
        (client, {**ANNA, "email": "Anna@EXAMPLE.com"}, 409, "email_taken"),
        (client, {**ANNA, "email": "anna"}, 400, "invalid_email"),
        (client, {"email": "b@example.com", "password": "short"}, 400, "invalid_password"),
        (client, {"email": "b@example.com"}, 400, "missing_field"),
        (client, {**ANNA, "isOperator": True}, 400, "unknown_field"),
        (client, {"email": 5, "password": PASSWORD}, 400, "invalid_field"),
        (await make_client(registration="closed"), {**ANNA, "email": "b@x"}, 403, "registration_closed"),
    ]
    for door, body, status, code in cases:
        answer = await door.post("/api/auth/register", json=body)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert PASSWORD not in answer.text


async def test_two_registrations_at_once_make_one_account(client) -> None:
    answers = await asyncio.gather(*(client.post("/api/auth/register", json=ANNA) for _ in range(4)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409]


async def test_forged_expired_and_foreign_tokens(client, database, register) -> None:
    token = await register(client)
    client.cookies.clear()
    secret = await platform_secret(database, Settings(_env_file=None))
    key = derive_key(secret, "session")
    genuine = jwt.decode(token, key, algorithms=["HS256"], issuer="cutroom")
    other = {**genuine, "sub": str(new_id())}  # a session under somebody else's name
    gone = {**genuine, "sid": str(new_id())}
    late = {**genuine, "exp": now() - timedelta(minutes=1)}
    none = jwt.encode(genuine, None, algorithm="none")
    for bad in (
        none,
        jwt.encode(other, key),
        jwt.encode(gone, key),
        jwt.encode(late, key),
        jwt.encode(genuine, b"x" * 32),
        jwt.encode(genuine, secret),
        token + "x",
        "cut_" + "a" * 43,
        "",
    ):
        for headers in (bearer(bad), {"cookie": f"authToken={bad}"}):
            answer = await client.get("/api/auth/me", headers=headers)
            assert answer.status_code == 401
            assert answer.json()["message"] == "Authentication required"
    assert (await client.get("/api/auth/me", headers=bearer(token))).status_code == 200


async def test_a_wrong_bearer_is_not_helped_by_a_good_cookie(client, register) -> None:
    await register(client)
    assert (await client.get("/api/auth/me", headers=bearer("wrong"))).status_code == 401
    proxy = {"authorization": "Basic cHJveHk6cGFzcw=="}
    assert (await client.get("/api/auth/me", headers=proxy)).status_code == 200


async def test_a_session_that_ended_in_the_database(client, database, register) -> None:
    token = await register(client)
    async with database.transaction() as connection:
        await connection.execute("update sessions set expires_at = now() - interval '1 second'")
        assert await sweep(connection) == 1
    assert (await client.get("/api/auth/me", headers=bearer(token))).status_code == 401


async def test_throttling_per_account(make_client) -> None:
    client = await make_client(login_attempts=3)
    await client.post("/api/auth/register", json=ANNA)
    wrong = {**ANNA, "password": "not this one"}
    app = client._transport.app
    for number in range(3):
        attacker = await make_client(app, address=f"10.0.0.{number}")
        assert (await attacker.post("/api/auth/login", json=wrong)).status_code == 401
    attacker = await make_client(app, address="10.0.0.9")
    refused = await attacker.post("/api/auth/login", json=ANNA)
    assert refused.status_code == 429
    assert refused.json()["code"] == "too_many_attempts"
    assert 0 < int(refused.headers["retry-after"]) <= 900
    assert refused.headers["ratelimit"] == '"login";r=0'
    # Another account is not touched.
    answer = await attacker.post("/api/auth/login", json={**wrong, "email": "ben@example.com"})
    assert answer.status_code == 401


async def test_throttling_per_address_and_of_unknown_accounts(make_client) -> None:
    client = await make_client(login_attempts=3)
    statuses = [
        (
            await client.post("/api/auth/login", json={"email": f"u{n}@x", "password": "not this one"})
        ).status_code
        for n in range(5)
    ]
    assert statuses == [401, 401, 401, 429, 429]
    neighbour = await make_client(client._transport.app, address="10.1.1.1")
    answer = await neighbour.post("/api/auth/login", json={"email": "new@x", "password": "not this one"})
    assert answer.status_code == 401


async def test_a_hundred_attempts_at_once_are_a_hundred(make_client) -> None:
    client = await make_client(login_attempts=3)
    wrong = {"email": "anna@example.com", "password": "not this one"}
    answers = await asyncio.gather(*(client.post("/api/auth/login", json=wrong) for _ in range(12)))
    assert sorted(answer.status_code for answer in answers) == [401] * 3 + [429] * 9


async def test_right_passwords_do_not_count(make_client, database) -> None:
    client = await make_client(login_attempts=3)
    await client.post("/api/auth/register", json=ANNA)
    for _ in range(5):
        assert (await client.post("/api/auth/login", json=ANNA)).status_code == 200
    async with database.transaction() as connection:
        cursor = await connection.execute("select count(*) as n from login_failures")
        assert await cursor.fetchone() == {"n": 0}


async def test_the_window_moves_on(make_client, database) -> None:
    client = await make_client(login_attempts=1)
    await client.post("/api/auth/register", json=ANNA)
    await client.post("/api/auth/login", json={**ANNA, "password": "not this one"})
    assert (await client.post("/api/auth/login", json=ANNA)).status_code == 429
    async with database.transaction() as connection:
        await connection.execute("update login_failures set at = at - interval '15 minutes'")
    assert (await client.post("/api/auth/login", json=ANNA)).status_code == 200


async def test_old_hashes_are_renewed_at_the_next_login(client, database) -> None:
    from argon2 import PasswordHasher

    await client.post("/api/auth/register", json=ANNA)
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    async with database.transaction() as connection:
        await connection.execute("update users set password_hash = %s", (weak,))
    assert (await client.post("/api/auth/login", json=ANNA)).status_code == 200
    async with database.transaction() as connection:
        cursor = await connection.execute("select password_hash from users")
        assert (await cursor.fetchone())["password_hash"].startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert (await client.post("/api/auth/login", json=ANNA)).status_code == 200


async def test_first_start_and_sign_in_links(database) -> None:
    settings = Settings(_env_file=None, port=9000)
    accounts = Accounts(database, settings, "s" * 32)
    urls = await asyncio.gather(*(accounts.make_link() for _ in range(4)))
    assert all(url.startswith("http://localhost:9000/sign-in?token=") for url in urls)
    async with database.transaction() as connection:
        cursor = await connection.execute("select email, is_operator, password_hash from users")
        assert await cursor.fetchall() == [
            {"email": "owner@localhost", "is_operator": True, "password_hash": None}
        ]
        cursor = await connection.execute("select string_agg(token_hash, ' ') as hashes from sign_in_links")
        hashes = (await cursor.fetchone())["hashes"]
    tokens = [url.partition("token=")[2] for url in urls]
    assert not any(token in hashes for token in tokens)

    signed_in = await accounts.sign_in_by_link(tokens[0])
    assert signed_in.user.is_operator
    assert await accounts.sessions.find(signed_in.token) == signed_in.user
    async with database.transaction() as connection:
        await connection.execute("update sign_in_links set expires_at = now()")
    for worthless in (tokens[0], tokens[1], "never was one", "\x00", ""):
        with pytest.raises(Refused) as refused:
            await accounts.sign_in_by_link(worthless)
        assert refused.value.code_word == "invalid_link"


async def test_the_secret_is_made_once(database) -> None:
    settings = Settings(_env_file=None)
    secrets = await asyncio.gather(*(platform_secret(database, settings) for _ in range(6)))
    assert len(set(secrets)) == 1
    assert len(secrets[0]) >= 43
    own = Settings(_env_file=None, secret="the operator's own")
    assert await platform_secret(database, own) == "the operator's own"


async def test_a_deleted_user_is_nobody(client, database, register) -> None:
    token = await register(client)
    async with database.transaction() as connection:
        await connection.execute("delete from users")
    assert (await client.get("/api/auth/me", headers=bearer(token))).status_code == 401


async def test_without_a_database_the_answer_is_503(client, database, register) -> None:
    await register(client)
    await asyncio.sleep(1.6)
    await database.close()
    answer = await client.get("/api/auth/me")
    assert (answer.status_code, answer.json()["code"]) == (503, "database_unavailable")
