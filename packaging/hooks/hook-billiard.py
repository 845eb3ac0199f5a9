"""Billiard imports its ways to start a process by name."""

from PyInstaller.utils.hooks import collect_submodules

hiddenimports = collect_submodules("billiard")
