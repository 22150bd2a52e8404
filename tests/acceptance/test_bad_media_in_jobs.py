"""Media that only the work itself finds broken: a failed job that says why, and nothing left behind."""

import bad_media
import pytest

import samples


@pytest.fixture
def customer(person):
    made = person()
    made.talks = made.project()
    return made


def clean(customer, path, **options):
    asset = customer.upload(customer.talks, path)["assetId"]
    before = customer.belongings()
    job = customer.start(assetId=asset, projectId=customer.talks, **options)["jobId"]
    ended = customer.follow(job)[-1]
    return ended, customer.belongings() - before - {("jobs", job)}


def test_sound_that_does_not_decode(customer, tmp_path):
    job, left = clean(customer, bad_media.deaf_video(tmp_path / "deaf.mp4"))
    assert job["status"] == "failed", job
    error = job["error"]
    assert error["code"] == "no_audio_decoded"
    assert (error["step"], error["retryable"]) == ("clean", False)
    assert job["errorMessage"] == error["message"]
    assert error["message"].endswith(".")
    assert job["attempt"] == 1, "a retry cannot mend it"
    assert left == set()
    steps = customer.running.data / "scratch" / "steps"
    assert [path for path in steps.rglob("*") if job["jobId"] in str(path)] == []


@pytest.mark.parametrize("seconds", [0.001, 0.02, 0.4])
def test_very_short_sound_works(customer, tmp_path, seconds):
    sound = samples.noise(max(seconds, 0.001), level=-30)
    job, left = clean(customer, samples.write_audio(tmp_path / "short.wav", sound))
    assert job["status"] == "completed", job
    assert len({name for table, name in left if table == "assets"}) == 1


@pytest.mark.parametrize(
    ("rate", "channels"), [(8000, 1), (11025, 2), (22050, 6), (44100, 2), (96000, 1), (192000, 2)]
)
def test_odd_rates_and_layouts_work(customer, tmp_path, rate, channels):
    sound = samples.noise(0.5, level=-30, rate=rate, channels=channels)
    job, _ = clean(customer, samples.write_audio(tmp_path / "odd.wav", sound, rate=rate))
    assert job["status"] == "completed", job
    asset = customer.get(f"/api/assets/{job['outputData']['resultAssetId']}").json()["data"]["asset"]
    assert (asset["media"]["sampleRate"], asset["media"]["channels"]) == (rate, channels)
    assert asset["media"]["duration"] == pytest.approx(0.5, abs=0.001)


def test_silence_works(customer, tmp_path):
    job, _ = clean(customer, samples.write_audio(tmp_path / "silence.wav", samples.silence(1.0)))
    assert job["status"] == "completed", job
    assert None not in job["outputData"].values()
