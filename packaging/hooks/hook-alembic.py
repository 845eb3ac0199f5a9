"""Alembic finds its dialects and plug-ins by name."""

from PyInstaller.utils.hooks import collect_submodules

hiddenimports = collect_submodules("alembic", filter=lambda name: not name.startswith("alembic.testing"))
