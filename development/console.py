"""What `dev.py` says: one line each, and never a traceback."""

import sys
from typing import NoReturn


def say(sentence: str) -> None:
    """Print one line of progress."""
    print(f"dev.py: {sentence}", flush=True)


def stop(sentence: str) -> NoReturn:
    """End with status 1 and a sentence that says what to do."""
    sys.exit(f"dev.py: {sentence}")


def last_lines(text: str, count: int = 20) -> str:
    """The end of a program's output."""
    return "\n".join(text.splitlines()[-count:])
