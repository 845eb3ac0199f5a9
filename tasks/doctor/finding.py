"""What a check has found."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tasks.errors import DeskError


@dataclass(frozen=True, slots=True)
class Finding:
    """A code of `sentences.tsv` (which says how bad it is) and what fills its sentence: never a secret."""

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)


def found(code: str, **params: Any) -> Finding:
    """A finding."""
    return Finding(code, params)


def of_error(error: DeskError) -> Finding:
    """An error as a finding; its code has a row of its own."""
    return Finding(error.code, error.params)
