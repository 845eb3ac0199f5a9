"""`python -m desktop`, and the frozen program: opens the window, or is one of its children in another role."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

ROLES = ("clerk", "server", "worker")

SCREENS = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
NO_SCREEN = (
    "sms-desk: there is no screen to show the window on; start it in a desktop session, or with `ssh -X`. "
    "The worker needs none: sms-desk-worker --help",
    "sms-desk：没有可显示窗口的屏幕；请在桌面会话中启动，或使用 ssh -X。工作进程不需要屏幕：sms-desk-worker --help",
)

HELP = """\
SMS Desk: a desktop admin panel for sending SMS.

  sms-desk              opens the window
  sms-desk --version    says which version this is
  sms-desk --help       shows this

  sms-desk --role ROLE  runs as one of the window's children: clerk, server or worker

The folder of settings and ledger is SMSDESK_HOME, else the user's data folder.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code: 0 also where another window was brought forward, 1 where none could be opened, 2 for bad usage
    and where Qt is missing.
    """
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
    try:
        from desktop.opening import open_window
    except ImportError as error:
        if (error.name or "").partition(".")[0] not in ("PySide6", "shiboken6"):
            raise
        return _say_what_is_missing(error)
    if sys.platform == "linux" and not any(map(os.environ.get, SCREENS)):  # Qt would end the process
        return _say(NO_SCREEN)
    return open_window()


def _say_what_is_missing(error: ImportError) -> int:
    """A server's installation has no Qt, and Qt may lack libraries of the system. Without Qt there is no translator."""
    if isinstance(error, ModuleNotFoundError):
        sentences = (
            "sms-desk: the window needs Qt, which this installation does not have; "
            "install it: pip install 'sms-desk[desktop]'. The worker needs no Qt: sms-desk-worker --help",
            "sms-desk：窗口需要 Qt，当前安装中没有；请执行 pip install 'sms-desk[desktop]'。"
            "工作进程不需要 Qt：sms-desk-worker --help",
        )
    else:
        sentences = (
            f"sms-desk: Qt cannot be loaded ({error}); install that library with the system's package manager.",
            f"sms-desk：无法加载 Qt（{error}）；请用系统的软件包管理器安装该库。",
        )
    return _say(sentences)


def _say(sentences: tuple[str, str]) -> int:
    """Print the English or the Chinese one; the status of a window that cannot be shown."""
    locale = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), "")
    print(sentences[locale.startswith("zh")], file=sys.stderr)
    return 2


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
