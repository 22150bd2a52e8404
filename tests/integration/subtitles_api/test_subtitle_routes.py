"""The door to subtitles: imported, listed, edited, checked, exported, and closed to everybody else."""

import json

import pytest

import samples
from cutroom.base.ids import new_id
from cutroom.subtitles import RULES, preset_names
from cutroom.subtitles.format import FORMATS

SRT = """1
00:00:01,000 --> 00:00:03,000
Hello <i>there</i>.

2
00:00:04,000 --> 00:00:06,000
This is the second cue.

3
0:0:7 -> 0:0:9
And the third.
"""


async def test_a_file_is_imported_with_its_faults(anna):
    asset = await anna.upload("talk.en.srt", SRT.encode())
    assert asset["kind"] == "subtitles"
    made = await anna.create(assetId=asset["assetId"])
    subtitles = made["subtitles"]
    assert [fault["line"] for fault in made["faults"]] == [10]
    assert subtitles["origin"]["faults"] == made["faults"]
    assert (subtitles["origin"]["format"], subtitles["origin"]["file"]) == ("srt", "talk.en.srt")
    assert (subtitles["name"], subtitles["language"], subtitles["preset"]) == ("talk.en", "en", "netflix")
    assert (subtitles["cueCount"], subtitles["revision"], subtitles["frameRate"]) == (3, 1, "25")
    assert (subtitles["canUndo"], subtitles["canRedo"], "assetId" in subtitles) == (False, False, False)
    whole = (await anna.ask("GET", f"/{subtitles['subtitlesId']}"))["subtitles"]
    assert {name: whole[name] for name in subtitles} == subtitles
    assert whole["cues"][0] == {"startTime": 1.0, "endTime": 3.0, "text": "Hello <i>there</i>."}
    assert len(whole["cues"]) == 3


async def test_subtitles_follow_their_recording(anna, tmp_path):
    video = samples.write_video(tmp_path / "in.mp4", seconds=1)
    recording = await anna.upload("in.mp4", video.read_bytes())
    empty = (await anna.create(mediaAssetId=recording["assetId"], language="de"))["subtitles"]
    assert (empty["cueCount"], empty["language"], empty["name"]) == (0, "de", "in")
    assert empty["assetId"] == recording["assetId"]
    assert empty["duration"] == recording["media"]["duration"]
    assert float(empty["frameRate"]) == recording["media"]["frameRate"]
    inserted = await anna.edit(empty, {"type": "insert", "startTime": 0, "endTime": 0.9, "text": "Hallo."})
    assert inserted["subtitles"]["cueCount"] == 1
    made = await anna.imported(mediaAssetId=recording["assetId"])
    rules = {violation["rule"] for violation in await violations_of(anna, made)}
    assert "after-end" in rules
    listed = await anna.ask("GET", "", params={"assetId": recording["assetId"]})
    assert [one["subtitlesId"] for one in listed["subtitles"]] == [made["subtitlesId"], empty["subtitlesId"]]
    loose = await anna.imported()
    attach = {"mediaAssetId": recording["assetId"]}
    attached = (await anna.ask("PATCH", f"/{loose['subtitlesId']}", json=attach))["subtitles"]
    for name in ("assetId", "frameRate", "duration"):
        assert attached[name] == made[name]
    for wrong in (made["subtitlesId"], made["origin"]["fileAssetId"]):
        refused = {"mediaAssetId": wrong}
        answer = await anna.client.patch(f"/api/subtitles/{loose['subtitlesId']}", json=refused)
        assert answer.json()["code"] in {"asset_not_found", "not_media"}
    answer = await anna.client.delete(f"/api/assets/{recording['assetId']}")
    assert answer.status_code == 200
    assert "assetId" not in (await anna.ask("GET", f"/{made['subtitlesId']}"))["subtitles"]


async def violations_of(person, subtitles, **query) -> list[dict]:
    path = f"/{subtitles['subtitlesId']}/violations"
    return (await person.ask("GET", path, params=query))["violations"]


