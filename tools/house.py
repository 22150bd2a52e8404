"""Check the rules of the house that no linter knows; print one line per finding.

The rules are in docs/architecture.md; exceptions stand by name, with a reason, in EXCEPTIONS.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LONGEST_FILE = 400
LONGEST_FUNCTION = 50
# Words that say nothing about what a thing is; looked for in names of files, classes and functions.
EMPTY_WORDS = {
    "common",
    "data",
    "handler",
    "helper",
    "helpers",
    "info",
    "manager",
    "misc",
    "tmp",
    "util",
    "utils",
}
# What no tracked file may say: somebody's own folders, unfinished business, package hosts, keys.
REFUSED = {
    r"(?<![\w.~$}*])/(?:home|root|Users|work|workspace)/[\w.]": "a path of somebody's own machine",
    r"\b(?:TODO|FIXME|XXX)\b": "unfinished business; finish it or file it",
    r"\b(?:pypi|pythonhosted|npmjs|debian)\.(?:org|com)\b": "the address of a package host",
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----": "a private key",
}
IGNORE = re.compile(r"#\s*(noqa|type:\s*ignore|pyright:\s*ignore|fmt:\s*(?:off|skip)|pragma)(.*)")
REASONED = re.compile(r"^(?::\s*[A-Z]+\d+(?:\s*,\s*[A-Z]+\d+)*|\[[\w, ]+\])?\s+[-#]\s+\S.{3,}")
# (rule, path or path:name) -> why it may be.
EXCEPTIONS: dict[tuple[str, str], str] = {
    ("refused-word", "tools/house.py"): "the list itself",
    ("busy-init", "src/cutroom/__init__.py"): "functions that win over rooms of the same name: decision 0010",
    ("empty-name", "src/cutroom/boot/client.py:_data"): "the envelope's own word",
    ("empty-name", "src/cutroom/network/transport.py:get_extra_info"): "httpcore's name for it",
    ("empty-name", "src/cutroom/gate/routing.py:get_route_handler"): "FastAPI's name for it",
}


@dataclass(frozen=True)
class Finding:
    """One place that breaks a rule."""

    rule: str
    path: str
    line: int
    sentence: str
    name: str = ""

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.rule}: {self.sentence}"

    @property
    def keys(self) -> set[tuple[str, str]]:
        """The exceptions that would let it pass."""
        return {(self.rule, self.path), (self.rule, f"{self.path}:{self.name}")}


def main() -> int:
    """Check every tracked file; return an exit code."""
    found = [finding for path in tracked_files() for finding in check_file(path, (ROOT / path).read_bytes())]
    used = {key for finding in found for key in finding.keys & EXCEPTIONS.keys()}
    broken = [finding for finding in found if not finding.keys & EXCEPTIONS.keys()]
    print(*broken, sep="\n", end="\n" if broken else "")
    for rule, place in EXCEPTIONS.keys() - used:
        print(f"tools/house.py: the exception {rule} for {place} is needed no more")
    return bool(broken or EXCEPTIONS.keys() - used)


def tracked_files() -> list[str]:
    """Return the files that git tracks or would add, relative to the repository."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True)
    return sorted({name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()})


def check_file(path: str, content: bytes) -> Iterator[Finding]:
    """Yield what is wrong with one file; what is no text is not looked at."""
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return
    yield from check_words(path, text)
    if path.endswith(".py"):
        yield from check_python(path, text)


def check_words(path: str, text: str) -> Iterator[Finding]:
    """Refuse words that tie the repository to one place or leave it unfinished."""
    for number, line in enumerate(text.splitlines(), 1):
        for pattern, meaning in REFUSED.items():
            if match := re.search(pattern, line):
                yield Finding("refused-word", path, number, f"{match[0]!r} is {meaning}", match[0])


