"""Python and the libraries, against what this program was made for: the pins of its own package."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, requires, version

from packaging.requirements import Requirement

from tasks import __version__
from tasks.doctor.finding import Finding, found
from tasks.doctor.patient import Patient
from tasks.launch import is_frozen

PACKAGE = "sms-desk"
TOLD = ("celery", "kombu", "redis", "sqlalchemy")


def check_versions(patient: Patient) -> list[Finding]:
    """One finding: all as pinned, or what is not."""
    if is_frozen():
        return [found("doctor.versions.frozen", version=__version__, python=platform.python_version())]
    try:
        needed = list(needs(PACKAGE, optional_parts(patient)))
    except PackageNotFoundError:
        return [found("doctor.versions.not_installed", version=__version__)]
    missing = sorted({need.name for need in needed if installed(need.name) is None})
    wrong = [
        f"{need.name} {now} ({need.specifier})"
        for need in needed
        if (now := installed(need.name)) is not None and not need.specifier.contains(now, prereleases=True)
    ]
    if missing:
        return [found("doctor.versions.missing", names=missing)]
    if wrong:
        return [found("doctor.versions.wrong", names=sorted(set(wrong)))]
    names = [f"{name} {installed(name)}" for name in TOLD]
    return [found("doctor.versions.ok", version=__version__, python=platform.python_version(), names=names)]


def optional_parts(patient: Patient) -> set[str]:
    """The extras that these settings need."""
    return {"postgresql"} if patient.settings.ledger_url.startswith("postgresql") else set()


def needs(package: str, extras: set[str]) -> Iterator[Requirement]:
    """What a package asks for here, and what the extras that it names of others ask for.

    Raises PackageNotFoundError where it is not installed.
    """
    for line in requires(package) or ():
        need = Requirement(line)
        if need.marker is not None and not any(need.marker.evaluate({"extra": extra}) for extra in (extras or {""})):
            continue
        yield need
        if need.extras and installed(need.name) is not None:
            yield from (one for one in needs(need.name, set(need.extras)) if "extra" in str(one.marker))


def installed(name: str) -> str | None:
    """The version of a distribution; None where it is not installed."""
    try:
        return version(name)
    except PackageNotFoundError:
        return None