@pytest.mark.parametrize(
    ("fields", "status", "code"),
    [
        ({}, 400, "nothing_to_import"),
        ({"assetId": str(new_id())}, 404, "asset_not_found"),
        ({"mediaAssetId": str(new_id())}, 404, "asset_not_found"),
        ({"projectId": str(new_id()), "assetId": str(new_id())}, 404, "project_not_found"),
        ({"projectId": "x"}, 400, "invalid_uuid"),
        ({"assetId": "x"}, 400, "invalid_uuid"),
        ({"preset": "nonsense"}, 400, "unknown_preset"),
        ({"frameRate": "0"}, 400, "bad_rate"),
        ({"frameRate": "fast"}, 400, "invalid_field"),
        ({"language": "not a language"}, 400, "invalid_field"),
        ({"name": " "}, 400, "invalid_name"),
        ({"cues": []}, 400, "unknown_field"),
    ],
)
async def test_an_import_that_cannot_be(anna, fields, status, code):
    if code == "invalid_name":
        fields = {**fields, "assetId": (await anna.upload("a.srt", SRT.encode()))["assetId"]}
    refused = await anna.create(status, **fields)
    assert refused["code"] == code
    assert (await anna.ask("GET", ""))["subtitles"] == []


async def test_only_subtitle_files_are_imported_and_only_recordings_get_subtitles(anna, tmp_path):
    sound = samples.write_audio(tmp_path / "in.wav", samples.tone(0.5)).read_bytes()
    sound_id = (await anna.upload("in.wav", sound))["assetId"]
    file_id = (await anna.upload("in.srt", SRT.encode()))["assetId"]
    assert (await anna.create(400, assetId=sound_id))["code"] == "not_subtitles"
    assert (await anna.create(400, mediaAssetId=file_id))["code"] == "not_media"
    assert (await anna.create(assetId=file_id, mediaAssetId=sound_id))["subtitles"]["assetId"] == sound_id


async def test_an_import_is_made_once_under_one_key(anna):
    asset = await anna.upload("talk.srt", SRT.encode())
    answers = [
        await anna.ask(
            "POST",
            "",
            201,
            json={"projectId": anna.project_id, "assetId": asset["assetId"]},
            headers={"Idempotency-Key": "one"},
        )
        for _ in range(2)
    ]
    assert answers[0] == answers[1]
    assert len((await anna.ask("GET", ""))["subtitles"]) == 1


async def test_an_edit_says_what_changed_and_can_be_taken_back(anna):
    made = await anna.imported()
    path = f"/{made['subtitlesId']}"
    before = (await anna.ask("GET", path))["subtitles"]
    edited = await anna.edit(made, {"type": "setText", "cue": 1, "text": "x" * 60})
    assert edited["splices"] == [
        {
            "at": 1,
            "removed": [{"startTime": 4.0, "endTime": 6.0, "text": "This is the second cue."}],
            "inserted": [{"startTime": 4.0, "endTime": 6.0, "text": "x" * 60}],
        }
    ]
    assert (edited["subtitles"]["revision"], edited["subtitles"]["undoLabel"]) == (
        2,
        "Change the text of cue 2",
    )
    assert "cues" not in edited["subtitles"]
    found = {(violation["rule"], violation["cue"]) for violation in edited["violations"]}
    assert ("line-too-long", 1) in found
    assert (await anna.ask("GET", path))["subtitles"]["violations"] == edited["violations"]

    stale = await anna.ask("POST", f"{path}/undo", 409, json={"revision": 1})
    assert (stale["code"], stale["details"]) == ("stale_revision", {"revision": 2})
    undone = await anna.ask("POST", f"{path}/undo", json={"revision": 2})
    assert undone["subtitles"]["redoLabel"] == "Change the text of cue 2"
    after = (await anna.ask("GET", path))["subtitles"]
    assert (after["cues"], after["violations"]) == (before["cues"], before["violations"])
    redone = await anna.ask("POST", f"{path}/redo", json={"revision": 3})
    assert redone["splices"] == edited["splices"]
    nothing = await anna.ask("POST", f"{path}/redo", 409, json={"revision": 4})
    assert nothing["code"] == "nothing_to_redo"


