"""Random edits through the door: never a bug, always undone to the letter."""

import random

SRT = "\n".join(
    f"{n + 1}\n00:00:{2 * n:02},000 --> 00:00:{2 * n + 1:02},500\nCue <i>number</i> {n}\nof the file\n"
    for n in range(8)
)
TEXTS = (
    "",
    " ",
    "one two three",
    "<i>half",
    "</b></i>",
    "a < b & c > d -->",
    "- Yes.\n- No.",
    "שלם \u200fאבג",
    "字幕は二行まで。",
    "👩\u200d👩\u200d👧 e\u0301",
    "x" * 500,
    "\n\n\n",
    "{\\an8}",
    "\u2028\x85\t",
)
TIMES = (0, 0.001, 0.04, 1, 1.9999999, 3.5, 14, 60, 9_999_999, 10_000_000)


def any_edit(chance: random.Random) -> dict:
    number = chance.randrange(10)
    start, end = chance.choice(TIMES), chance.choice(TIMES)
    text = chance.choice(TEXTS)
    return chance.choice(
        (
            {"type": "setText", "cue": number, "text": text},
            {"type": "setTimes", "cue": number, "startTime": start, "endTime": end},
            {"type": "split", "cue": number, "character": chance.randrange(30)},
            {"type": "split", "cue": number, "time": start},
            {"type": "split", "cue": number, "character": chance.randrange(30), "time": start},
            {"type": "merge", "cue": number},
            {"type": "insert", "startTime": start, "endTime": end, "text": text},
            {"type": "delete", "cue": number},
            {"type": "shift", "cue": number, "seconds": chance.choice((-1, 1)) * start},
            {"type": "setSpeaker", "cue": number, "speaker": text[:200] or None},
            {"type": "setPlace", "cue": number, "place": chance.choice(("top", "middle", "bottom"))},
            {
                "type": "replaceText",
                "find": chance.choice(("Cue", "number 1", "o", " ", "<i>")),
                "replace": text,
                "caseSensitive": chance.random() < 0.5,
                "wholeWords": chance.random() < 0.5,
            },
            {"type": "fix"},
            {"type": "fix", "cues": [number]},
            {"type": "fix", "rules": ["line-too-long", "too-fast", "overlap"]},
        )
    )


async def test_random_edits(anna, seed):
    chance = random.Random(seed)
    made = await anna.imported(SRT)
    path = f"/api/subtitles/{made['subtitlesId']}"
    revision, states = 1, []
    for _ in range(120):
        edits = [any_edit(chance) for _ in range(chance.choice((1, 1, 1, 3)))]
        answer = await anna.client.post(f"{path}/edits", json={"revision": revision, "edits": edits})
        assert answer.status_code in {200, 400, 404}, (edits, answer.text)
        if answer.status_code == 200 and answer.json()["data"]["splices"]:
            states.append(answer.json()["data"])
            revision = states[-1]["subtitles"]["revision"]
    assert len(states) > 20
    whole = (await anna.client.get(path)).json()["data"]["subtitles"]
    # Only the answer to a fix says why something is left; what is left is the same.
    assert whole["violations"] == [without_reason(each) for each in states[-1]["violations"]]
    cues = whole["cues"]
    for state in reversed(states):
        answer = await anna.client.post(f"{path}/undo", json={"revision": revision})
        assert answer.status_code == 200, answer.text
        revision = answer.json()["data"]["subtitles"]["revision"]
        for splice in reversed(state["splices"]):
            at, inserted = splice["at"], splice["inserted"]
            assert cues[at : at + len(inserted)] == inserted
            cues[at : at + len(inserted)] = splice["removed"]
        assert (await anna.client.get(path)).json()["data"]["subtitles"]["cues"] == cues
    assert cues == (await imported_cues(anna))


def without_reason(violation: dict) -> dict:
    return {name: value for name, value in violation.items() if name != "reason"}


async def imported_cues(anna) -> list[dict]:
    again = await anna.imported(SRT)
    return (await anna.ask("GET", f"/{again['subtitlesId']}"))["subtitles"]["cues"]
