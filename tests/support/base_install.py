"""The package as a server has it: from its wheel, with the libraries that it asks for and no others, so without Qt.

Offline and fast: the libraries are those of the tests' own environment, linked one by one.
"""

from __future__ import annotations

import subprocess
import sys
import sysconfig
import venv
from importlib.metadata import Distribution, distribution, distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from support.desk import ROOT

PACKAGE = "sms-desk"


def build_wheel(folder: Path) -> Path:
    """The wheel of this checkout."""
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(build, check=True, capture_output=True, timeout=100)
    (wheel,) = folder.glob("*.whl")
    return wheel


def install_base(folder: Path) -> Path:
    """Install the wheel and what it asks for without extras; returns the folder of the programs."""
    wheel = build_wheel(folder)
    venv.create(folder / "venv", symlinks=True)
    programs = folder / "venv" / "bin"
    pip = [sys.executable, "-m", "pip", "--python", str(programs / "python"), "install"]
    options = ["--quiet", "--no-deps", "--no-index", "--no-compile", "--disable-pip-version-check"]
    subprocess.run([*pip, *options, str(wheel)], check=True, timeout=100)
    libraries = folder / "libraries"
    libraries.mkdir()
    for library in needed_by(installed_in(programs.parent)):
        link(library, libraries)
    (site,) = programs.parent.glob("lib/python*/site-packages")
    (site / "libraries.pth").write_text(str(libraries))
    return programs


def installed_in(environment: Path) -> Distribution:
    """The package in another environment."""
    (site,) = environment.glob("lib/python*/site-packages")
    (found,) = distributions(name=PACKAGE, path=[str(site)])
    return found


def needed_by(package: Distribution) -> list[Distribution]:
    """Everything that a package asks for on this machine, and what that asks for."""
    waiting = [(line, "") for line in package.requires or ()]
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


@pytest.fixture(scope="session")
def base_install(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The programs of a base installation: `python`, `sms-desk`, `sms-desk-worker`."""
    return install_base(tmp_path_factory.mktemp("base-install"))
