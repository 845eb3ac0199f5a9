"""One program, several commands: `python -m tasks worker|doctor|…`, installed and frozen as `sms-desk-worker`."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from tasks.usage import HELP_WORDS, INTERNAL, PAGES, language_here, overview, page_of, refusal


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
    if role in HELP_WORDS or HELP_WORDS.intersection(words[1:]):
        return _explain([word for word in (role, *words[1:]) if word not in HELP_WORDS])
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
    if role == "health":
        from tasks.metrics.asking import main as ask_worker

        return ask_worker(words[1:])
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
    said = refusal(word, language_here())
    try:
        said.encode(sys.stderr.encoding)
    except UnicodeEncodeError:  # a terminal that cannot show Chinese
        said = refusal(word, "en")
    print(said, end="", file=sys.stderr, flush=True)
    return 2


def _explain(asked: list[str]) -> int:
    """The page of a command, else the overview."""
    language = language_here()
    known = asked and asked[0] in PAGES.keys() | INTERNAL
    if asked and not known:
        return _print_and_end(asked[0])
    text = page_of(asked[0], language) if known else overview(language)
    try:
        print(text, end="", flush=True)
    except UnicodeEncodeError:  # a terminal that cannot show Chinese
        print(page_of(asked[0], "en") if known else overview("en"), end="", flush=True)
    return 0


def _forget_stdout() -> None:
    """Whoever read our output has left; the interpreter's last flush must not complain about it."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())


if __name__ == "__main__":
    sys.exit(main())
