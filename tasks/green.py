"""gevent's part: its patches must come before every other import, and it must not be asked for where it is missing."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from itertools import zip_longest


def asks_for(pool: str, words: Sequence[str]) -> bool:
    """Whether options of `celery worker` choose a pool; as with Celery, the last one holds."""
    chosen = ""
    for word, following in zip_longest(words, words[1:], fillvalue=""):
        if word in ("-P", "--pool"):
            chosen = following
        elif word.startswith("--pool="):
            chosen = word.removeprefix("--pool=")
        elif word.startswith("-P"):
            chosen = word.removeprefix("-P")
    return chosen == pool


def patch_where_asked(words: Sequence[str]) -> None:
    """Make threads, sockets and waits gevent's where the options say `-P gevent`, as the program `celery` does."""
    if not asks_for("gevent", words):
        return
    try:
        from gevent import monkey  # type: ignore[import-untyped]
    except ImportError:
        return  # the worker says so when it looks at its pool
    monkey.patch_all()


def is_green() -> bool:
    """Whether threads of this process are greenlets, so that nothing may block it as a whole."""
    monkey = sys.modules.get("gevent.monkey")
    return monkey is not None and bool(monkey.is_module_patched("threading"))
