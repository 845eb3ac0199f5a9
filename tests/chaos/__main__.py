"""`python3 dev.py chaos`: real processes, broken at random, and the ledger held against the gateway's own count.

Prints the seed, each fault, and a table for each ledger. Ends with 1 on anything sent twice, lost, Unknown beyond
what was in flight or unanswered, never settled, or counted otherwise than by the gateway.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from random import SystemRandom

from chaos.brokers import Broker, Embedded, OwnRabbit, OwnRedis
from chaos.fleet import Fleet
from chaos.plan import DEFAULT, LONG, SHORT, Size
from chaos.report import table
from chaos.run import Result, run
from support import rabbitmq
from support.postgres import Databases, PostgresServer, binaries, started

LEDGERS = ("sqlite", "postgresql")


def main() -> int:
    """Run as asked for."""
    asked = parse()
    size = size_of(asked)
    seed = SystemRandom().randrange(1_000_000) if asked.seed is None else asked.seed
    print(f"seed {seed}; {size.messages} messages and {size.faults} faults on each ledger", flush=True)
    for name in list(os.environ):
        if name.startswith(("SMSDESK_", "CELERY_")):
            del os.environ[name]
    failed = False
    for ledger in LEDGERS if asked.ledger == "both" else (asked.ledger,):
        if ledger == "postgresql" and binaries() is None:
            print("PostgreSQL is not installed: left out", flush=True)
            continue
        print(f"== {ledger}", flush=True)
        result = run_on(ledger, asked, size, seed)
        print(table(ledger, result), flush=True)
        failed |= bool(result.verdict.failures)
    return int(failed)


def run_on(ledger: str, asked: argparse.Namespace, size: Size, seed: int) -> Result:
    """One run in a home of its own, gone afterwards."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="sms-desk-chaos-")))
        settings: dict[str, str] = {}
        server: PostgresServer | None = None
        if ledger == "postgresql":
            server = stack.enter_context(started(autovacuum="on"))
            settings["ledger_url"] = server.url(Databases(server).take())
        broker = a_broker(asked.broker, folder / "broker")
        fleet = Fleet(folder / "home", size, broker, asked.pools.split(","), seed, server, **settings)
        return run(fleet, seed, say)


def a_broker(kind: str, folder: Path) -> Broker:
    """The one asked for; ends the program where it is not installed."""
    if kind == "embedded":
        return Embedded()
    if kind == "redis":
        return OwnRedis(folder)
    programs = rabbitmq.programs()
    if programs is None:
        sys.exit("RabbitMQ is not installed")
    return OwnRabbit(programs)


def say(line: str) -> None:
    print(line, flush=True)


def size_of(asked: argparse.Namespace) -> Size:
    """The named size with what was asked for otherwise."""
    size = LONG if asked.long else SHORT if asked.short else DEFAULT
    names = ("messages", "faults", "workers", "numbers_per_request")
    changes = {name: getattr(asked, name) for name in names if getattr(asked, name) is not None}
    if asked.minutes is not None:
        changes["faults_s"] = asked.minutes * 60
    elif asked.faults is not None:
        changes["faults_s"] = size.faults_s * asked.faults / size.faults
    return replace(size, **changes)


def parse() -> argparse.Namespace:
    """What was typed."""
    parser = argparse.ArgumentParser(prog="python3 dev.py chaos", description=__doc__)
    sizes = parser.add_mutually_exclusive_group()
    sizes.add_argument("--short", action="store_true", help="a minute: 1,500 messages, 12 faults")
    sizes.add_argument("--long", action="store_true", help="100,000 messages, 200 faults")
    parser.add_argument("--messages", type=int)
    parser.add_argument("--faults", type=int)
    parser.add_argument("--minutes", type=float, help="over which the faults are spread")
    parser.add_argument("--workers", type=int)
    parser.add_argument("--numbers-per-request", type=int)
    parser.add_argument("--ledger", choices=(*LEDGERS, "both"), default="both")
    parser.add_argument("--broker", choices=("embedded", "redis", "rabbitmq"), default="embedded")
    parser.add_argument("--pools", default="threads", help="of the workers, by commas: threads,prefork,solo")
    parser.add_argument("--seed", type=int, help="of an earlier run: the same plan again, though never the same timing")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
