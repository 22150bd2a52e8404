"""The timeline as an editor draws it."""

from cutroom.render.document.reading import read_template
from cutroom.render.scene.timeline import lay_out
from cutroom.render.scene.timeline_view import MOST_CLIPS, timeline_view


def test_timeline_view_tells_times_names_and_passages():
    document = {
        "rate": 25,
        "tracks": [
            {
                "clips": [
                    {"type": "background", "color": "#ff0000", "length": 2},
                    {
                        "type": "background",
                        "color": "#0000ff",
                        "length": 2,
                        "transition": {"type": "crossfade", "length": 0.5},
                    },
                ]
            },
            {"clips": [{"type": "text", "text": "Two\n words " + "x" * 100, "start": 1, "length": "end"}]},
        ],
    }
    view = timeline_view(lay_out(read_template(document), {}))
    assert (view["seconds"], view["frames"], view["rate"], view["count"]) == (3.5, 88, 25.0, 3)
    first, second = view["tracks"][0]["clips"]
    assert (first["path"], first["start"], first["length"]) == ("$.tracks[0].clips[0]", 0, 2)
    assert (second["start"], second["overlap"]) == (1.5, 0.5)
    assert "overlap" not in first
    [text] = view["tracks"][1]["clips"]
    assert text["name"].startswith("Two words xxx")
    assert len(text["name"]) == 60
    assert (text["start"], text["length"]) == (1, 2.5)


def test_timeline_view_is_bounded():
    clips = [{"type": "background", "color": "#000000", "length": 0.1}] * (MOST_CLIPS + 5)
    view = timeline_view(lay_out(read_template({"tracks": [{"clips": clips}, {"clips": clips[:1]}]}), {}))
    assert view["count"] == MOST_CLIPS + 6
    assert [len(track["clips"]) for track in view["tracks"]] == [MOST_CLIPS, 0]
