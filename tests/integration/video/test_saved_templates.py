"""Saved templates: versions that stay, copies, faults with their paths, and the gallery."""

from films import color_of, film, frames_of, shape

RED, BLUE = "#ff0000", "#0000ff"


async def saved(person, document, name="Promo"):
    body = {"name": name, "template": document}
    return (await person.ask("POST", "/api/templates", 201, json=body))["template"]


async def change(person, saved_one, expected=200, **body):
    return await person.ask("PATCH", f"/api/templates/{saved_one['templateId']}", expected, json=body)


async def test_a_change_makes_a_version_and_the_old_one_stays(anna):
    first, second = film(shape(0, 1, RED)), film(shape(0, 1, BLUE))
    template = await saved(anna, first)
    assert (template["version"], template["template"]) == (1, first)
    assert list(template["template"]) == list(first), "as it was written"
    changed = (await change(anna, template, template=second, version=1))["template"]
    assert (changed["version"], changed["newestVersion"]) == (2, 2)
    path = f"/api/templates/{template['templateId']}"
    old = (await anna.ask("GET", path, params={"version": 1}))["template"]
    assert (old["template"], old["newestVersion"]) == (first, 2)
    assert [one["version"] for one in (await anna.ask("GET", f"{path}/versions"))["versions"]] == [2, 1]
    same = (await change(anna, template, template=second, name="Other"))["template"]
    assert (same["version"], same["name"]) == (2, "Other"), "an equal document is no new version"
    stale = await change(anna, template, 409, template=first, version=1)
    assert stale["code"] == "template_changed"
    assert stale["details"]["version"] == 2
    await anna.ask("GET", path, 404, params={"version": 3})


async def test_a_version_can_be_rendered(anna, worker):
    template = await saved(anna, film(shape(0, 1, RED)))
    await change(anna, template, template=film(shape(0, 1, BLUE)))
    colors = []
    for version in ({}, {"templateVersion": 1}):
        shown, _ = await anna.rendered(templateId=template["templateId"], **version)
        content = (await anna.client.get(shown["result"]["videoUrl"])).content
        colors.append(frames_of(content)[0])
    assert [color_of(color) for color in colors] == [BLUE, RED]


async def test_a_film_is_called_as_its_saved_template(anna, worker):
    template = await saved(anna, film(shape(0, 0.2, RED)), name="Spring sale")
    for given, expected in (({}, "Spring sale.mp4"), ({"name": "Other"}, "Other.mp4")):
        shown, _ = await anna.rendered(templateId=template["templateId"], **given)
        made = await anna.ask("GET", f"/api/assets/{shown['result']['outputs'][0]['assetId']}")
        assert made["asset"]["name"] == expected


async def test_a_copy_is_a_template_of_its_own(anna):
    template = await saved(anna, film(shape(0, 1, RED)))
    await change(anna, template, template=film(shape(0, 1, BLUE)))
    path = f"/api/templates/{template['templateId']}/duplicate"
    copy = (await anna.ask("POST", path, 201))["template"]
    assert (copy["name"], copy["version"]) == ("Promo (copy)", 1)
    assert copy["template"] == film(shape(0, 1, BLUE))
    old = (await anna.ask("POST", path, 201, json={"name": "First", "version": 1}))["template"]
    assert (old["name"], old["template"]) == ("First", film(shape(0, 1, RED)))
    listed = (await anna.ask("GET", "/api/templates"))["templates"]
    assert [one["name"] for one in listed] == ["First", "Promo (copy)", "Promo"]
    assert "template" not in listed[0]


async def test_lists_come_in_pages(anna):
    names = [(await saved(anna, film(shape(0, 1)), f"T{n}"))["name"] for n in range(3)]
    first = await anna.ask("GET", "/api/templates", params={"limit": 2})
    rest = await anna.ask("GET", "/api/templates", params={"limit": 2, "cursor": first["nextCursor"]})
    assert [one["name"] for one in first["templates"] + rest["templates"]] == names[::-1]
    assert "nextCursor" not in rest or rest["nextCursor"] is None


async def test_what_is_deleted_or_somebody_elses_is_not_there(anna, bert):
    template = await saved(anna, film(shape(0, 1)))
    path = f"/api/templates/{template['templateId']}"
    for person in (bert, anna):
        await person.ask("GET", path, 200 if person is anna else 404)
    await bert.ask("DELETE", path, 404)
    await change(bert, template, 404, name="Mine")
    await bert.ask("POST", f"{path}/duplicate", 404)
    await bert.generate(404, templateId=template["templateId"])
    await anna.ask("DELETE", path)
    for method, suffix in (("GET", ""), ("GET", "/versions"), ("DELETE", "")):
        assert (await anna.ask(method, path + suffix, 404))["code"] == "template_not_found"


async def test_a_faulty_document_is_not_saved_and_every_fault_has_its_path(anna):
    document = film(shape(0, 1, "red-ish", opacity=3), {"type": "txet"})
    for method, path in (("POST", "/api/templates"), ("POST", "/api/video/generate")):
        body = {"template": document} | ({"name": "Promo"} if path == "/api/templates" else {})
        refused = await anna.ask(method, path, 400, json=body)
        assert refused["code"] == "bad_template"
        faults = {fault["path"]: fault for fault in refused["details"]["errors"]}
        assert {
            "$.tracks[0].clips[0].opacity",
            "$.tracks[0].clips[0].fill",
            "$.tracks[0].clips[1].type",
        } <= faults.keys()
        assert "text" in faults["$.tracks[0].clips[1].type"]["hint"]
    assert (await anna.ask("GET", "/api/templates"))["templates"] == []


async def test_a_template_with_required_inputs_can_be_saved(anna):
    clip = {"type": "image", "src": "{{photo}}", "start": 0, "length": "{{seconds}}"}
    inputs = {
        "photo": {"type": "image", "required": True},
        "seconds": {"type": "number", "required": True},
    }
    template = await saved(anna, film(clip, inputs=inputs))
    refused = await anna.generate(400, templateId=template["templateId"])
    assert refused["code"] == "bad_template"
    assert "photo" in str(refused["details"]["errors"])


async def test_the_schema_is_what_editors_complete_with(anna):
    answer = await anna.client.get("/api/templates/schema")
    assert answer.headers["content-type"] == "application/schema+json"
    assert answer.json()["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert (await anna.client.post("/api/templates/schema")).status_code == 405


async def test_the_gallery_is_there_for_everybody(anna):
    templates = (await anna.ask("GET", "/api/templates/gallery"))["templates"]
    for template in templates:
        one = await anna.ask("GET", f"/api/templates/gallery/{template['name']}")
        assert one["template"] == template
        await saved(anna, template["template"], template["title"])
    await anna.ask("GET", "/api/templates/gallery/no-such-name", 404)
