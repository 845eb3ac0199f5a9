"""This machine's clock, against the broker's and the ledger's, and the time that Yuntongxun's requests carry."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

from tasks.clock import machine_ms
from tasks.doctor.broker import is_off
from tasks.doctor.finding import Finding, found
from tasks.doctor.patient import Patient
from tasks.errors import BrokerError
from tasks.ledger import postgresql

SKEWED_S = 3.0
"""More than messages take on the way; times in logs and table no longer fit together."""

OFF_S = 60.0
"""So far off, certificates, schedules and gateways' signatures are at risk."""

SIGNED_IN_CHINA_TIME = "yuntongxun"


def check_clock(patient: Patient) -> list[Finding]:
    """How far this machine's clock is from those it works with."""
    measured = [one for one in (broker_skew(patient), ledger_skew(patient)) if one is not None]
    findings = [found_skew(measured)]
    if any(account.gateway == SIGNED_IN_CHINA_TIME for account in patient.settings.accounts.values()):
        from tasks.gateways.yuntongxun import CHINA_TIME

        now = datetime.now(UTC).astimezone(CHINA_TIME)
        findings.append(found("doctor.clock.china", now=now.strftime("%Y-%m-%d %H:%M:%S")))
    return findings


def found_skew(measured: list[tuple[float, str]]) -> Finding:
    """The worst of several (seconds, against which)."""
    if not measured:
        return found("doctor.clock.alone")
    skew, by = max(measured, key=lambda one: abs(one[0]))
    code = "off" if abs(skew) > OFF_S else "skewed" if abs(skew) > SKEWED_S else "ok"
    return found(f"doctor.clock.{code}", seconds=f"{round(skew, 1) + 0.0:+.1f}", by=by)


def broker_skew(patient: Patient) -> tuple[float, str] | None:
    """Against `TIME` of a Redis that is not the embedded one."""
    if patient.settings.broker_url is None or patient.refused_addresses or is_off(patient):
        return None
    from tasks.client import broker_connection

    try:
        with broker_connection(patient.broker) as connection:
            client = getattr(connection.default_channel, "client", None)
            if client is None:
                return None
            return skew_of(lambda: at(client.time())), "broker"
    except BrokerError:
        return None


def at(told: tuple[int, int]) -> float:
    """Redis tells seconds and microseconds."""
    return told[0] * 1000 + told[1] / 1000


def ledger_skew(patient: Patient) -> tuple[float, str] | None:
    """Against the clock of a PostgreSQL server."""
    with patient.ledger() as connection:
        if connection is None or connection.dialect.name != "postgresql":
            return None
        return skew_of(lambda: postgresql.server_ms(connection)), "ledger"


def skew_of(ask: Callable[[], float]) -> float:
    """Seconds that this machine is ahead; the way there and back is taken to be equally long."""
    began, asked = machine_ms(), time.monotonic()
    theirs = ask()
    way_ms = (time.monotonic() - asked) * 1000
    return (began + way_ms / 2 - theirs) / 1000
