"""The commands `subtitles` and `models`: results on standard output, the rest beside it, exit codes."""

import subprocess
import sys

import pytest

import samples
from commands import ENVIRONMENT
from cutroom.subtitles.importing import read_subtitles
from spoken import write_talk

GOOD = "1\n00:00:01,000 --> 00:00:03,000\nGood morning everybody.\n"
BAD = """1
00:00:01,000 --> 00:00:01,200
This line is certainly too long to be read on one line by anybody.

2
00:00:01,100 --> 00:00:04,000
And this one overlaps.
"""


def fails(answer, code, exit_code=1):
    """Look at a command that failed: one sentence with its code, no trace, nothing on standard output."""
    assert answer.returncode == exit_code, answer.stdout + answer.stderr
    assert answer.stderr.startswith("Error: "), answer.stderr
    assert f"({code})" in answer.stderr, answer.stderr
    assert "Traceback" not in answer.stderr
    assert answer.stdout == ""


def files_in(folder):
    return sorted(path.name for path in folder.iterdir() if path.is_file())


def test_a_recording_becomes_subtitles(cutroom, tmp_path):
    talk = write_talk(tmp_path / "talk.wav", before=0.3, after=0.3)
    words = [sys.executable, "-P", "-m", "cutroom.cli.main", "subtitles", "talk.wav", "-o", "out.vtt"]
    own = ENVIRONMENT | {"HOME": str(tmp_path / "home")}
    answer = subprocess.run(
        words, cwd=tmp_path, env=own, capture_output=True, text=True, check=False, timeout=120
    )
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout == "out.vtt\n"
    for words in ("cues, en", "pocketsphinx", "Good for search and timing only"):
        assert words in answer.stderr
    assert read_subtitles((tmp_path / "out.vtt").read_bytes(), "out.vtt").track.cues

    fails(cutroom("subtitles", "make", "talk.wav", "-o", "out.vtt"), "target_exists")
    fails(cutroom("subtitles", "talk.wav", "-o", "talk.wav", "--force"), "unknown_format")
    assert files_in(tmp_path) == ["out.vtt", "talk.wav"]
    assert talk.stat().st_size > 1000


def test_a_silent_recording_says_so(cutroom, tmp_path):
    samples.write_audio(tmp_path / "quiet.wav", samples.silence(1.0))
    answer = cutroom("subtitles", "quiet.wav")
    assert (answer.returncode, answer.stdout) == (0, "quiet.srt\n"), answer.stderr
    assert "No cues: The recording is silent." in answer.stderr


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("missing.wav",), "no_such_file"),
        (("page.wav",), "not_media"),
        (("quiet.wav", "-o", "out.docx"), "unknown_format"),
        (("quiet.wav", "-o", "nowhere/out.srt"), "no_such_folder"),
        (("quiet.wav", "-o", "out.mp4"), "no_picture"),
        (("quiet.wav", "--preset", "loud"), "unknown_preset"),
        (("quiet.wav", "--engine", "magic"), "unknown_engine"),
        (("quiet.wav", "--language", "Klingon, perhaps"), "invalid_option"),
        (("quiet.wav", "--translate", "de"), "missing_key"),
    ],
)
def test_what_cannot_work_is_one_sentence(cutroom, tmp_path, words, code):
    samples.write_audio(tmp_path / "quiet.wav", samples.silence(0.5))
    (tmp_path / "page.wav").write_text("<html>" * 100)
    fails(cutroom("subtitles", *words), code)
    assert files_in(tmp_path) == ["page.wav", "quiet.wav"]


def test_wrong_usage_is_two(cutroom):
    for words in (
        ("subtitles", "talk.wav", "--colour", "red"),
        ("subtitles", "check"),
        ("subtitles", "convert", "a.srt"),
        ("models", "steal"),
    ):
        answer = cutroom(*words)
        assert answer.returncode == 2, words
        assert "Traceback" not in answer.stderr


def test_check_lists_every_rule_that_is_broken(cutroom, tmp_path):
    (tmp_path / "good.srt").write_text(GOOD)
    (tmp_path / "bad.srt").write_text(BAD)
    good = cutroom("subtitles", "check", "good.srt")
    assert (good.returncode, good.stderr) == (0, ""), good.stdout
    assert "1 cue, rules of Netflix" in good.stdout
    assert "0 errors, 0 warnings" in good.stdout
    bad = cutroom("subtitles", "check", "bad.srt", "--fps", "24000/1001")
    assert bad.returncode == 1
    for words in ("line-too-long", "too-short", "overlap", "23.976 frames per second"):
        assert words in bad.stdout


