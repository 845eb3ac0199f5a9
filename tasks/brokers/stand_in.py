"""The stand-in broker: a file in the home folder, where no server binary exists (Windows, musl).

Tasks of ours carry ids only and the ledger is the queue of record, so what such a broker lacks costs time, not
messages: workers look every 50 ms, and there is no remote control. The tables are kombu's own: another Celery client on
this machine publishes by `sqla+sqlite:///…/queue.sqlite`.
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tasks.errors import DeskError

if TYPE_CHECKING:
    from tasks.settings import Settings

SCHEME: Final = "smsdesk"
"""Made known to kombu by `register`: it takes no module's name from an address."""

FILE: Final = "queue.sqlite"

AUTO, SERVER, STAND_IN = "auto", "server", "stand_in"

OPTIONS: Final[dict[str, Any]] = {
    # How long a publisher waits for another one that writes: kombu hands these on to SQLAlchemy's `create_engine`.
    "connect_args": {"timeout": 2.0},
}


def is_used(settings: Settings) -> bool:
    """Whether the stand-in is the broker: none is set, and there is no server binary or the settings want none."""
    if settings.broker_url is not None or settings.embedded_broker == SERVER:
        return False
    return settings.embedded_broker == STAND_IN or not has_server_binary()


@cache
def has_server_binary() -> bool:
    """Whether an embedded server could be started here."""
    from tasks.server.binary import find_binary

    try:
        find_binary()
    except DeskError:
        return False
    return True


def register() -> None:
    """Make the scheme known to kombu in this process; before the first connection to the stand-in."""
    from kombu.transport import TRANSPORT_ALIASES

    TRANSPORT_ALIASES[SCHEME] = "tasks.brokers.stand_in_transport:Transport"


def is_stand_in(url: str) -> bool:
    """Whether an address is the stand-in's."""
    return url.startswith(f"{SCHEME}+sqlite")


def address(home: Path) -> str:
    """Celery's URL of the stand-in; makes its file, which only this user may read."""
    path = home.absolute() / FILE
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    return f"{SCHEME}+sqlite:///{path.as_posix()}"
