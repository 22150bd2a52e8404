"""What the doctor reads from loaders, and the command it names."""

import pytest

from cutroom.boot.doctor import Finding, install_command
from cutroom.boot.system_libraries import missing_in, package_of, try_module

LDD = """
/x/skia.abi3.so:
\tlinux-vdso.so.1 (0x00007ffc)
\tlibGL.so.1 => not found
\tlibEGL.so.1 => not found
\tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f)
"""
ERROR = "ImportError: libz.so.1: cannot open shared object file: No such file or directory"


def test_reads_missing_libraries_from_ldd_and_from_an_import():
    assert missing_in(LDD) == {"libGL.so.1", "libEGL.so.1"}
    assert missing_in(ERROR) == {"libz.so.1"}
    assert missing_in("SyntaxError: invalid syntax") == frozenset()


@pytest.mark.parametrize(
    ("library", "package"),
    [
        ("libGL.so.1", "libgl1"),
        ("libz.so.1", "zlib1g"),
        ("libgomp.so.1", "libgomp1"),
        ("libstdc++.so.6", "libstdc++6"),
        ("libxcb.so.1", "libxcb1"),
        ("libX11.so.6", "libx11-6"),
        ("libsqlite3.so.0", "libsqlite3-0"),
    ],
)
def test_names_debians_package(library, package):
    assert package_of(library) == package


def test_names_one_command_for_everything():
    findings = [
        Finding("one", "problem", "x", frozenset({"libgl1", "libegl1"})),
        Finding("two", "problem", "x", frozenset({"libgl1"})),
        Finding("three", "ok", "x"),
    ]
    assert install_command(findings).endswith("apt-get install -y libegl1 libgl1")
    assert install_command(findings[2:]) is None


def test_a_module_that_is_broken_is_told_with_its_reason():
    assert try_module("json") is None
    broken = try_module("no_such_module")
    assert "No module named" in broken.reason
    assert not broken.libraries


def test_a_module_that_crashes_does_not_take_the_doctor_with_it(tmp_path, monkeypatch):
    (tmp_path / "crashing_part.py").write_text("import os\nos.abort()\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    assert "signal 6" in try_module("crashing_part").reason
