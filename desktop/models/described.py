"""The settings as the clerk describes them: what the Settings page builds itself from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

ENVIRONMENT: Final = "environment"


@dataclass(frozen=True, slots=True)
class Described:
    """One setting with its value in force."""

    key: str
    kind: str
    """str, int, float, bool or decimal."""
    title: Mapping[str, str]
    help: Mapping[str, str] = field(default_factory=dict)
    default: Any = None
    value: Any = None
    """None for a secret: only `is_set` tells of it."""
    is_set: bool = False
    source: str = "default"
    """environment, file, default; of a secret also keyring or session."""
    secret: bool = False
    required: bool = False
    choices: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    pattern: str | None = None
    restart_worker: bool = False
    advanced: bool = False
    env: str = ""

    @classmethod
    def from_wire(cls, wire: Mapping[str, Any]) -> Described:
        values = {name: wire[name] for name in cls.__dataclass_fields__ if name in wire}
        return cls(**{**values, "choices": tuple(wire.get("choices") or ())})

    @property
    def fixed(self) -> bool:
        """Set by the environment: it cannot be changed in the window."""
        return self.source == ENVIRONMENT


@dataclass(frozen=True, slots=True)
class DescribedGateway:
    """A gateway that an account may be made for."""

    name: str
    title: Mapping[str, str]
    simulated: bool
    fields: tuple[Described, ...]

    @classmethod
    def from_wire(cls, wire: Mapping[str, Any]) -> DescribedGateway:
        fields = tuple(map(Described.from_wire, wire.get("fields", ())))
        return cls(str(wire["name"]), dict(wire["title"]), bool(wire.get("simulated")), fields)


@dataclass(frozen=True, slots=True)
class DescribedAccount:
    """A gateway account with its fields."""

    name: str
    gateway: str
    title: Mapping[str, str]
    simulated: bool
    fields: tuple[Described, ...]
    problem: tuple[str, Mapping[str, Any]] | None = None
    """(code, params) of what keeps it from sending."""
    new: bool = False
    """Not saved yet."""
    limits: Mapping[str, Any] | None = None
    """What it has sent of its limits: per_day, today, budget_micros, month_micros, currency."""

    @classmethod
    def from_wire(cls, wire: Mapping[str, Any]) -> DescribedAccount:
        problem = wire.get("problem")
        return cls(
            name=str(wire["name"]),
            gateway=str(wire["gateway"]),
            title=dict(wire["title"]),
            simulated=bool(wire.get("simulated")),
            fields=tuple(map(Described.from_wire, wire.get("fields", ()))),
            problem=(str(problem["code"]), dict(problem.get("params") or {})) if problem else None,
            limits=wire.get("limits"),
        )


@dataclass(frozen=True, slots=True)
class DescribedSettings:
    """Everything of `settings.get`."""

    fields: tuple[Described, ...] = ()
    accounts: tuple[DescribedAccount, ...] = ()
    gateways: tuple[DescribedGateway, ...] = ()
    problems: tuple[tuple[str, Mapping[str, Any]], ...] = ()
    keyring: str = ""
    """Name of the system's keyring; "" where there is none."""

    @classmethod
    def from_wire(cls, wire: Mapping[str, Any]) -> DescribedSettings:
        keyring = wire.get("keyring") or {}
        return cls(
            fields=tuple(map(Described.from_wire, wire.get("fields", ()))),
            accounts=tuple(map(DescribedAccount.from_wire, wire.get("accounts", ()))),
            gateways=tuple(map(DescribedGateway.from_wire, wire.get("gateways", ()))),
            problems=tuple((str(entry["code"]), dict(entry.get("params") or {})) for entry in wire.get("problems", ())),
            keyring=str(keyring.get("name") or "keyring") if keyring.get("available") else "",
        )

    def field(self, key: str) -> Described | None:
        return next((entry for entry in self.fields if entry.key == key), None)


@dataclass(frozen=True, slots=True)
class Changes:
    """What the operator changed. Secrets travel apart: they never go into the settings file."""

    values: Mapping[str, Any]
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)
    restart_worker: tuple[str, ...] = ()
    """Titles of changed settings that a running worker takes only after a restart."""
    restart_program: tuple[str, ...] = ()
    """Titles of changed settings that need the whole program to start anew."""

    def __bool__(self) -> bool:
        return bool(self.values or self.secrets)
