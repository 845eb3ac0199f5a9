"""Numbers, texts and secrets stay out of logs, output, process lists, the broker and Celery's results."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import psutil
import redis
from support.counting_gateway import CountingGateway
from support.desk import Clerk, Desk, send, wait_until
from support.ledgers import states

from tasks import server
from tasks.ledger.engine import open_ledger

NUMBER = "13912345678"
SECOND = "13787654321"
VARIABLE = "carrot-soup-4711"
TEXT = "A text nobody else may read"
TOKEN = "a-token-of-the-test-that-stays-secret"
SECRETS = (NUMBER, SECOND, VARIABLE, TEXT, TOKEN)


def found_in(where: str, content: str) -> list[str]:
    """Which of the secrets stand in some content."""
    return [f"{secret!r} in {where}" for secret in SECRETS if secret in content]


def provoke(clerk: Clerk, gateway: CountingGateway) -> int:
    """Send through every kind of answer; how many messages."""
    content: dict[str, Any] = {"template_id": "1", "variables": [VARIABLE, "5"], "text": TEXT, "sender": None}
    sent = 0
    behaviours: list[dict[str, Any]] = [
        {"mode": "answer"},
        {"mode": "reset"},
        {"mode": "garbage"},
        {"mode": "half"},
        {"mode": "answer", "http_status": 500},
        {"mode": "answer", "http_status": 200, "status_code": "160042"},
        {"mode": "answer", "status_code": "111109"},
    ]
    for number, behaviour in enumerate(behaviours):
        gateway.set(**behaviour)
        arrived = gateway.state()["requests"]
        send(clerk, [NUMBER, SECOND], content, "yuntongxun", f"request-{number}")
        sent += 2
        wait_until(lambda before=arrived: gateway.state()["requests"] > before, 20)
    return sent


def test_nothing_personal_or_secret_leaks(tmp_path: Path) -> None:
    home = tmp_path / "home"
    account = {
        "yuntongxun_account_sid": "a" * 32,
        "yuntongxun_auth_token": TOKEN,
        "yuntongxun_app_id": "application",
        "yuntongxun_numbers_per_request": 1,
    }
    with (
        CountingGateway() as gateway,
        Desk(home, gateway="yuntongxun", yuntongxun_base_url=gateway.url, **account) as desk,
    ):
        desk.server()
        worker = desk.worker()
        clerk = desk.clerk()
        count = provoke(clerk, gateway)
        ledger = open_ledger(f"sqlite:///{home / 'ledger.sqlite'}")
        wait_until(lambda: len(states(ledger)) == count and "sending" not in states(ledger), 20)
        ledger.close()
        leaks = [leak for child in desk.children for leak in in_process_list(child.process.pid)]
        leaks += in_broker(server.address(home) or "")
        outputs = {"worker": worker.errors, "clerk": clerk.errors, "server": desk.children[0].errors}
    for name, lines in outputs.items():
        leaks += found_in(f"the output of the {name}", "".join(lines))
    for file in (home / "logs").iterdir():
        leaks += found_in(file.name, file.read_text("utf-8", "replace"))
    assert leaks == []


def in_process_list(pid: int) -> list[str]:
    """Leaks in the arguments of a process and its children."""
    process = psutil.Process(pid)
    return [
        leak for one in (process, *process.children(recursive=True)) for leak in found_in("ps", " ".join(one.cmdline()))
    ]


def in_broker(address: str) -> list[str]:
    """Leaks in any value the broker holds: queues, unacknowledged tasks, results."""
    password, path = address.removeprefix("redis+socket://:").split("?")[0].split("@", 1)
    client = redis.Redis(unix_socket_path=path, password=password)
    try:
        keys = client.keys("*")
        assert keys, "the results of the tasks should be there"
        leaks = [leak for key in keys for leak in found_in(f"the broker's {key!r}", value_of(client, key))]
    finally:
        client.close()
    return leaks


def value_of(client: Any, key: bytes) -> str:
    """Whatever a key holds, as text."""
    kind = client.type(key)
    if kind == b"list":
        return str(client.lrange(key, 0, -1))
    if kind == b"hash":
        return str(client.hgetall(key))
    if kind == b"set":
        return str(client.smembers(key))
    if kind == b"zset":
        return str(client.zrange(key, 0, -1))
    return json.dumps(client.get(key).decode("utf-8", "replace"))