def check_python(path: str, text: str) -> Iterator[Finding]:
    """Check one Python file against all rules for code."""
    try:
        tree = ast.parse(text, path)
    except SyntaxError as error:
        yield Finding("no-python", path, error.lineno or 1, error.msg)
        return
    lines = text.splitlines()
    if len(lines) > LONGEST_FILE:
        yield Finding(
            "long-file", path, 1, f"{len(lines)} lines; at most {LONGEST_FILE}: split it by subject"
        )
    if not path.startswith("tests/") and not ast.get_docstring(tree):
        yield Finding("no-docstring", path, 1, "say in one sentence what this module is")
    yield from check_name(path, 1, Path(path).stem, "file")
    for folder in Path(path).parts[:-1]:
        yield from check_name(path, 1, folder, "folder")
    if path.endswith("/__init__.py"):
        yield from check_exports(path, tree)
    yield from check_definitions(path, tree)
    if not path.startswith(("tests/", "bench/")):
        yield from check_imports(path, tree, lines)
    yield from check_ignores(path, lines)


def check_name(path: str, line: int, name: str, what: str) -> Iterator[Finding]:
    """Refuse a name with a word that says nothing; CamelCase and snake_case alike."""
    plain = name.replace("data_folder", "folder")  # that is the folder which CUTROOM_DATA names
    words = {word.lower() for word in re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])", plain)}
    for word in sorted(words & EMPTY_WORDS):
        yield Finding("empty-name", path, line, f"{what} {name}: {word!r} says nothing; name the thing", name)


def check_exports(path: str, tree: ast.Module) -> Iterator[Finding]:
    """Let `__init__` hold a docstring, imports, `__all__` and lazy imports (PEP 562), nothing else."""
    for node in tree.body:
        is_text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        is_list = isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in {"__all__", "__version__"}
        is_lazy = isinstance(node, ast.FunctionDef) and node.name in {"__getattr__", "__dir__"}
        is_typing = isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
        is_import = isinstance(node, ast.Import | ast.ImportFrom)
        if not (is_text or is_list or is_import or is_lazy or is_typing):
            what = ast.unparse(node).partition("\n")[0]
            yield Finding("busy-init", path, node.lineno, f"__init__ only re-exports; move {what!r}", what)


def check_definitions(path: str, tree: ast.Module) -> Iterator[Finding]:
    """Check the names of classes and functions, and the length of functions."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            yield from check_name(path, node.lineno, node.name, "class")
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            # A test's name is a sentence, and pytest's own fixture may be overridden.
            if not node.name.startswith("test_") and node.name != "tmp_path":
                yield from check_name(path, node.lineno, node.name, "function")
            length = count_lines(node)
            if length > LONGEST_FUNCTION:
                sentence = f"{node.name} has {length} lines beside its docstring; at most {LONGEST_FUNCTION}"
                yield Finding("long-function", path, node.lineno, sentence, node.name)


def count_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Return the lines of a function without its docstring, which may be as long as it must."""
    length = (function.end_lineno or function.lineno) - function.lineno + 1
    if ast.get_docstring(function):
        docstring = function.body[0]
        length -= (docstring.end_lineno or docstring.lineno) - docstring.lineno + 1
    return length


def check_imports(path: str, tree: ast.Module, lines: list[str]) -> Iterator[Finding]:
    """Refuse an import inside a function unless a comment there says why."""
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        for node in ast.walk(function):
            if not isinstance(node, ast.Import | ast.ImportFrom):
                continue
            if not has_reason(lines, node.lineno - 1):
                sentence = f"import inside {function.name} without a comment that says why"
                yield Finding("hidden-import", path, node.lineno, sentence, function.name)


def has_reason(lines: list[str], index: int) -> bool:
    """Say whether a comment stands beside an import or above the group of imports it is in."""
    if "#" in lines[index]:
        return True
    above = index - 1
    while lines[above].strip().startswith(("import ", "from ")) or not lines[above].strip():
        above -= 1
    return lines[above].strip().startswith("#")


def check_ignores(path: str, lines: list[str]) -> Iterator[Finding]:
    """Refuse a silenced rule without its code and ` - reason` beside it."""
    for number, line in enumerate(lines, 1):
        match = IGNORE.search(line)
        if match and not in_string(line, match.start()) and not REASONED.match(match[2]):
            sentence = f"{match[0]!r} needs a code and ' - why it is right here'"
            yield Finding("bare-ignore", path, number, sentence)


def in_string(line: str, position: int) -> bool:
    """Say whether a place of a line is inside quotes, as far as one line tells."""
    before = line[:position]
    return before.count('"') % 2 == 1 or (before.count("'") % 2 == 1 and '"' not in before)


if __name__ == "__main__":
    sys.exit(main())
