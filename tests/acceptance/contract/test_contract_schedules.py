"""The door of schedules: tried out when made, listed, deleted, never somebody else's."""

import pytest
from customers import content

NEVER = "00000000-0000-7000-8000-000000000000"


def request_of(customer):
    return {"assetId": customer.assets.sound, "projectId": customer.talks}


def test_a_schedule_is_made_listed_and_deleted(anna, bert):
    body = {
        "type": "noise-removal",
        "request": request_of(anna),
        "cron": "30 6 * * 1-5",
        "timezone": "Europe/Berlin",
    }
    made = content(anna.post("/api/schedules", json=body), 201)["schedule"]
    assert set(made) == {"scheduleId", "type", "request", "cron", "timezone", "nextAt", "createdAt"}
    assert made["request"] == body["request"]
    assert content(anna.get("/api/schedules"))["schedules"] == [made]
    assert content(bert.get("/api/schedules"))["schedules"] == []
    place = f"/api/schedules/{made['scheduleId']}"
    assert bert.delete(place).status_code == 404
    content(anna.delete(place))
    assert anna.delete(place).status_code == 404
    assert content(anna.get("/api/schedules"))["schedules"] == []


def test_somebody_elses_asset_is_no_asset(anna, bert):
    body = {"type": "noise-removal", "request": request_of(bert), "cron": "0 6 * * *"}
    answer = anna.post("/api/schedules", json=body)
    assert (answer.status_code, answer.json()["message"]) == (404, "Source asset not found")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"cron": "soon"}, "invalid_cron"),
        ({"timezone": "Nowhere"}, "invalid_timezone"),
        ({"type": "sorcery"}, "unknown_kind"),
        ({"request": {"assetId": "x", "projectId": NEVER}}, "invalid_uuid"),
        ({"request": {}}, "invalid_request"),
        ({"more": 1}, "unknown_field"),
    ],
)
def test_wrong_schedules_are_refused(anna, change, code):
    body = {"type": "noise-removal", "request": request_of(anna), "cron": "0 6 * * *"}
    answer = anna.post("/api/schedules", json=body | change)
    assert (answer.status_code, answer.json()["code"]) == (400, code)
