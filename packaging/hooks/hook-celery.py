"""Celery imports most of itself by name: all of it but what we never use."""

from PyInstaller.utils.hooks import collect_submodules

NOT_USED = (
    "celery.contrib",
    "celery.backends",
    "celery.fixups",
    "celery.concurrency.eventlet",
    "celery.concurrency.gevent",
)

hiddenimports = [
    *collect_submodules("celery", filter=lambda name: not name.startswith(NOT_USED)),
    "celery.backends",
    "celery.backends.base",
    "celery.backends.redis",
    "celery.backends.rpc",
    "celery.backends.database",
    "celery.backends.database.models",
    "celery.backends.database.session",
    "celery.fixups",
    "celery.fixups.django",
]
