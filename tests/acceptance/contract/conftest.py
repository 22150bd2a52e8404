"""Two people, their media, and one finished job of each shape, on the platform of the session."""

from types import SimpleNamespace

import pytest
from customers import Customer

import samples


@pytest.fixture(scope="session")
def media(tmp_path_factory):
    """Make a noisy sound, a noisy video, a video without sound and a picture."""
    folder = tmp_path_factory.mktemp("media")
    talk = samples.speech(3.0, level=-20) + samples.noise(3.0, level=-45)
    return SimpleNamespace(
        sound=samples.write_audio(folder / "Entrevista ñ.wav", talk),
        video=samples.write_video(folder / "talk.mp4", talk, seconds=3),
        mute=samples.write_video(folder / "mute.mp4", seconds=1),
        picture=samples.write_image(folder / "cover.png"),
    )


def move_in(running, media):
    """Make an account with a project that holds all the media."""
    customer = Customer(running)
    customer.talks = customer.project()
    assets = {name: customer.upload(customer.talks, path) for name, path in vars(media).items()}
    customer.assets = SimpleNamespace(**{name: asset["assetId"] for name, asset in assets.items()})
    return customer


@pytest.fixture(scope="session")
def anna(running, media):
    customer = move_in(running, media)
    yield customer
    customer.leave()


@pytest.fixture(scope="session")
def bert(running, media):
    customer = move_in(running, media)
    yield customer
    customer.leave()


@pytest.fixture(scope="session")
def first(anna):
    """Start the platform's first noise removal, before there is any history, and follow it to its end."""
    created = anna.start(assetId=anna.assets.sound, projectId=anna.talks)
    return SimpleNamespace(created=created, seen=anna.follow(created["jobId"]))


@pytest.fixture(scope="session")
def video_job(anna, first):
    """Clean a video; return everything that polling saw."""
    created = anna.start(assetId=anna.assets.video, projectId=anna.talks)
    return SimpleNamespace(created=created, seen=anna.follow(created["jobId"]))


@pytest.fixture
def newcomer(running, media):
    """Return somebody new with a project and a sound: nothing of other tests counts against them."""
    customer = Customer(running)
    customer.talks = customer.project()
    customer.sound = customer.upload(customer.talks, media.sound)["assetId"]
    yield customer
    customer.leave()
