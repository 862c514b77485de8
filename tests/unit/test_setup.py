"""What `make run` and `make test` do on a machine that lacks something: one line that says what to install."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def make_venv(folder: Path, *pythons: str, path: str = "") -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if key != "PYTHON"}
    command = ["/bin/sh", str(ROOT / ".tools" / "make-venv"), str(folder / "venv"), *pythons]
    environment["PATH"] = path or environment["PATH"]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=120)


def fake(folder: Path, name: str, body: str) -> str:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{body}\n")
    path.chmod(0o755)
    return str(path)


def test_without_any_python_one_line_says_what_to_install(tmp_path: Path) -> None:
    ran = make_venv(tmp_path, path=str(tmp_path))
    assert ran.returncode == 1
    assert len(ran.stderr.splitlines()) == 1
    assert "apt-get install python3 python3-venv" in ran.stderr


def test_an_old_python_is_passed_over(tmp_path: Path) -> None:
    old = fake(tmp_path, "old", "exit 1")
    ran = make_venv(tmp_path, old)
    assert ran.returncode == 1
    assert "Python 3.11 or newer is not installed" in ran.stderr


def test_a_python_without_venv_is_told_by_its_package(tmp_path: Path) -> None:
    bare = fake(tmp_path, "bare", f'case "$2" in *ensurepip*) exit 1;; esac\nexec "{sys.executable}" "$@"')
    ran = make_venv(tmp_path, bare)
    assert ran.returncode == 1
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    assert ran.stderr == (
        f"feedd: Python {version} has no venv module; on Debian or Ubuntu: apt-get install python{version}-venv\n"
    )
    assert not (tmp_path / "venv").exists()


def test_the_first_python_that_will_do_is_taken_also_into_a_folder_with_spaces(tmp_path: Path) -> None:
    old = fake(tmp_path, "old", "exit 1")
    folder = tmp_path / "with spaces"
    folder.mkdir()
    assert make_venv(folder, old, sys.executable).returncode == 0
    assert (folder / "venv" / "bin" / "python").exists()


@pytest.mark.parametrize("target", ["run", "test"])
def test_the_readme_names_the_two_commands(target: str) -> None:
    assert f"make {target} " in (ROOT / "README.md").read_text()
    assert f"\n{target}: " in (ROOT / "Makefile").read_text()
