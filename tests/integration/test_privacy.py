"""Numbers, texts, variables and secrets stay in the ledger and on the wire to the gateway: nowhere else, ever."""

from __future__ import annotations

import base64
import binascii
import json
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psutil
import pytest
import redis
from PySide6.QtWidgets import QApplication, QTableView
from support.counting_gateway import CountingGateway
from support.desk import ROOT, Child, Clerk, Desk, send, wait_until
from support.ledgers import states
from support.seen import all_cells
from support.window import RealWindow, wait_for

from tasks.ledger.engine import open_ledger
from tasks.server.record import read_record

TOKEN = "Zx81-tok/en+of the test"
NUMBERS = ("13800138000", "13911122233", "18612345678", "15098765432", "17700001111", "16655554444")
TEXT = "Dear Ms Quillfeather, your biopsy is back"
NAME = "王小明"
CODE = "739105-kestrel"
BUG = "bug-marker"

FAULTY_GATEWAY = f"""
import tasks.gateways.yuntongxun as yuntongxun
send = yuntongxun.Yuntongxun.send
def faulty(self, messages, deadline):
    if any({BUG!r} in str(message) for message in messages):
        raise ValueError(f"cannot send {{messages!r}} with {{vars(self)!r}} and {TOKEN}")
    return send(self, messages, deadline)
yuntongxun.Yuntongxun.send = faulty
"""
"""A bug of the worst kind: an exception that says everything it knows."""


def needles() -> list[str]:
    """Everything that must not be found, in the forms it could take."""
    found: set[str] = {TOKEN, quote(TOKEN, safe=""), quote(TOKEN), TEXT, "Quillfeather", NAME, CODE, "kestrel", BUG}
    found |= {json.dumps(NAME)[1:-1], quote(NAME)}
    found |= {form for number in NUMBERS for form in (number, f"{number[:3]} {number[3:7]} {number[7:]}")}
    return sorted(found)


def spoken_in(text: str, more: Iterable[str] = ()) -> list[str]:
    """What of it all stands in a text, also behind Base64, as Celery's messages are."""
    layers = [text, *decoded(text)]
    return [needle for needle in [*needles(), *more] if any(needle in layer for layer in layers)]


def decoded(text: str) -> Iterator[str]:
    for word in text.replace("\\", " ").replace('"', " ").split():
        if len(word) >= 8:
            try:
                yield base64.b64decode(word, validate=True).decode("utf-8", "replace")
            except (binascii.Error, ValueError):
                continue


def test_the_search_itself_finds_what_it_looks_for() -> None:
    hidden = base64.b64encode(f"[[], {{'to': '{NUMBERS[0]}'}}]".encode()).decode()
    assert spoken_in(f'{{"body": "{hidden}"}}') == [NUMBERS[0]]
    assert spoken_in(f"x {json.dumps(NAME)} y") == [json.dumps(NAME)[1:-1]]


class Family:
    """The desk's processes, its broker, and all they said."""

    def __init__(self, home: Path, gateway: CountingGateway, folder: Path) -> None:
        self.home = home
        self.gateway = gateway
        self.desk = Desk(home, call_deadline_s=2, max_tries=2, **account_of(gateway))
        (folder / "sitecustomize.py").write_text(FAULTY_GATEWAY, "utf-8")
        self.desk.environment["PYTHONPATH"] = f"{folder}:{ROOT}"
        self.said: list[list[str]] = []
        self.command_lines: set[str] = set()
        self.clerk: Clerk | None = None

    def worker(self) -> Child:
        """A worker that tells as much as Celery can."""
        child = Child(self.desk.environment, "worker", "--under-panel", "-l", "debug")
        self.desk.children.append(child)
        self.said.append(child.errors)
        child.write(json.dumps({"secrets": {}}))
        wait_until(lambda: any(" ready" in line for line in list(child.errors)), 30)
        self.look()
        return child

    def look(self) -> None:
        """Note the arguments of every process of ours, as `ps` shows them: other tests run theirs beside this one."""
        for process in psutil.Process().children(recursive=True):
            try:
                self.command_lines.add(" ".join(process.cmdline()))
            except psutil.Error:
                continue

    def broker(self) -> str:
        """Everything in the broker: queues, unacknowledged tasks, results."""
        record = read_record(self.home)
        assert record is not None
        with redis.Redis(unix_socket_path=record.socket, password=record.password) as client:
            return "\n".join(f"{key!r} {value_of(client, key)}" for key in client.scan_iter("*"))

    def outputs(self) -> str:
        lines = [line for said in self.said for line in said]
        for child in self.desk.children:
            if not isinstance(child, Clerk):  # its standard output is the way to the window
                lines += list(child.lines.queue)
        return "".join(lines)


