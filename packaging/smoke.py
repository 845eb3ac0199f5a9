"""Whether a bundle works at all, on any system: `python packaging/smoke.py FOLDER`, with Python's own library alone.

Starts the window without a screen in an empty home, waits for its worker, sends one message through the Simulator over
the clerk's wire, kills the window, and waits until its children have followed it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

SUFFIX = ".exe" if sys.platform == "win32" else ""
WITHIN_S = 60.0
CHILD_GONE_AFTER_MS = 20_000
"""A worker that lives is heard of every few seconds."""


class Clerk:
    """One clerk of the bundle, asked over its wire."""

    def __init__(self, program: Path, environment: dict[str, str]) -> None:
        self._process = subprocess.Popen(
            [program, "clerk"],
            env=environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            bufsize=1,
        )
        self._number = 0

    def ask(self, do: str, **params: Any) -> dict[str, Any]:
        """One request and its answer."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._number += 1
        self._process.stdin.write(json.dumps({"id": self._number, "do": do, "with": params}) + "\n")
        for line in self._process.stdout:
            answer = json.loads(line)
            if answer.get("id") == self._number and "progress" not in answer:
                if "error" in answer:
                    raise SystemExit(f"smoke: {do} was refused: {answer['error']}")
                return dict(answer["ok"])
        raise SystemExit(f"smoke: the clerk ended at {do}")

    def end(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(WITHIN_S)


def wait_for(what: str, predicate: Callable[[], Any]) -> Any:
    """Look again and again; ends the program when it is not so in time."""
    ends, never = time.monotonic() + WITHIN_S, threading.Event()
    while not (found := predicate()):
        if time.monotonic() > ends:
            raise SystemExit(f"smoke: not within {WITHIN_S:.0f} s: {what}")
        never.wait(0.5)
    print(f"smoke: {what}", flush=True)
    return found


def main(folder: Path) -> None:
    """Try the bundle in this folder."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        environment = {**os.environ, "SMSDESK_HOME": home, "SMSDESK_UNDO_S": "0", "QT_QPA_PLATFORM": "offscreen"}
        window = subprocess.Popen([folder / f"sms-desk{SUFFIX}"], env=environment)
        try:
            wait_for("the window made its ledger", (Path(home) / "ledger.sqlite").exists)
            clerk = Clerk(folder / f"sms-desk-worker{SUFFIX}", environment)
            clerk.ask("hello")
            wait_for("its worker is at work", lambda: clerk.ask("status.look")["workers"])
            checked = clerk.ask("recipients.check", text="13800138000", region="CN")
            content = {"text": "你好", "sender": None}
            order = {"token": checked["token"], "account": "simulator", "content": content, "request_id": "smoke"}
            sent = clerk.ask("compose.send", **order)

            def state() -> str:
                return str(clerk.ask("message.detail", message_id=sent["first_id"])["row"]["state"])

            wait_for("a message was delivered", lambda: state() == "delivered")
            window.kill()
            window.wait(WITHIN_S)
            wait_for("the worker followed the window", lambda: not clerk.ask("status.look")["workers"])
            clerk.end()
        finally:
            window.kill()


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