async def test_every_kind_of_edit(anna):
    made = await anna.imported()
    edited = await anna.edit(
        made,
        {"type": "setText", "cue": 0, "text": "Hello there, you all."},
        {"type": "setTimes", "cue": 0, "startTime": 0.501, "endTime": 2.999},
        {"type": "split", "cue": 1, "character": 8},
        {"type": "split", "cue": 0, "time": 1.4},
        {"type": "merge", "cue": 0},
        {"type": "setSpeaker", "cue": 0, "speaker": "Anna"},
        {"type": "setSpeaker", "cue": 0, "speaker": None},
        {"type": "setPlace", "cue": 0, "place": "top"},
        {"type": "delete", "cue": 3},
        {
            "type": "insert",
            "startTime": 20,
            "endTime": 21,
            "text": "A last one",
            "speaker": "B",
            "place": "top",
        },
        {"type": "shift", "cue": 3, "seconds": -1.5},
        {
            "type": "replaceText",
            "find": "SECOND",
            "replace": "2nd",
            "caseSensitive": False,
            "wholeWords": True,
        },
    )
    whole = (await anna.ask("GET", f"/{made['subtitlesId']}"))["subtitles"]
    cues = whole["cues"]
    assert [cue["text"] for cue in cues] == ["Hello there, you all.", "This is", "the 2nd cue.", "A last one"]
    assert (cues[0]["startTime"], cues[0]["endTime"], cues[0]["place"]) == (0.52, 3.0, "top")
    assert (cues[3]["startTime"], cues[3]["endTime"], cues[3]["speaker"]) == (18.52, 19.52, "B")
    assert edited["subtitles"]["cueCount"] == 4


async def test_all_violations_are_fixed_at_once(anna):
    text = SRT.replace("00:00:04,000 --> 00:00:06,000", "00:00:03,010 --> 00:00:06,000")
    made = await anna.imported(
        text.replace("This is the second cue.", "This is the second cue, " * 3 + "end.")
    )
    before = await violations_of(anna, made)
    assert {"line-too-long", "gap-too-small"} <= {violation["rule"] for violation in before}
    one = await anna.edit(made, {"type": "fix", "cues": [1], "rules": ["line-too-long"]})
    rules = {violation["rule"] for violation in one["violations"]}
    assert "line-too-long" not in rules
    assert {(change["cue"], change["rule"]) for change in one["changes"]} == {(1, "line-too-long")}
    assert all(change["sentence"].endswith(".") for change in one["changes"])
    fixed = await anna.edit(one["subtitles"], {"type": "fix"})
    assert not [found for found in fixed["violations"] if found["severity"] == "error"]
    again = await anna.edit(fixed["subtitles"], {"type": "fix"})
    assert again["changes"] == again["splices"] == []
    refused = await anna.edit(fixed["subtitles"], {"type": "fix", "rules": ["no-such-rule"]}, expected=400)
    assert refused["code"] == "unknown_rule"


@pytest.mark.parametrize(
    ("edit", "status", "code"),
    [
        ({"type": "setText", "cue": 3, "text": "x"}, 404, "unknown_cue"),
        ({"type": "setText", "cue": -1, "text": "x"}, 400, "invalid_field"),
        ({"type": "setText", "cue": "0", "text": "x"}, 400, "invalid_field"),
        ({"type": "setText", "cue": 0, "text": "x" * 10_001}, 400, "invalid_field"),
        ({"type": "setText", "cue": 0, "text": "\x00"}, 400, None),
        ({"type": "setText", "cue": 0, "text": "x", "more": 1}, 400, "unknown_field"),
        ({"type": "setText", "cue": 0}, 400, "missing_field"),
        ({"type": "setTimes", "cue": 0, "startTime": 2, "endTime": 2}, 400, "bad_times"),
        ({"type": "setTimes", "cue": 0, "startTime": -1, "endTime": 2}, 400, "invalid_field"),
        ({"type": "split", "cue": 0}, 400, "cannot_split"),
        ({"type": "merge", "cue": 2}, 404, "unknown_cue"),
        ({"type": "shift", "cue": 0, "seconds": -2}, 400, "bad_times"),
        ({"type": "setPlace", "cue": 0, "place": "left"}, 400, "invalid_field"),
        ({"type": "replaceText", "find": " ", "replace": ""}, 400, "nothing_to_find"),
        ({"type": "explode", "cue": 0}, 400, None),
        ({"cue": 0}, 400, None),
    ],
)
async def test_an_edit_that_cannot_be(anna, edit, status, code):
    made = await anna.imported()
    refused = await anna.edit(made, edit, expected=status)
    if code:
        assert refused["code"] == code
    assert (await anna.ask("GET", f"/{made['subtitlesId']}"))["subtitles"]["revision"] == 1


