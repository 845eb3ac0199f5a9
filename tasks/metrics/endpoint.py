"""The HTTP side of health and metrics."""

from __future__ import annotations

import logging
import socket
import socketserver
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder

from tasks.metrics.collector import WorkerCollector
from tasks.metrics.watch import Watch

if TYPE_CHECKING:
    from tasks.delivery.runtime import Runtime
    from tasks.maintenance.keeper import Keeper

log = logging.getLogger(__name__)

CLIENT_S = 5.0
"""How long a client may take to say what it wants."""
TEXT = "text/plain; charset=utf-8"


def start(runtime: Runtime, keeper: Keeper) -> Endpoint | None:
    """Serve as the settings say. A port that cannot be had is a line in the log: the worker goes on."""
    host, port = runtime.settings.metrics_host, runtime.settings.metrics_port
    try:
        endpoint = Endpoint(host, port, Watch(runtime, keeper))
    except (OSError, OverflowError) as error:
        log.error("health and metrics are off: %s port %d cannot be used (%s)", host, port, error)
        return None
    log.info("health and metrics at %s port %d", host, port)
    return endpoint


class Endpoint:
    """The running server."""

    def __init__(self, host: str, port: int, watch: Watch) -> None:
        """Raises OSError."""
        self._watch = watch
        registry = CollectorRegistry()
        registry.register(WorkerCollector(watch))
        self._server = _Server(host, port, registry, watch)
        self._thread = threading.Thread(target=self._server.serve_forever, name="metrics", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Answer nobody any more."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(CLIENT_S)
        self._watch.close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    allow_reuse_port = False

    def __init__(self, host: str, port: int, registry: CollectorRegistry, watch: Watch) -> None:
        self.registry, self.watch = registry, watch
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        super().__init__((host, port), _Handler)

    def server_bind(self) -> None:
        """Without the look-up of the machine's full name, which may take many seconds."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), self.server_address[1]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that leaves early is no news."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    timeout = CLIENT_S
    server_version = "SMS-Desk"
    sys_version = ""

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path == "/metrics":
            encode, kind = choose_encoder(self.headers.get("Accept") or "")
            self._answer(200, encode(self.server.registry), kind)
        elif path == "/healthz":
            problem = self.server.watch.problem()
            self._answer(200 if problem is None else 503, f"{problem or 'ok'}\n".encode(), TEXT)
        else:
            self._answer(404, b"there are /metrics and /healthz\n", TEXT)

    def _answer(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """A scrape every few seconds would fill the log."""
