"""Webhooks: told once, signed, told again until somebody listens, never to private addresses."""

import asyncio
import json
from datetime import timedelta

import pytest
from films import film, shape, until
from receiver import receiver
from standardwebhooks import Webhook, WebhookVerificationError

from cutroom.base.clock import now
from cutroom.notify import webhooks

LOOPBACK = {"allowed_hosts": "127.0.0.1"}


@pytest.fixture
def options():
    return LOOPBACK


async def told(here, count=1, seconds=15):
    await until(lambda: len(here.messages) >= count, seconds)
    return here.messages


async def settled(person, condition, seconds=10):
    """Wait until the newest delivery is as wanted, and return it."""
    async with asyncio.timeout(seconds):
        while True:
            rows = (await person.ask("GET", "/api/webhooks/deliveries"))["deliveries"]
            if rows and condition(rows[0]):
                return rows[0]
            await asyncio.sleep(0.05)


async def due_now(studio):
    async with studio.database.transaction() as connection:
        await connection.execute("update webhook_deliveries set next_at = now()")


async def test_the_end_of_a_film_is_told_signed_with_links_that_work(anna, worker):
    secret = (await anna.ask("GET", "/api/webhooks/secret"))["secret"]
    with receiver() as here:
        job_id = (await anna.generate(template=film(shape(0, 1)), webhookUrl=here.url))["jobId"]
        ((path, headers, body),) = await told(here)
        delivery = await settled(anna, lambda row: row["state"] == "delivered")
    assert path == "/hook"
    said = Webhook(secret).verify(body, headers)
    assert said["type"] == "job.completed"
    assert said["data"]["jobId"] == job_id
    assert said["data"]["status"] == "completed"
    link = said["data"]["result"]["videoUrl"]
    assert link.startswith("http://localhost:8420/api/assets/")
    assert (await anna.client.get(link)).content[4:8] == b"ftyp"
    assert headers["webhook-id"] == delivery["deliveryId"]
    assert (delivery["attempts"], delivery["answer"]) == (1, 204)
    changed = body.replace(b"completed", b"cancelled")
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(changed, headers)


async def test_failure_and_cancel_are_told(anna, worker):
    with receiver() as here:
        asset = await anna.upload("note.srt", b"1\n00:00:01,000 --> 00:00:02,000\nHello.\n")
        clip = {"type": "image", "src": f"asset:{asset['assetId']}", "start": 0, "length": 1}
        await anna.generate(template=film(clip), webhookUrl=here.url)
        await told(here)
        later = {"startAt": "2099-01-01T00:00:00Z"}
        job_id = (await anna.generate(template=film(shape(0, 1)), webhookUrl=here.url, **later))["jobId"]
        await anna.ask("DELETE", f"/api/video/cancel/{job_id}")
        await told(here, 2)
    said = [json.loads(body) for _, _, body in here.messages]
    assert [one["type"] for one in said] == ["job.failed", "job.cancelled"]
    assert said[0]["data"]["error"]["code"]
    assert said[1]["data"]["jobId"] == job_id


async def test_a_server_that_fails_is_asked_again_with_the_same_id(anna, worker, studio):
    with receiver(500, 204) as here:
        await anna.generate(template=film(shape(0, 1)), webhookUrl=here.url)
        await told(here)
        row = await settled(anna, lambda row: row["attempts"] == 1 and "problem" in row)
        assert (row["state"], row["answer"]) == ("pending", 500)
        await due_now(studio)
        await told(here, 2)
        row = await settled(anna, lambda row: row["state"] == "delivered")
    ids = {headers["webhook-id"] for _, headers, _ in here.messages}
    assert ids == {row["deliveryId"]}
    assert "problem" not in row


async def test_one_who_is_gone_is_left_alone_until_the_owner_wants_it(anna, worker):
    with receiver(410, 204) as here:
        await anna.generate(template=film(shape(0, 1)), webhookUrl=here.url)
        row = await settled(anna, lambda row: row["state"] == "failed")
        assert row["answer"] == 410
        await anna.ask("POST", f"/api/webhooks/deliveries/{row['deliveryId']}/retry")
        await told(here, 2)