def test_check_names_the_faults_of_the_file_itself(cutroom, tmp_path):
    (tmp_path / "old.srt").write_bytes("1\n0:0:1.0 -> 00:00:03,000\nDéjà vu, très cher.\n".encode("cp1252"))
    answer = cutroom("subtitles", "check", "old.srt", "--language", "fr")
    assert answer.returncode == 1
    assert "Line " in answer.stdout
    for text in ("", "no subtitles at all\n", "\x00\x01" * 500):
        (tmp_path / "no.srt").write_text(text)
        answer = cutroom("subtitles", "check", "no.srt")
        assert answer.returncode == 1, (text, answer.stdout)
        assert "Traceback" not in answer.stderr


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("check", "missing.srt"), "no_such_file"),
        (("check", "bad.srt", "--preset", "loud"), "unknown_preset"),
        (("check", "bad.srt", "--fps", "fast"), "bad_rate"),
        (("check", "bad.srt", "--fps", "0"), "bad_rate"),
        (("check", "bad.srt", "--video", "missing.mp4"), "no_such_file"),
        (("fix", "bad.srt", "-o", "bad.srt", "--force"), "target_is_source"),
        (("fix", "bad.srt", "-o", "out.docx"), "unknown_format"),
        (("convert", "bad.srt", "-o", "bad.srt"), "target_is_source"),
        (("convert", "bad.srt", "-o", "there.vtt"), "target_exists"),
        (("convert", "bad.srt", "-o", "out"), "unknown_format"),
        (("convert", "missing.srt", "-o", "out.vtt"), "no_such_file"),
    ],
)
def test_wrong_files_and_options_are_one_sentence(cutroom, tmp_path, words, code):
    (tmp_path / "bad.srt").write_text(BAD)
    (tmp_path / "there.vtt").write_text("mine")
    answer = cutroom("subtitles", *words)
    fails(answer, code)
    assert (tmp_path / "bad.srt").read_text() == BAD
    assert (tmp_path / "there.vtt").read_text() == "mine"
    assert files_in(tmp_path) == ["bad.srt", "there.vtt"]


def test_fix_repairs_beside_the_file(cutroom, tmp_path):
    (tmp_path / "bad.srt").write_text(BAD)
    answer = cutroom("subtitles", "fix", "bad.srt")
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout == "bad (fixed).srt\n"
    assert "Cue 1: " in answer.stderr
    assert (tmp_path / "bad.srt").read_text() == BAD
    fixed = read_subtitles((tmp_path / "bad (fixed).srt").read_bytes(), "x.srt").track
    assert " ".join(" ".join(cue.text for cue in fixed.cues).split()) == " ".join(
        line for line in BAD.splitlines() if line[:1].isalpha()
    ), "no word is lost"
    fails(cutroom("subtitles", "fix", "bad.srt"), "target_exists")
    assert cutroom("subtitles", "fix", "bad.srt", "-f").returncode == 0


def test_convert_keeps_times_and_texts(cutroom, tmp_path):
    (tmp_path / "good.srt").write_text(GOOD)
    for suffix in ("ass", "ttml", "srt"):
        source = "good.srt" if suffix == "ass" else f"out.{'ass' if suffix == 'ttml' else 'ttml'}"
        answer = cutroom("subtitles", "convert", source, "-o", f"out.{suffix}")
        assert (answer.returncode, answer.stdout) == (0, f"out.{suffix}\n"), answer.stderr
    (cue,) = read_subtitles((tmp_path / "out.srt").read_bytes(), "out.srt").track.cues
    assert (float(cue.start), float(cue.end), cue.text) == (1.0, 3.0, "Good morning everybody.")


def test_models_are_listed_and_a_hub_that_is_away_is_one_sentence(cutroom):
    answer = cutroom("models", "list")
    assert answer.returncode == 0, answer.stderr
    for words in ("base", "large-v3", "absent", "Jobs would use small"):
        assert words in answer.stdout
    fails(cutroom("models", "fetch", "base"), "connection_failed")
    fails(cutroom("models", "fetch", "../../etc"), "unknown_model")
    fails(cutroom("models", "remove", "base"), "model_not_found")
