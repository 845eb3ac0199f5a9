"""What the checks look at: the settings in force, and whatever several of them need."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field

from sqlalchemy import Connection

from tasks import server
from tasks.brokers import stand_in
from tasks.clock import now_ms
from tasks.connection import NO_SERVER
from tasks.errors import LedgerError
from tasks.home import named_home
from tasks.ledger import postgresql, version
from tasks.ledger.read_only import looking
from tasks.settings import Settings
from tasks.settings.reading import look

ADDRESSES = ("broker_url", "result_backend", "ledger_url")


@dataclass(frozen=True)
class Patient:
    """One program with its settings. Makes nothing."""

    settings: Settings
    environ: Mapping[str, str] = field(default_factory=lambda: os.environ, repr=False)

    @classmethod
    def here(cls, environ: Mapping[str, str] = os.environ) -> Patient:
        """This user's program, started before or not."""
        return cls(look(named_home(environ), environ), environ)

    @property
    def refused_addresses(self) -> frozenset[str]:
        """Settings of addresses that cannot be used; what is in force in their place is not what was asked for."""
        return frozenset(ADDRESSES) & self.settings.not_in_force

    @property
    def has_stand_in(self) -> bool:
        """Whether a file stands in for the broker."""
        return stand_in.is_used(self.settings)

    @property
    def broker(self) -> str:
        """The broker's address; `NO_SERVER` for an embedded server that was never started.

        A stand-in's is not to be opened: that would make its file.
        """
        if self.has_stand_in:
            return f"{stand_in.SCHEME}+sqlite://"
        return self.settings.broker_url or server.address(self.settings.home) or NO_SERVER

    @contextmanager
    def ledger(self) -> Iterator[Connection | None]:
        """The ledger, for checks of what is in it; None where there is none of this version that can be read."""
        with ExitStack() as stack:
            connection: Connection | None = None
            with suppress(LedgerError):
                opened = stack.enter_context(looking(self.settings.ledger_url))
                connection = opened if version.version_of(opened) == version.HEAD else None
            yield connection


def ledgers_now(connection: Connection) -> int:
    """The ledger's own clock, in milliseconds since the epoch."""
    return postgresql.server_ms(connection) if connection.dialect.name == "postgresql" else now_ms()
