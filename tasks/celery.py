"""The Celery app: found by `celery -A tasks worker -l info`.

Settings come from the module `tasks.config`. A worker settles the rest when it starts (`tasks.worker.signals`): which
broker, when it is the embedded one, and the lanes of its ledger.
"""

from __future__ import annotations

from typing import Any

from celery import Celery

from tasks.shelter import sheltered


class App(Celery):  # type: ignore[misc]
    """Celery's own, whose tasks end also where their results cannot be stored."""

    def _get_backend(self) -> Any:
        return sheltered(super()._get_backend())


# Not the current app: a web site that imports `tasks.sms` has one of its own, and its `shared_task`s must stay there.
app = App("tasks", set_as_current=False)
app.config_from_object("tasks.config")
app.autodiscover_tasks(["tasks"], related_name="sms")
app.autodiscover_tasks(["tasks.worker"], related_name="signals")
