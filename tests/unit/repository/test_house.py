import house
import pytest

HEAD = '"""A module."""\n'


def rules(source: str, path: str = "src/cutroom/x/clock.py") -> list[str]:
    return [finding.rule for finding in house.check_file(path, source.encode())]


def test_plain_module_passes():
    assert rules(HEAD + "import os\n\n\ndef read_clock() -> str:\n    return os.name\n") == []


@pytest.mark.parametrize(
    ("source", "rule"),
    [
        ("import os\n", "no-docstring"),
        (HEAD + "x = 1\n" * 400, "long-file"),
        (HEAD + "def read():\n" + "    x = 1\n" * 50, "long-function"),
        (HEAD + "class JobManager:\n    pass\n", "empty-name"),
        (HEAD + "def load_data():\n    pass\n", "empty-name"),
        (HEAD + "def read():\n    import os\n", "hidden-import"),
        (HEAD + "x = 1  # noqa\n", "bare-ignore"),
        (HEAD + "x = 1  # noqa: S101\n", "bare-ignore"),
        (HEAD + "x = 1  # pyright: ignore[reportAny]\n", "bare-ignore"),
        (HEAD + "place = '/home" + "/somebody/x'\n", "refused-word"),
        (HEAD + "# TO" + "DO: later\n", "refused-word"),
    ],
)
def test_each_rule_finds_its_fault(source: str, rule: str):
    assert rules(source) == [rule]


@pytest.mark.parametrize(
    "source",
    [
        HEAD + "def read():\n    # numpy costs 80 ms, and most commands do not need it\n    import numpy\n",
        HEAD + "def read():\n    import numpy  # 80 ms that most commands do not need\n",
        HEAD + "x = 1  # noqa: S101, E501 - the child packs nothing else\n",
        HEAD + "x = 1  # pyright: ignore[reportAny] - its stub forgets None\n",
        HEAD + "x = '# noqa'\n",
        HEAD + "def handle(): ...\n",
        HEAD + "database = 1\n",
    ],
)
def test_reasoned_exceptions_and_near_misses_pass(source: str):
    assert rules(source) == []


@pytest.mark.parametrize("name", ["utils", "helpers", "job_data", "misc"])
def test_empty_file_and_folder_names_are_refused(name: str):
    assert rules(HEAD, f"src/cutroom/{name}.py") == ["empty-name"]
    assert rules(HEAD, f"src/cutroom/{name}/clock.py") == ["empty-name"]


def test_init_only_reexports():
    path = "src/cutroom/x/__init__.py"
    assert rules(HEAD + "from os import name\n\n__all__ = ['name']\n", path) == []
    assert rules(HEAD + "def work():\n    pass\n", path) == ["busy-init"]


def test_binary_files_are_left_alone():
    assert list(house.check_file("docs/pictures/page.png", b"\x89PNG\xff\xfe")) == []
