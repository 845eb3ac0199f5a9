"""Kombu imports transports and serializers by name."""

from PyInstaller.utils.hooks import collect_submodules

TRANSPORTS = ("base", "virtual", "redis", "pyamqp", "memory", "filesystem", "sqlalchemy")

hiddenimports = [
    *collect_submodules("kombu", filter=lambda name: not name.startswith(("kombu.transport", "kombu.contrib"))),
    "kombu.transport",
    *(module for name in TRANSPORTS for module in collect_submodules(f"kombu.transport.{name}")),
]
