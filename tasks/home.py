"""Where this program keeps its things: one folder of one user."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from tasks.errors import SettingsError


def named_home(environ: Mapping[str, str] = os.environ) -> Path:
    """The folder of settings, ledger, queue and logs, there or not: `SMSDESK_HOME`, else the user's data folder."""
    asked = environ.get("SMSDESK_HOME", "").strip()
    if asked:
        return Path(os.path.abspath(os.path.expanduser(asked)))
    import platformdirs  # only here: costs more than the rest of this package's start

    return Path(platformdirs.user_data_dir("sms-desk", appauthor=False))


def home(environ: Mapping[str, str] = os.environ) -> Path:
    """As `named_home`; made if missing.

    A new one is closed to other users (0700); one that exists is left as it is.
    Raises SettingsError `settings.home_unusable` (path).
    """
    place = named_home(environ)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise SettingsError("settings.home_unusable", path=str(place)) from error
    return place