async def test_after_a_rotation_both_secrets_verify_for_a_day(anna, worker, studio):
    before = (await anna.ask("GET", "/api/webhooks/secret"))["secret"]
    after = (await anna.ask("POST", "/api/webhooks/secret/rotate"))["secret"]
    assert before != after
    with receiver() as here:
        await anna.generate(template=film(shape(0, 1)), webhookUrl=here.url)
        ((_, headers, body),) = await told(here)
    for secret in (before, after):
        assert Webhook(secret).verify(body, headers)
    async with studio.database.transaction() as connection:
        row = await webhooks.secret_of(connection, anna.user_id)
    later = webhooks.signed(row, row["owner_id"], "{}", now() + timedelta(hours=25))
    assert " " not in later["webhook-signature"]


@pytest.mark.parametrize("url", ["ftp://example.com/x", "http://", "nonsense", "http://10.0.0.1/hook"])
async def test_an_address_that_cannot_be_called_is_refused_at_once(anna, url):
    refused = await anna.generate(400, template=film(shape(0, 1)), webhookUrl=url)
    assert refused["code"] == "bad_webhook_url"
    assert "webhookUrl" in refused["message"]


async def test_a_name_of_a_private_address_is_never_called(anna, worker):
    with receiver() as here:
        url = here.url.replace("127.0.0.1", "localhost")
        refused = await anna.generate(template=film(shape(0, 1)), webhookUrl=url)
        assert refused["status"] == "pending"
        # The operator allowed 127.0.0.1, whatever it is called: then it is told.
        await told(here)


async def test_deliveries_are_their_owners(anna, bert, worker):
    with receiver() as here:
        await anna.generate(template=film(shape(0, 1)), webhookUrl=here.url)
        row = await settled(anna, lambda row: row["state"] == "delivered")
    assert (await bert.ask("GET", "/api/webhooks/deliveries"))["deliveries"] == []
    await bert.ask("POST", f"/api/webhooks/deliveries/{row['deliveryId']}/retry", 404)
    mine, his = [(await person.ask("GET", "/api/webhooks/secret"))["secret"] for person in (anna, bert)]
    assert mine != his


class TestNobodyIsAllowed:
    """Without the operator's leave, loopback is not called."""

    @pytest.fixture
    def options(self):
        return {}

    async def test_a_private_name_fails_for_good_and_says_why(self, anna, worker):
        with receiver() as here:
            url = here.url.replace("127.0.0.1", "localhost")
            await anna.generate(template=film(shape(0, 1)), webhookUrl=url)
            row = await settled(anna, lambda row: row["state"] == "failed")
        assert here.messages == []
        assert "private address" in row["problem"]


async def test_ten_attempts_in_three_days_then_it_is_over(studio, anna):
    with receiver(503, headers={"Retry-After": "7"}) as here:
        async with studio.database.transaction() as connection:
            await webhooks.announce(
                connection,
                owner_id=anna.user_id,
                job_id=anna.user_id,
                url=here.url,
                event="job.completed",
                content={"type": "video"},
            )
        waits = []
        for _ in range(10):
            await due_now(studio)
            async with studio.database.transaction() as connection:
                (row,) = await webhooks.take_due(connection, 5, 5, {})
                assert await webhooks.take_due(connection, 5, 5, {}) == []
            answer = await asyncio.to_thread(webhooks.post, row["url"], {}, "{}", ["127.0.0.1"])
            async with studio.database.transaction() as connection:
                await webhooks.settle(connection, row, answer)
                (row,) = await webhooks.deliveries(connection, row["owner_id"], 5)
            waits.append((row["next_at"] - now()).total_seconds())
    assert [round(wait) for wait in waits[:2]] == [7, 300], "Retry-After is kept where it is longer"
    assert sum(waits) == pytest.approx(sum(webhooks.WAITS) + 2, abs=10)
    assert row["state"] == "failed"
    assert 2 * 24 * 3600 < sum(webhooks.WAITS) < 4 * 24 * 3600
