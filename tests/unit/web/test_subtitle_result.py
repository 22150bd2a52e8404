from cutroom.web.subtitle_result import SHOWN_CUES, read_subtitle_result


def _job(**output):
    return {"type": "subtitle-generation", "outputData": output}


def test_a_result_says_how_far_to_trust_it_and_offers_every_language():
    cues = [{"startTime": n, "endTime": n + 1, "text": f"cue {n}"} for n in range(SHOWN_CUES + 2)]
    result = read_subtitle_result(
        _job(
            subtitles=cues,
            subtitlesId="one",
            files={"xyz": "d", "vtt": "b", "srt": "a"},
            language="en",
            trust={"level": "fair", "sentence": "Two words in a hundred are wrong."},
            engine="faster-whisper",
            translations=[{"language": "de", "subtitlesId": "two", "files": {"srt": "c"}}],
            violations=[{"rule": "too-fast"}] * 3,
        )
    )
    assert result is not None
    assert result.summary == f"{SHOWN_CUES + 2} cues in English."
    assert result.trust == "Two words in a hundred are wrong."
    assert [version.language for version in result.versions] == ["English", "German"]
    assert result.versions[0].files == [("SRT", "a"), ("WebVTT", "b"), ("xyz", "d")]
    assert len(result.samples) == SHOWN_CUES
    assert result.more == 2
    assert result.violations.startswith("3 places")
    assert result.engine == "Whisper, on this machine"


def test_an_empty_result_says_why():
    result = read_subtitle_result(_job(subtitles=[], subtitlesId="one", reason="There is only music."))
    assert result is not None
    assert (result.reason, result.summary, result.violations) == ("There is only music.", "", "")


def test_other_kinds_have_no_such_result():
    assert read_subtitle_result({"type": "noise-removal", "outputData": {"resultAssetId": "x"}}) is None
