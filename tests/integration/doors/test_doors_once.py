"""Long work under an Idempotency-Key: claims, crashes, zombies."""

import asyncio
from types import SimpleNamespace

import pytest

from cutroom.base.errors import Conflict
from cutroom.base.ids import new_id
from cutroom.gate.idempotency import Once, sweep

OWNER = new_id()


def once_of(database, key: str | None = "key", owner=OWNER) -> Once:
    async def body() -> bytes:
        return b"body"

    url = SimpleNamespace(path="/api/uploads", query="")
    request = SimpleNamespace(method="POST", url=url, body=body, scope={}, headers={})
    once = Once(database, owner, request, SimpleNamespace(status_code=None, headers={}))
    once.key = key
    return once


async def work(once: Once, answer: dict) -> dict:
    claim = await once.claim()
    if claim.answer is not None:
        return claim.answer
    async with claim, once.database.transaction() as connection:
        return await claim.store(connection, answer)


async def age(database, seconds: int) -> None:
    async with database.transaction() as connection:
        await connection.execute(
            "update idempotency_keys set created_at = created_at - make_interval(secs => %s)", (seconds,)
        )


async def test_a_claim_is_kept_and_replayed(database) -> None:
    assert await work(once_of(database), {"n": 1}) == {"n": 1}
    again = once_of(database)
    assert await work(again, {"n": 2}) == {"n": 1}
    assert again._response.status_code == 201
    assert await work(once_of(database, None), {"n": 3}) == {"n": 3}
    assert await work(once_of(database, owner=new_id()), {"n": 4}) == {"n": 4}


async def test_while_it_is_under_way_others_wait(database) -> None:
    async with await once_of(database).claim():
        with pytest.raises(Conflict) as refused:
            await once_of(database).claim()
        assert refused.value.code_word == "idempotency_in_progress"
        assert refused.value.retry_after == 1
    assert await work(once_of(database), {"n": 2}) == {"n": 2}


async def test_an_error_frees_the_key_even_after_the_answer_was_written(database) -> None:
    async def fail() -> None:
        async with await once_of(database).claim() as claim, database.transaction() as connection:
            await claim.store(connection, {"n": 1})
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    assert await work(once_of(database), {"n": 2}) == {"n": 2}


async def test_cancelling_frees_the_key(database) -> None:
    async def wait() -> None:
        async with await once_of(database).claim():
            await asyncio.sleep(60)

    task = asyncio.create_task(wait())
    await asyncio.sleep(0.2)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await work(once_of(database), {"n": 2}) == {"n": 2}


async def test_a_dead_claim_frees_itself_and_its_ghost_cannot_answer(database) -> None:
    ghost = await once_of(database).claim()  # its process dies: nothing renews or frees it
    await age(database, 61)
    assert await work(once_of(database), {"n": 2}) == {"n": 2}
    with pytest.raises(Conflict) as refused:
        async with database.transaction() as connection:
            await ghost.store(connection, {"n": 1})
    assert refused.value.code_word == "idempotency_lost"
    assert await work(once_of(database), {"n": 3}) == {"n": 2}


async def test_a_living_claim_is_renewed(database) -> None:
    once = once_of(database)
    claim = await once.claim()
    await age(database, 50)
    await once.renew(claim._claim_id)
    await age(database, 50)
    with pytest.raises(Conflict):
        await once_of(database).claim()


async def test_after_a_day_the_key_is_new(database) -> None:
    await work(once_of(database), {"n": 1})
    await age(database, 24 * 3600 + 1)
    assert await work(once_of(database), {"n": 2}) == {"n": 2}
    await age(database, 24 * 3600 + 1)
    async with database.transaction() as connection:
        assert await sweep(connection) == 1


async def test_short_work_that_fails_leaves_nothing(database) -> None:
    async def fail(connection) -> dict:
        raise RuntimeError

    async def succeed(connection) -> dict:
        return {"n": 1}

    with pytest.raises(RuntimeError):
        await once_of(database).run(fail)
    assert await once_of(database).run(succeed) == {"n": 1}
    replay = once_of(database)
    assert await replay.run(fail, status=202) == {"n": 1}
    assert replay._response.status_code == 201
