"""`report.gather`: what a reader of a bug report wants to know, with everything taken out that is nobody's business."""

from __future__ import annotations

import platform
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from tasks.clerk.about import versions
from tasks.clerk.desk import Desk
from tasks.clerk.wire import Request
from tasks.doctor.examination import examine
from tasks.doctor.finding import Finding
from tasks.doctor.patient import Patient
from tasks.doctor.sentences import level_of, say
from tasks.redaction import for_report, names_in
from tasks.settings import FIELDS, Settings
from tasks.settings.schema import gateway_names

LOG_LINES = 40
"""Of each log, the last ones."""
LOG_TAIL_BYTES = 20_000
CHECK_WITHIN_S = 4.0


class Report:
    """Gathers in a line of its own: the checks may take seconds."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def gather(self, _request: Request) -> dict[str, Any]:
        """`report.gather` → `{text}`: in English, for whoever looks after the program."""
        settings = self._desk.settings()
        sections = {
            "Program": [f"{name} {version}" for name, version in versions().items()],
            "System": [platform.platform(), f"{platform.python_implementation()} {platform.machine()}"],
            "Settings": list(said_settings(settings)),
            "Checks": list(checks()),
        }
        sections |= {f"{path.name}, its last lines": tail(path) for path in logs(settings.home)}
        text = "\n\n".join("\n".join([f"== {title}", *lines]) for title, lines in sections.items() if lines)
        return {"text": for_report(text, names(settings))}


def said_settings(settings: Settings) -> Iterator[str]:
    """What was chosen, without anything that could be a name, an address or a secret."""
    for field in FIELDS:
        source = settings.sources.get(field.key, "default")
        if source == "default":
            continue
        value = settings[field.key]
        plain = isinstance(value, bool | int | float) or field.choices or field.key == "region"
        yield f"{field.key} = {value if plain else '(set)'}, from {source}"
    gateways = sorted(account.gateway for account in settings.accounts.values())
    yield f"accounts of: {', '.join(gateways)}"
    yield from (f"not in order: {problem.code}" for problem in settings.problems)


def names(settings: Settings) -> set[str]:
    """What accounts are called, and what addresses tell of others."""
    own = set(settings.accounts) - set(gateway_names())
    addresses = [settings.broker_url, settings.result_backend, settings.ledger_url, settings.update_feed]
    addresses += [account.fields.get("base_url") for account in settings.accounts.values()]
    return own | {name for address in addresses if address for name in names_in(str(address))}


def checks() -> Iterator[str]:
    """What the doctor finds without a login at the gateways: no account's business is in a report."""
    for one in examine(Patient.here(), CHECK_WITHIN_S, logs_in=False):
        yield f"{level_of(one.finding)}: {one.check}: {say(nameless(one.finding), 'en')}"


def nameless(finding: Finding) -> Finding:
    """Its sentence does not name the user."""
    return replace(finding, params={**finding.params, "user": "this user"}) if "user" in finding.params else finding


def logs(home: Path) -> list[Path]:
    """The newest of each kind."""
    return sorted((home / "logs").glob("*.log"))


def tail(path: Path) -> list[str]:
    """The last lines of a log."""
    try:
        with path.open("rb") as file:
            start = max(0, path.stat().st_size - LOG_TAIL_BYTES)
            file.seek(start)
            lines = file.read().decode("utf-8", "replace").splitlines()
            return lines[1 if start else 0 :][-LOG_LINES:]  # the first one may have lost its beginning
    except OSError:
        return []
