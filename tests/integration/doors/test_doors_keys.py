"""API keys: shown once, hashed, listed, deleted; repeatable under an Idempotency-Key."""

import asyncio
import re

from cutroom.base.ids import new_id


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


async def test_a_key_opens_every_door_until_it_is_deleted(client, make_client, register, database) -> None:
    await register(client)
    made = await client.post("/api/keys", json={"name": "farm"})
    assert made.status_code == 201
    secret = made.json()["data"]["secret"]
    key = made.json()["data"]["key"]
    assert re.fullmatch(r"cut_[A-Za-z0-9_-]{43}", secret)
    assert set(key) == {"keyId", "name", "prefix", "createdAt"}
    assert secret.startswith(key["prefix"])
    assert len(key["prefix"]) == 12

    program = await make_client(client._transport.app)
    me = await program.get("/api/auth/me", headers=bearer(secret))
    assert me.json()["data"]["user"]["email"] == "anna@example.com"
    assert (await program.get("/api/auth/me", headers={"cookie": f"authToken={secret}"})).status_code == 200

    [listed] = (await client.get("/api/keys")).json()["data"]["keys"]
    assert listed.pop("lastUsedAt").endswith("Z")
    assert listed == key
    async with database.transaction() as connection:
        cursor = await connection.execute("select row_to_json(api_keys)::text as row from api_keys")
        assert secret not in (await cursor.fetchone())["row"]

    assert (await client.delete(f"/api/keys/{key['keyId']}")).status_code == 200
    assert (await program.get("/api/auth/me", headers=bearer(secret))).status_code == 401
    assert (await client.delete(f"/api/keys/{key['keyId']}")).status_code == 404


async def test_use_is_noted_once_a_minute(client, make_client, register, database) -> None:
    await register(client)
    secret = (await client.post("/api/keys", json={})).json()["data"]["secret"]

    async def use() -> object:
        fresh = await make_client()  # its own memory, as another process
        await fresh.get("/api/auth/me", headers=bearer(secret))
        async with database.transaction() as connection:
            cursor = await connection.execute("select last_used_at from api_keys")
            return (await cursor.fetchone())["last_used_at"]

    first = await use()
    assert await use() == first
    async with database.transaction() as connection:
        await connection.execute("update api_keys set last_used_at = now() - interval '61 seconds'")
    assert await use() > first


async def test_somebody_elses_key_is_a_missing_one(make_client, register) -> None:
    anna = await make_client()
    ben = await make_client(anna._transport.app)
    await register(anna)
    await register(ben, "ben@example.com")
    key_id = (await anna.post("/api/keys", json={})).json()["data"]["key"]["keyId"]
    foreign = await ben.delete(f"/api/keys/{key_id}")
    missing = await ben.delete(f"/api/keys/{new_id()}")
    assert foreign.status_code == missing.status_code == 404
    assert foreign.json() == missing.json()
    assert (await ben.get("/api/keys")).json()["data"] == {"keys": []}
    assert len((await anna.get("/api/keys")).json()["data"]["keys"]) == 1


async def test_wrong_requests(client, register) -> None:
    assert (await client.post("/api/keys", json={})).status_code == 401
    await register(client)
    for body, code in (({"name": "x" * 101}, "invalid_field"), ({"scopes": []}, "unknown_field")):
        answer = await client.post("/api/keys", json=body)
        assert (answer.status_code, answer.json()["code"]) == (400, code)
    for key_id in ("x", "5", str(new_id())[:-1], "{" + str(new_id())[1:-1] + "}"):
        answer = await client.delete(f"/api/keys/{key_id}")
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_uuid")
    for query, code in (
        ("limit=0", "invalid_field"),
        ("limit=a", "invalid_field"),
        ("cursor=a", "invalid_cursor"),
    ):
        answer = await client.get(f"/api/keys?{query}")
        assert (answer.status_code, answer.json()["code"]) == (400, code)


async def test_paging(client, register) -> None:
    await register(client)
    for number in range(5):
        await client.post("/api/keys", json={"name": str(number)})
    names, cursor = [], ""
    for _ in range(3):
        answer = (await client.get(f"/api/keys?limit=2{cursor}")).json()["data"]
        names += [key["name"] for key in answer["keys"]]
        cursor = f"&cursor={answer.get('nextCursor')}"
    assert names == ["4", "3", "2", "1", "0"]
    assert "nextCursor" not in answer


async def test_the_same_key_and_body_give_the_same_answer(client, register, database) -> None:
    await register(client)
    headers = {"idempotency-key": "one"}
    first = await client.post("/api/keys", json={"name": "a"}, headers=headers)
    again = await client.post("/api/keys", json={"name": "a"}, headers=headers)
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    assert "idempotent-replayed" not in first.headers
    assert again.headers["idempotent-replayed"] == "true"
    assert len((await client.get("/api/keys")).json()["data"]["keys"]) == 1
    async with database.transaction() as connection:
        cursor = await connection.execute("select row_to_json(i)::text as row from idempotency_keys i")
        stored = (await cursor.fetchone())["row"]
    assert first.json()["data"]["secret"] not in stored

    other = await client.post("/api/keys", json={"name": "b"}, headers=headers)
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_mismatch")


async def test_another_user_has_his_own_keys(make_client, register) -> None:
    anna = await make_client()
    ben = await make_client(anna._transport.app)
    await register(anna)
    await register(ben, "ben@example.com")
    headers = {"idempotency-key": "one"}
    answers = [await one.post("/api/keys", json={}, headers=headers) for one in (anna, ben)]
    assert {answer.status_code for answer in answers} == {201}
    assert answers[0].json()["data"]["secret"] != answers[1].json()["data"]["secret"]


async def test_duplicates_at_once_make_one(client, register) -> None:
    await register(client)
    headers = {"idempotency-key": "at once"}
    answers = await asyncio.gather(
        *(client.post("/api/keys", json={"name": "a"}, headers=headers) for _ in range(8))
    )
    made = [answer for answer in answers if answer.status_code == 201]
    refused = [answer for answer in answers if answer.status_code != 201]
    assert len({answer.json()["data"]["secret"] for answer in made}) == 1
    for answer in refused:
        assert (answer.status_code, answer.json()["code"]) == (409, "idempotency_in_progress")
        assert answer.headers["retry-after"] == "1"
    assert len((await client.get("/api/keys")).json()["data"]["keys"]) == 1


async def test_bad_idempotency_keys(client, register) -> None:
    await register(client)
    for key in ("", "x" * 256, "ümlaut", "tab\tinside"):
        answer = await client.post("/api/keys", json={}, headers={"idempotency-key": key.encode("latin-1")})
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_field"), key
    answer = await client.post("/api/keys", json={}, headers={"idempotency-key": "x" * 255})
    assert answer.status_code == 201


async def test_a_failed_request_leaves_the_key_free(client, register) -> None:
    await register(client)
    headers = {"idempotency-key": "one"}
    assert (await client.post("/api/keys", json={"name": 5}, headers=headers)).status_code == 400
    assert (await client.post("/api/keys", json={"name": "a"}, headers=headers)).status_code == 201
