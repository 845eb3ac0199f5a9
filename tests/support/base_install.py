"""The package as pip installs it: from its wheel, with the libraries that it asks for and no others.

As a server has it that is without Qt. Offline and fast: the libraries are those of the tests' own environment, linked
one by one.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import sysconfig
import venv
from dataclasses import dataclass
from importlib.metadata import Distribution, distribution, distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from support.desk import ROOT

PACKAGE = "sms-desk"


def clean_copy(folder: Path) -> Path:
    """The sources as somebody has them who downloads them: what git tracks, and nothing that lies about here."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in listed.split("\0"):
        if name and (ROOT / name).is_file():
            place = folder / name
            place.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, place)
    return folder


def build(source: Path, into: Path) -> tuple[Path, Path]:
    """The sdist of a source folder, and the wheel that is made of the sdist."""
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(into), str(source)]
    subprocess.run(command, check=True, capture_output=True, timeout=100)
    (wheel,), (sdist,) = into.glob("*.whl"), into.glob("*.tar.gz")
    return sdist, wheel


def install(wheel: Path, folder: Path, *extras: str) -> Path:
    """Install the wheel and what it asks for with these extras; returns the folder of the programs."""
    venv.create(folder / "venv", symlinks=True)
    programs = folder / "venv" / "bin"
    pip = [sys.executable, "-m", "pip", "--python", str(programs / "python"), "install"]
    options = ["--quiet", "--no-deps", "--no-index", "--no-compile", "--disable-pip-version-check"]
    subprocess.run([*pip, *options, str(wheel)], check=True, timeout=100)
    libraries = folder / "libraries"
    libraries.mkdir()
    for library in needed_by(installed_in(programs.parent), *extras):
        link(library, libraries)
    (site,) = programs.parent.glob("lib/python*/site-packages")
    (site / "libraries.pth").write_text(str(libraries))
    return programs


def installed_in(environment: Path) -> Distribution:
    """The package in another environment."""
    (site,) = environment.glob("lib/python*/site-packages")
    (found,) = distributions(name=PACKAGE, path=[str(site)])
    return found


def needed_by(package: Distribution, *extras: str) -> list[Distribution]:
    """Everything that a package asks for on this machine, with extras, and what that asks for."""
    waiting = [(line, extra) for extra in ("", *extras) for line in package.requires or ()]
    met: dict[tuple[str, str], Distribution] = {}
    while waiting:
        line, extra = waiting.pop()
        need = Requirement(line)
        if need.marker is not None and not need.marker.evaluate({"extra": extra}):
            continue
        for wanted in ("", *need.extras):
            if (need.name, wanted) not in met:
                met[need.name, wanted] = found = distribution(need.name)
                waiting += [(further, wanted) for further in found.requires or ()]
    return list(met.values())


def link(library: Distribution, folder: Path) -> None:
    """Make a library importable from a folder."""
    here = Path(sysconfig.get_path("purelib"))
    for name in {file.parts[0] for file in library.files or () if file.parts[0] not in ("..", "__pycache__")}:
        if not (folder / name).exists():
            (folder / name).symlink_to(here / name)


@dataclass(frozen=True)
class Built:
    """What is uploaded: made of a clean copy of the sources."""

    source: Path
    sdist: Path
    wheel: Path


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The sdist and the wheel."""
    folder = tmp_path_factory.mktemp("built")
    source = clean_copy(folder / "source")
    return Built(source, *build(source, folder))


@pytest.fixture(scope="session")
def base_install(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of `pip install sms-desk`: `python`, `sms-desk`, `sms-desk-worker`."""
    return install(built.wheel, tmp_path_factory.mktemp("base-install"))


@pytest.fixture(scope="session")
def desktop_install(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of `pip install 'sms-desk[desktop]'`."""
    return install(built.wheel, tmp_path_factory.mktemp("desktop-install"), "desktop")
