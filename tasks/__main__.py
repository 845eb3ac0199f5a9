"""One program, several roles: `python -m tasks clerk|server|worker`, installed and frozen as `sms-desk-worker`."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

USAGE = """\
usage: sms-desk-worker ROLE

  worker    the Celery worker that sends (options of `celery worker` may follow)
  doctor    looks at everything and says what to do (--language en|zh_CN, --json)
  server    the embedded server; lives while its standard input is open
  clerk     the window's helper process

  --version, --help
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one role. The answer is the exit code: 2 = not understood."""
    if getattr(sys, "frozen", False):
        import multiprocessing

        multiprocessing.freeze_support()  # a frozen child of a process pool must not go any further
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        return run(words)
    except BrokenPipeError:
        _forget_stdout()
        return 0
    except KeyboardInterrupt:
        return 130


def run(words: list[str]) -> int:
    """The role named by the first word, with or without two dashes."""
    role = words[0].removeprefix("--") if words else "help"
    if role == "server":
        from tasks.server.supervisor import main as serve

        return serve()
    if role == "clerk":
        from tasks.clerk.server import main as serve_window

        return serve_window()
    if role == "maintenance":  # a worker's own, started by it alone
        from tasks.maintenance.apart import main as keep_house

        return keep_house()
    if role == "doctor":
        from tasks.doctor.command import main as examine

        return examine(words[1:])
    if role == "worker":
        from tasks.green import patch_where_asked

        patch_where_asked(words[1:])
        from tasks.worker.process import main as work

        return work(words[1:])
    return _print_and_end(role)


def _print_and_end(word: str) -> int:
    if word == "version":
        from tasks import __version__

        print(__version__, flush=True)
        return 0
    if word in ("help", "-h"):
        print(USAGE, end="", flush=True)
        return 0
    print(USAGE, end="", file=sys.stderr, flush=True)
    return 2


def _forget_stdout() -> None:
    """Whoever read our output has left; the interpreter's last flush must not complain about it."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())


if __name__ == "__main__":
    sys.exit(main())