async def test_numbers_that_json_does_not_know_are_refused(anna):
    made = await anna.imported()
    for number in ("NaN", "Infinity", "1e400"):
        body = f'{{"revision":1,"edits":[{{"type":"shift","cue":0,"seconds":{number}}}]}}'
        refused = await anna.ask(
            "POST",
            f"/{made['subtitlesId']}/edits",
            400,
            content=body,
            headers={"content-type": "application/json"},
        )
        assert refused["success"] is False


async def test_other_rules_find_other_violations(anna):
    made = await anna.imported()
    path = f"/{made['subtitlesId']}"
    by_name = {name: await violations_of(anna, made, preset=name) for name in preset_names()}
    changed = (await anna.ask("PATCH", path, json={"preset": "social", "name": "Mine"}))["subtitles"]
    assert (changed["preset"], changed["name"], changed["revision"]) == ("social", "Mine", 2)
    assert (await anna.ask("GET", path))["subtitles"]["violations"] == by_name["social"]
    assert by_name["social"] != by_name["netflix"]
    refused = await anna.ask("GET", f"{path}/violations", 400, params={"preset": "nonsense"})
    assert refused["code"] == "unknown_preset"
    changed = (await anna.ask("PATCH", path, json={"frameRate": "23.976", "language": "de-AT"}))["subtitles"]
    assert (changed["frameRate"], changed["language"], changed["revision"]) == ("24000/1001", "de-AT", 3)
    assert (await anna.ask("PATCH", path, 400, json={"preset": "nonsense"}))["code"] == "unknown_preset"


async def test_every_format_is_exported_as_it_stands_now(anna):
    made = await anna.imported(name='A "talk" — ü')
    path = f"/api/subtitles/{made['subtitlesId']}/export"
    await anna.edit(made, {"type": "setText", "cue": 0, "text": "Changed a <b>moment</b> ago"})
    for name in FORMATS.names():
        if not FORMATS.load(name).can_write:
            continue
        answer = await anna.client.get(path, params={"format": name})
        assert answer.status_code == 200
        assert "Changed a" in answer.text
        assert answer.headers["content-type"].startswith(FORMATS.load(name).mime_type)
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "sandbox" in answer.headers["content-security-policy"]
        again = await anna.client.get(
            path, params={"format": name}, headers={"if-none-match": answer.headers["etag"]}
        )
        assert (again.status_code, again.content) == (304, b"")
    shown = await anna.client.get(path, params={"format": "vtt"})
    saved = await anna.client.get(path, params={"format": "vtt", "download": "true"})
    assert shown.headers["content-disposition"].startswith("inline")
    assert saved.headers["content-disposition"].startswith("attachment")
    assert "%C3%BC.vtt" in saved.headers["content-disposition"]
    unknown = await anna.client.get(path, params={"format": "exe"})
    assert (unknown.status_code, unknown.json()["code"]) == (400, "unknown_format")


async def test_an_export_is_imported_again(anna):
    made = await anna.imported()
    first = (await anna.ask("GET", f"/{made['subtitlesId']}"))["subtitles"]["cues"]
    for name in ("srt", "vtt", "ass", "ttml", "json"):
        answer = await anna.client.get(
            f"/api/subtitles/{made['subtitlesId']}/export", params={"format": name}
        )
        asset = await anna.upload(f"again.{name}", answer.content)
        assert asset["kind"] == "subtitles"
        again = (await anna.create(assetId=asset["assetId"]))["subtitles"]
        assert (await anna.ask("GET", f"/{again['subtitlesId']}"))["subtitles"]["cues"] == first


