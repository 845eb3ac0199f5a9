"""A child process for tests of the window's ends: behaves as its first argument says. Standard library only."""

from __future__ import annotations

import json
import os
import sys
import time
from typing import Any


def say(message: Any) -> None:
    sys.stdout.write(json.dumps(message, ensure_ascii=False) + "\n")
    sys.stdout.flush()


def clerk() -> None:
    """Answers like the clerk; `do` says how."""
    for line in sys.stdin:
        message = json.loads(line)
        if "cancel" in message:
            continue
        answer(message["id"], message["do"], message["with"])


def answer(request_id: int, do: str, params: dict[str, Any]) -> None:
    if do == "refuse":
        say({"id": request_id, "error": {"code": "request.malformed", "params": {"field": "x"}}})
    elif do == "progress":
        for done in (1, 2):
            say({"id": request_id, "progress": {"done": done, "total": 2}})
        say({"id": request_id, "ok": {}})
    elif do == "pieces":
        whole = json.dumps({"id": request_id, "ok": {"text": "短信"}}, ensure_ascii=False).encode() + b"\n"
        for at in range(len(whole)):
            os.write(1, whole[at : at + 1])
    elif do == "big":
        say({"id": request_id, "ok": {"text": "x" * params["size"]}})
    elif do == "die":
        os._exit(7)
    elif do == "answer_and_die":
        say({"id": request_id, "ok": {"last": True}})
        os._exit(7)
    elif do == "noise":
        sys.stdout.write("this is no answer\n")
        say({"id": request_id, "ok": {}})
    elif do != "never":
        say({"id": request_id, "ok": {"do": do, "pid": os.getpid(), "with": params}})


def worker() -> None:
    """Prints its first line of input and Celery's ready line; ends when its input does."""
    print("first " + sys.stdin.readline().strip(), flush=True)
    print("[2026-01-01 00:00:00,000: INFO/MainProcess] bundled@host ready.", flush=True)
    sys.stdin.read()
    print("finished", flush=True)


def server() -> None:
    say({"event": "ready", "pid": os.getpid()})
    sys.stdin.read()


def no_way() -> None:
    say({"event": "failed", "code": "server.no_binary", "params": {}})
    sys.exit(3)


def deaf() -> None:
    """Does not end when its input does."""
    print("x ready.", flush=True)
    while True:
        time.sleep(60)


def quick_death() -> None:
    print("no module named so", flush=True)
    sys.exit(1)


if __name__ == "__main__":
    globals()[sys.argv[1]]()