def value_of(client: redis.Redis, key: bytes) -> str:
    """A key's whole value as text."""
    kind = client.type(key)
    value: Any
    if kind == b"list":
        value = client.lrange(key, 0, -1)
    elif kind == b"hash":
        value = client.hgetall(key)
    elif kind == b"set":
        value = client.smembers(key)
    elif kind == b"zset":
        value = client.zrange(key, 0, -1)
    else:
        value = client.get(key)
    return as_text(value)


def as_text(value: Any) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, dict):
        return " ".join(f"{as_text(key)} {as_text(entry)}" for key, entry in value.items())
    return " ".join(as_text(entry) for entry in value) if isinstance(value, list | set | tuple) else str(value)


def account_of(gateway: CountingGateway) -> dict[str, object]:
    return {
        "gateway": "yuntongxun",
        "yuntongxun_base_url": gateway.url,
        "yuntongxun_account_sid": "a" * 32,
        "yuntongxun_auth_token": TOKEN,
        "yuntongxun_app_id": "application",
        "yuntongxun_numbers_per_request": 1,
    }


def template(*variables: str) -> dict[str, Any]:
    return {"template_id": "1", "variables": list(variables), "text": "", "template_text": TEXT + " {1} {2}"}


@pytest.fixture
def family(tmp_path: Path) -> Iterator[Family]:
    with CountingGateway(delay_ms=5, token=TOKEN) as gateway:
        opened = Family(tmp_path / "home", gateway, tmp_path)
        with opened.desk:
            opened.said.append(opened.desk.server().errors)
            opened.clerk = opened.desk.clerk()
            opened.said.append(opened.clerk.errors)
            yield opened


@contextmanager
def ledger_of(home: Path) -> Iterator[Any]:
    ledger = open_ledger(f"sqlite:///{home / 'ledger.sqlite'}")
    try:
        yield ledger
    finally:
        ledger.close()


def send_through_every_fault(family: Family, home: Path) -> None:
    """Success, a reset, a time-out, nonsense, a gateway's bug, the Simulator; at last a refused login."""
    clerk = family.clerk
    assert clerk is not None
    with ledger_of(home) as ledger:

        def settle(count: int, *allowed: str) -> None:
            wait_until(lambda: len(states(ledger)) == count and set(states(ledger)) <= set(allowed), 40, 0.05)
            family.look()

        ends = ("submitted", "unknown", "retrying", "delivered", "rejected", "failed")
        send(clerk, list(NUMBERS), template(NAME, CODE), "yuntongxun", "answered")
        settle(6, *ends)
        for place, behaviour in enumerate(({"mode": "reset"}, {"mode": "hang"}, {"mode": "garbage"}, {"mode": "half"})):
            family.gateway.set(**behaviour)
            send(clerk, [NUMBERS[place]], template(NAME, CODE), "yuntongxun", f"fault-{place}")
            settle(7 + place, *ends)
        family.gateway.set(mode="answer")
        send(clerk, list(NUMBERS[:2]), template(NAME, f"{CODE} {BUG}"), "yuntongxun", "bug")
        settle(12, *ends)
        send(clerk, list(NUMBERS[:2]), {"text": TEXT}, "simulator", "simulated")
        settle(14, *ends)
        family.gateway.set(status_code="111109")
        send(clerk, list(NUMBERS[:3]), template(NAME, CODE), "yuntongxun", "refused")
        settle(17, *ends, "held", "queued")


