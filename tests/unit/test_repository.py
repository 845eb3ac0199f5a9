"""What holds for the repository as a whole."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import tasks

ROOT = Path(__file__).parents[2]

# Put together, so that this file does not contain what it looks for.
INDEX_HOSTS = tuple(
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("pypi", "python", "org"),
        ("registry", "npmjs", "org"),
        ("deb", "debian", "org"),
    )
)
INDEX_OPTIONS = re.compile("--(?:extra-|default-)?index" + r"(?:-url)?[ =]\S|--find" + r"-links[ =]\S")

IMPORT_ALL = """
import importlib, pkgutil, sys

class NoQt:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in ("PySide6", "shiboken6", "desktop"):
            raise ImportError(f"{name} is imported")

sys.meta_path.insert(0, NoQt())
import tasks

def stop(name):
    raise

# env.py runs inside Alembic only; __main__ starts something.
skipped = ("tasks.ledger.migrations", "tasks.__main__")
found = [module.name for module in pkgutil.walk_packages(tasks.__path__, "tasks.", onerror=stop)]
names = [name for name in found if not name.startswith(skipped)]
for name in names:
    importlib.import_module(name)
print(len(names))
"""


def tracked() -> list[Path]:
    """Every file that git knows."""
    if shutil.which("git") is None or not (ROOT / ".git").exists():
        pytest.skip("not a git checkout, or no git")
    command = ["git", "-c", "safe.directory=*", "ls-files", "-z"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return [path for name in done.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def text_of(path: Path) -> str:
    return path.read_bytes().decode("utf-8", errors="replace")


def test_every_module_of_tasks_is_importable_without_qt() -> None:
    done = subprocess.run([sys.executable, "-c", IMPORT_ALL], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 20


def test_no_tracked_file_names_a_package_index() -> None:
    found = [
        f"{path.relative_to(ROOT)}: {host}"
        for path in tracked()
        for host in INDEX_HOSTS
        if host in text_of(path).lower()
    ]
    assert found == []


def test_the_lock_names_hashes_and_no_addresses() -> None:
    lock = text_of(ROOT / "requirements.lock")
    assert "://" not in lock
    assert INDEX_OPTIONS.search(lock) is None
    pinned = [line for line in lock.splitlines() if line and line[0] not in " #"]
    assert len(pinned) > 40
    assert all(re.match(r"[\w.-]+==\S+ .*\\$", line) for line in pinned)
    assert lock.count("--hash=sha256:") >= len(pinned)


def test_no_directory_shadows_an_installed_package() -> None:
    """`packaging` and `tests` would be taken for the ones of site-packages if they were packages."""
    names = [path.relative_to(ROOT).as_posix() for path in tracked() if path.name == "__init__.py"]
    assert [name for name in names if name.startswith(("packaging/", "tests/"))] == []
    assert not (ROOT / "packaging" / "__init__.py").exists()


def test_the_version_is_in_one_place() -> None:
    project = tomllib.loads(text_of(ROOT / "pyproject.toml"))
    assert project["project"]["dynamic"] == ["version"]
    assert project["tool"]["hatch"]["version"] == {"path": "tasks/__init__.py"}
    assignment = re.compile(r"^_*version_* *(:.*)?= *[\"']", re.IGNORECASE | re.MULTILINE)
    holders = [
        path.relative_to(ROOT).as_posix()
        for path in tracked()
        if path.suffix == ".py" and path.parent.parts[-1] != "versions" and assignment.search(text_of(path))
    ]
    assert holders == ["tasks/__init__.py"]
    assert re.fullmatch(r"\d+\.\d+\.\d+(\.dev\d+|(a|b|rc)\d+)?", tasks.__version__)


def test_the_entry_points_exist() -> None:
    scripts = tomllib.loads(text_of(ROOT / "pyproject.toml"))["project"]
    for target in {**scripts["scripts"], **scripts["gui-scripts"]}.values():
        module, function = target.split(":")
        source = text_of(ROOT / (module.replace(".", "/") + ".py"))
        assert f"def {function}(" in source
