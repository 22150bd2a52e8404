"""The routes of projects, and of an asset's name."""

import pytest


async def test_a_project_from_birth_to_end(anna, bert):
    made = await anna.post("/api/projects", json={"name": "  Talks "})
    assert made.status_code == 201
    project = made.json()["data"]["project"]
    assert (project["name"], project["isPublic"]) == ("Talks", False)
    path = f"/api/projects/{project['projectId']}"
    assert (await anna.get(path)).json()["data"]["project"] == project
    renamed = (await anna.patch(path, json={"name": "Interviews"})).json()["data"]["project"]
    assert (renamed["name"], renamed["createdAt"]) == ("Interviews", project["createdAt"])
    assert renamed["updatedAt"] > project["updatedAt"]
    for method in ("GET", "DELETE"):
        assert (await bert.request(method, path)).json()["code"] == "project_not_found"
    assert (await bert.patch(path, json={"name": "mine"})).status_code == 404
    assert (await anna.delete(path)).json() == {"success": True, "data": {}}
    assert (await anna.get(path)).status_code == 404


async def test_projects_are_listed_in_pages(anna, bert):
    for number in range(5):
        await anna.post("/api/projects", json={"name": f"P{number}"})
    names, cursor = [], None
    while True:
        params = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        content = (await anna.get("/api/projects", params=params)).json()["data"]
        names += [project["name"] for project in content["projects"]]
        cursor = content.get("nextCursor")
        if cursor is None:
            break
    assert names == ["P4", "P3", "P2", "P1", "P0"]
    assert (await bert.get("/api/projects")).json()["data"] == {"projects": []}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, "missing_field"),
        ({"name": ""}, "invalid_field"),
        ({"name": 5}, "invalid_field"),
        ({"name": "\u202e "}, "invalid_name"),
        ({"name": "x" * 201}, "invalid_field"),
        ({"name": "x", "colour": "red"}, "unknown_field"),
        ([], "invalid_body"),
    ],
)
async def test_wrong_bodies(anna, body, code):
    answer = await anna.post("/api/projects", json=body)
    assert (answer.status_code, answer.json()["code"]) == (400, code), answer.text


async def test_the_same_key_makes_one_project(anna):
    key = {"idempotency-key": "p-1"}
    first = await anna.post("/api/projects", json={"name": "Once"}, headers=key)
    again = await anna.post("/api/projects", json={"name": "Once"}, headers=key)
    assert first.json() == again.json()
    assert len((await anna.get("/api/projects")).json()["data"]["projects"]) == 1


async def test_wrong_filters_of_a_list(anna, project):
    for params, status in (({"kind": "poem"}, 400), ({"cursor": "x"}, 400), ({"limit": 0}, 400)):
        answer = await anna.get(f"/api/projects/{project}/assets", params=params)
        assert answer.status_code == status
        assert answer.json()["success"] is False
