"""The settings file and the environment: what of them cannot be used."""

from __future__ import annotations

from tasks.doctor.finding import Finding, found, of_error
from tasks.doctor.patient import Patient
from tasks.settings.document import SETTINGS_FILE


def check_settings(patient: Patient) -> list[Finding]:
    """One finding for each problem; else where the settings come from."""
    problems = patient.settings.problems
    if problems:
        return [of_error(problem) for problem in problems]
    path = patient.settings.home / SETTINGS_FILE
    environment = sum(source == "environment" for source in patient.settings.sources.values())
    return [found("doctor.settings.file" if path.exists() else "doctor.settings.no_file", path=path, count=environment)]
