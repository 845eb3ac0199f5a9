"""Health and metrics of a worker for an administrator: off by default, by HTTP, on this machine alone unless told.

`/metrics` speaks Prometheus' text format, `/healthz` answers 200 or 503 and one line. They are served where the worker
has its maintenance, as a process that forks must hold no ledger open. The numbers come from the ledger, so they are
right over all pools and processes, and the same at every worker of one ledger: of several, take one, not the sum.
Labels hold names of accounts, states and codes: never a number, a text or a token.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tasks.delivery.runtime import Runtime
    from tasks.maintenance.keeper import Keeper
    from tasks.metrics.endpoint import Endpoint as Endpoint


def serve_metrics(runtime: Runtime, keeper: Keeper) -> Endpoint | None:
    """Serve where the settings name a port; None where they do not, or where it cannot be had."""
    if not runtime.settings.metrics_port:
        return None
    from tasks.metrics.endpoint import start  # costs a worker without metrics nothing

    return start(runtime, keeper)
