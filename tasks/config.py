"""Celery's settings as a module, read by `config_from_object`.

Each value that differs from Celery's default has its reason beside it; the measurements are summed up in
docs/decisions/0002-celery-settings.md.
"""

from __future__ import annotations

from tasks.brokers import rabbitmq, stand_in
from tasks.brokers.addresses import is_rabbitmq
from tasks.brokers.kinds import broker_endpoint
from tasks.brokers.redis import endpoint
from tasks.connection import broker_address, result_address
from tasks.settings import load

_settings = load()

_broker = broker_endpoint(broker_address(_settings))
_results = endpoint(result_address(_settings, broker_address(_settings)))

broker_url = _broker.url
broker_use_ssl = _broker.tls
result_backend = _results.url
redis_backend_use_ssl = _results.tls

task_serializer = result_serializer = "json"
accept_content = result_accept_content = ["json"]
enable_utc = True

# Ack after the record: a redelivery is harmless because of the claim, a loss is only a delay.
task_acks_late = True
task_reject_on_worker_lost = True
task_acks_on_failure = True
task_acks_on_timeout = True
# Would kill a send in mid-call.
worker_cancel_long_running_tasks_on_connection_loss = False

# worker_pool is not among these: with it, Celery takes `-P prefork` for "not given". See tasks.worker.pool.
worker_concurrency = _settings.worker_concurrency
worker_prefetch_multiplier = 1
# Celery's own throws away what another application put into the default queue, and logs its body.
worker_consumer = "tasks.worker.consumer:Consumer"

result_expires = 86_400
result_extended = False
task_track_started = False
worker_send_task_events = False
task_send_sent_event = False
worker_hijack_root_logger = False
worker_redirect_stdouts = False

broker_connection_retry_on_startup = True
# The default of 100 gives up for good after about fifty minutes without a broker.
broker_connection_max_retries = None
broker_pool_acquire_timeout = 5
task_publish_retry_policy = {"max_retries": 1, "interval_start": 0, "interval_step": 0.2, "interval_max": 0.2}
REDIS_OPTIONS = {
    # Longer than the longest task; there is no ETA that would need hours.
    "visibility_timeout": 600,
    "unacked_restore_interval": 30,
    "unacked_restore_throttle": 1,
    # Without these a hung server freezes publishers for ever.
    "socket_connect_timeout": 2,
    "socket_timeout": 10,
    "socket_keepalive": True,
    "health_check_interval": 25,
    # The default of 10 loses acks, and a lost ack is a redelivery.
    "max_connections": 100,
}
_stand_in, _rabbitmq = stand_in.is_stand_in(_broker.url), is_rabbitmq(_broker.url)
if _stand_in:
    stand_in.register()
if _rabbitmq:
    broker_heartbeat = rabbitmq.HEARTBEAT_S
_options = stand_in.OPTIONS if _stand_in else rabbitmq.OPTIONS if _rabbitmq else REDIS_OPTIONS
broker_transport_options = {**_options, **_broker.options}
# A file cannot call all workers at once.
worker_enable_remote_control = not _stand_in
redis_socket_timeout = 3
redis_socket_connect_timeout = 2
redis_retry_on_timeout = False
result_backend_transport_options = {
    "retry_policy": {"max_retries": 1, "interval_start": 0, "interval_step": 0.2, "interval_max": 0.5},
    **_results.options,
}
