"""Values of the environment that lie in files: `SMSDESK_X_FILE` names a file that holds what `SMSDESK_X` would.

For secrets: a container's, or systemd's credentials, are files that nobody but the process can read, while its
environment is shown by `docker inspect` and `systemctl show`. Where both are set, the variable itself wins.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

SUFFIX = "_FILE"
LARGEST_BYTES = 64 * 1024


def value_of(variable: str, environ: Mapping[str, str]) -> str:
    """A variable's value, or its file's, without space around it; "" where neither is there or can be read."""
    value = environ.get(variable, "").strip()
    if not value and (path := environ.get(variable + SUFFIX, "").strip()):
        try:
            value = read(path)
        except OSError:
            return ""
    return value


def read(path: str) -> str:
    """The value that a file holds. Raises OSError, also for a file that cannot be a value."""
    with Path(path).open("rb") as file:
        content = file.read(LARGEST_BYTES + 1)
    try:
        value = content.decode().strip()
    except UnicodeDecodeError as error:
        raise OSError("not text") from error
    if len(content) > LARGEST_BYTES or "\n" in value or "\0" in value:
        raise OSError("not one line")
    return value