def test_nothing_of_a_person_and_no_secret_leaves_ledger_and_gateway(family: Family) -> None:
    worker = family.worker()
    send_through_every_fault(family, family.home)
    assert any("gateway yuntongxun raised ValueError" in line for line in worker.errors)
    assert any("DEBUG" in line for line in worker.errors)
    worker.stop()
    family.desk.children.remove(worker)
    clerk = family.clerk
    assert clerk is not None
    send(clerk, list(NUMBERS), {"text": TEXT}, "simulator", "waits in the queue")
    send(clerk, [NUMBERS[0]], {"text": TEXT}, "simulator", "waits in the queue alone")
    queues = wait_until(lambda: (found := family.broker()).count("tasks.sms.send_") >= 2 and found, 10)
    assert "send_message" in queues
    assert "celery-task-meta-" in queues
    record = read_record(family.home)
    assert record is not None
    assert spoken_in(queues) == []
    assert NUMBERS[0] in spoken_in(dump(family.home / "ledger.sqlite"))  # else the search would prove nothing
    assert spoken_in(family.outputs(), [record.password]) == []
    assert spoken_in("\n".join(family.command_lines), [record.password]) == []
    assert any("tasks worker" in line for line in family.command_lines)
    assert any("valkey-server" in line for line in family.command_lines)
    check_files(family.home, record.password)


def dump(path: Path) -> str:
    """A ledger as text."""
    with sqlite3.connect(path) as connection:
        text = "\n".join(connection.iterdump())
    connection.close()
    return text


def check_files(home: Path, password: str) -> None:
    """The ledger holds it all; no other file of the home may."""
    files = [path for path in home.rglob("*") if path.is_file() and not path.name.startswith("ledger.sqlite")]
    logs = [path for path in files if path.parent == home / "logs"]
    assert {"clerk.log", "worker.log"} <= {path.name for path in logs}
    assert {path.name: found for path in files if (found := spoken_in(path.read_text("utf-8", "replace")))} == {}
    assert {
        path.name: found for path in logs if (found := spoken_in(path.read_text("utf-8", "replace"), [password]))
    } == {}


def test_the_window_shows_what_it_may_and_keeps_nothing_of_it(
    qapp: QApplication, isolated: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    with CountingGateway(delay_ms=5, token=TOKEN) as gateway:
        for name, value in account_of(gateway).items():
            monkeypatch.setenv(f"SMSDESK_{name.upper()}", str(value))
        desk = RealWindow(qapp)
        try:
            desk.compose_template("\n".join(NUMBERS), "1", f"{NAME}\n{CODE}")
            desk.send()
            desk.click("Deliveries")
            table = desk.find(QTableView, "Deliveries")
            wait_for(lambda: table.model().rowCount() == len(NUMBERS), 30)
            wait_for(lambda: all("Submitted" in row for row in all_cells(table)), 30)
            family = [psutil.Process(), *psutil.Process().children(recursive=True)]
            arguments = "\n".join(" ".join(process.cmdline()) for process in family)
            server = desk.children.server
            assert server is not None
            logs = [*desk.children.worker.log_tail(), *desk.children.clerk.stderr_tail(), *server.log_tail()]
        finally:
            desk.close()
        record = read_record(isolated)
        assert record is not None
        said = capfd.readouterr()
        assert spoken_in(arguments, [record.password]) == []
        assert spoken_in("\n".join([*logs, said.out, said.err]), [record.password]) == []
        check_files(isolated, record.password)
        assert not any("SecurityWarning" in line or "CPendingDeprecationWarning" in line for line in logs)
        assert any("ready." in line for line in logs)