async def test_words_are_left_out_where_nobody_needs_them(anna):
    made = await anna.imported()
    answer = await anna.client.get(f"/api/subtitles/{made['subtitlesId']}/export", params={"format": "json"})
    document = json.loads(answer.text)
    document["subtitles"][0]["words"] = [
        {"startTime": 1.0, "endTime": 1.5, "text": "Hello"},
        {"startTime": 1.6, "endTime": 2.0, "text": "there.", "confidence": 0.3},
    ]
    made = await anna.imported(json.dumps(document))
    path = f"/{made['subtitlesId']}"
    whole = (await anna.ask("GET", path))["subtitles"]
    plain = (await anna.ask("GET", path, params={"words": "false"}))["subtitles"]
    assert [word["text"] for word in whole["cues"][0].pop("words")] == ["Hello", "there."]
    assert plain["cues"][0].pop("unsure") == [[6, 12]]
    assert plain == whole
    body = {"revision": 1, "edits": [{"type": "setPlace", "cue": 0, "place": "top"}]}
    edited = await anna.ask("POST", f"{path}/edits", json=body, params={"words": "false"})
    assert "words" not in edited["splices"][0]["inserted"][0]
    assert edited["splices"][0]["inserted"][0]["unsure"] == [[6, 12]]
    assert "words" in (await anna.ask("GET", path))["subtitles"]["cues"][0]


async def test_what_can_be_chosen_is_listed(anna):
    listed = await anna.ask("GET", "/presets")
    assert [preset["name"] for preset in listed["presets"]] == list(preset_names())
    netflix = next(preset for preset in listed["presets"] if preset["name"] == "netflix")
    assert (netflix["lines"], netflix["lineCharacters"]["default"]) == (2, 42)
    assert netflix["minSeconds"] == pytest.approx(5 / 6, abs=1e-6)
    assert [rule["rule"] for rule in listed["rules"]] == list(RULES)
    srt = next(one for one in listed["formats"] if one["format"] == "srt")
    assert (srt["suffix"], srt["canRead"], srt["canWrite"]) == (".srt", True, True)


async def test_lists_are_paged_and_filtered(anna):
    asset = await anna.upload("talk.srt", SRT.encode())
    ids = [(await anna.create(assetId=asset["assetId"]))["subtitles"]["subtitlesId"] for _ in range(3)]
    first = await anna.ask("GET", "", params={"limit": 2})
    assert [one["subtitlesId"] for one in first["subtitles"]] == ids[:0:-1]
    assert "cues" not in first["subtitles"][0]
    rest = await anna.ask("GET", "", params={"limit": 2, "cursor": first["nextCursor"]})
    assert [one["subtitlesId"] for one in rest["subtitles"]] == ids[:1]
    assert "nextCursor" not in rest
    for name in ("projectId", "assetId", "jobId"):
        assert (await anna.ask("GET", "", params={name: str(new_id())}))["subtitles"] == []
        assert (await anna.ask("GET", "", 400, params={name: "x"}))["code"] == "invalid_uuid"


async def test_somebody_elses_subtitles_are_as_missing_ones(anna, people):
    made = await anna.imported()
    bert = await people("bert@example.com")
    asks = [
        ("GET", "", None),
        ("PATCH", "", {"name": "mine"}),
        ("DELETE", "", None),
        ("GET", "/violations", None),
        ("GET", "/export", None),
        ("POST", "/edits", {"revision": 1, "edits": [{"type": "delete", "cue": 0}]}),
        ("POST", "/undo", {"revision": 1}),
        ("POST", "/redo", {"revision": 1}),
    ]
    for method, end, body in asks:
        answers = [
            await bert.ask(method, f"/{subtitles_id}{end}", 404, json=body)
            for subtitles_id in (made["subtitlesId"], str(new_id()))
        ]
        assert answers[0] == answers[1]
        assert answers[0]["code"] == "subtitles_not_found"
        assert (await bert.ask(method, f"/x{end}", 400, json=body))["code"] == "invalid_uuid"
    assert (await bert.ask("GET", ""))["subtitles"] == []
    own = await anna.upload("own.srt", SRT.encode())
    refused = await bert.create(404, assetId=own["assetId"])
    assert refused["code"] == "asset_not_found"


async def test_deleted_subtitles_are_gone(anna):
    made = await anna.imported()
    await anna.edit(made, {"type": "delete", "cue": 0})
    await anna.ask("DELETE", f"/{made['subtitlesId']}")
    assert (await anna.ask("GET", f"/{made['subtitlesId']}", 404))["code"] == "subtitles_not_found"
    assert (await anna.ask("DELETE", f"/{made['subtitlesId']}", 404))["code"] == "subtitles_not_found"
