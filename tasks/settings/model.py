"""What the settings are once they are read: plain frozen values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from tasks.errors import SettingsError

_known_secrets: set[str] = set()
"""Values of every Secret of this process; `tasks.log` masks them wherever they turn up."""


class Secret(str):
    """A text that must not be seen. Its repr is masked, and the log masks its value from the moment it exists."""

    __slots__ = ()

    def __new__(cls, value: str) -> Secret:
        if len(value) >= 4:  # shorter ones would mask half of every line
            _known_secrets.add(value)
        return super().__new__(cls, value)

    def __repr__(self) -> str:
        return "Secret(…)"


def known_secrets() -> tuple[str, ...]:
    """Every secret value this process has met, longest first."""
    return tuple(sorted(_known_secrets, key=len, reverse=True))


@dataclass(frozen=True, slots=True)
class Account:
    """One account of one gateway."""

    name: str
    gateway: str
    fields: Mapping[str, Any]
    """The gateway's own fields. A secret one is here only if the environment has it: see `secrets.resolve`."""
    price_micros: int | None = None
    """Price of one segment in millionths of `currency`; None = no price set."""
    currency: str = "CNY"
    signature: str = ""
    """Signature or sender id to begin with, without brackets."""
    rate_per_s: float | None = None
    """Most messages a second that the account may send; None = no limit of ours."""
    most_in_flight: int | None = None
    """Most messages at once over all workers."""
    per_day: int | None = None
    """Most messages in a calendar day."""
    budget_micros: int | None = None
    """Most money in a calendar month, in millionths of `currency`."""
    number_caps: str = ""
    """What its gateway takes for one number, where that differs from `tasks.gateways.caps`."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting with its value in force. `settings["key"]` reads by name; an undeclared key is a KeyError."""

    home: Path
    broker_url: str | None = field(repr=False)  # these addresses may hold a password
    """None = the embedded server."""
    embedded_broker: str
    """auto, server or stand_in: what serves where no broker is set."""
    result_backend: str | None = field(repr=False)
    """None = the broker where it is Redis, else the ledger's database."""
    ledger_url: str = field(repr=False)
    gateway: str
    """Name of the account that messages go through unless another is chosen."""
    region: str
    """Region of numbers written without a country code (ISO 3166)."""
    time_zone: str
    """A name of the IANA data base, or auto: this machine's."""
    language: str
    """auto, en or zh_CN."""
    worker_pool: str
    """threads, prefork or solo."""
    worker_concurrency: int
    max_in_flight: int
    """Most calls in flight per worker: as many calls' messages can become Unknown if it is killed."""
    call_deadline_s: int
    """Wall-clock end of one call to a gateway, in seconds."""
    max_tries: int
    receipt_wait_hours: int
    undo_s: int
    """How long a batch of several messages can be undone before any of it leaves; 0 = at once."""
    update_feed: str | None
    """Where a newer version is looked for when a person asks; None = nowhere."""
    metrics_port: int
    """Port of health and metrics of a worker; 0 = off."""
    metrics_host: str
    """Address they are bound to."""
    accounts: Mapping[str, Account]
    sources: Mapping[str, str]
    """Key → "environment", "file" or "default"; of an account `accounts.<name>.<field>`."""
    problems: tuple[SettingsError, ...] = ()
    """What could not be used, each with its `key` or `path`: the default is in force instead."""
    ledger_not_known: bool = False
    """Whether `ledger_url` is the default's only because the file that may name another one cannot be used."""

    @property
    def not_in_force(self) -> frozenset[str]:
        """Keys of what was asked for and cannot be used: something else is in force in its place."""
        return frozenset(str(problem.params.get("setting") or problem.params.get("key")) for problem in self.problems)

    @property
    def file_not_in_force(self) -> bool:
        """Whether nothing of settings.toml could be used, so that nobody knows what was chosen there."""
        return any(problem.code in _FILE_LOST for problem in self.problems)

    def refuse_other_ledger(self) -> None:
        """Raise SettingsError where what is written now would be in a ledger that nobody looks into later."""
        if self.ledger_not_known:
            raise SettingsError("settings.ledger_not_known", path=str(self.home / "settings.toml"))

    @property
    def gateway_not_known(self) -> bool:
        """Whether `gateway` is the default's in place of one that was, or may have been, chosen."""
        lost = self.file_not_in_force and self.sources.get("gateway") == "default"
        return lost or "gateway" in self.not_in_force

    def __getitem__(self, key: str) -> Any:
        if key not in _DECLARED:
            raise KeyError(key)
        return getattr(self, key)


_FILE_LOST = frozenset({"settings.unreadable", "settings.corrupt", "settings.corrupt_but_kept", "settings.newer"})
_DECLARED = frozenset(entry.name for entry in fields(Settings))
