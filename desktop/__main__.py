"""`python -m desktop`, and the frozen program: opens the window, or is one of its children in another role."""

from __future__ import annotations

import sys
from collections.abc import Sequence

ROLES = ("clerk", "server", "worker")

HELP = """\
SMS Desk: a desktop admin panel for sending SMS.

  sms-desk              opens the window
  sms-desk --version    says which version this is
  sms-desk --help       shows this

  sms-desk --role ROLE  runs as one of the window's children: clerk, server or worker

The folder of settings and ledger is SMSDESK_HOME, else the user's data folder.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 0 also where another window was brought forward, 1 where none could be opened, 2 for bad usage."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    role = _role(given)
    if role is not None:  # before anything of Qt: a child has no use for it
        from tasks.__main__ import main as run_role

        return run_role(role) or 0
    if given and given[0] in ("--help", "-h"):
        print(HELP, end="")
        return 0
    if given and given[0] == "--version":
        from tasks import __version__

        print(f"SMS Desk {__version__}")
        return 0
    if given:
        print(f"sms-desk: unknown argument {given[0]!r}; sms-desk --help lists them.", file=sys.stderr)
        return 2
    from desktop.opening import open_window

    return open_window()


def _role(given: list[str]) -> list[str] | None:
    """The arguments of `tasks` for `--role clerk …` or `--clerk …`; None for the window."""
    if given[:1] == ["--role"] and given[1:2] and given[1] in ROLES:
        return given[1:]
    if given and given[0].removeprefix("--") in ROLES and given[0].startswith("--"):
        return [given[0].removeprefix("--"), *given[1:]]
    return None


if __name__ == "__main__":
    import multiprocessing

    multiprocessing.freeze_support()
    sys.exit(main())
