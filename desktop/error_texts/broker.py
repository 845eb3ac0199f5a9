"""Of the built-in broker, and of any broker."""

from __future__ import annotations

from typing import Final

from desktop.error_texts.form import Texts

SERVER: Final[Texts] = {
    "server.gave_up": (
        "The built-in broker could not be kept running. Messages wait in the ledger.",
        "Read the log on the Workers page, mend the cause, then restart the program.",
    ),
    "server.no_binary": (
        "This computer has no program for the built-in broker. Messages wait in the ledger.",
        "Install Valkey or Redis, or enter a broker address in Settings.",
    ),
    "server.cannot_start": (
        "The built-in broker cannot be started ({cause}). Messages wait in the ledger.",
        "Look for a full disk or missing permissions in the program's folder, then restart the program.",
    ),
    "server.disk_full": (
        "The disk is full, so the built-in broker cannot start. Messages wait in the ledger.",
        "Free disk space; it is tried again by itself.",
    ),
    "server.not_ready": (
        "The built-in broker did not become ready within {seconds} seconds.",
        "It is tried again by itself. If it stays so, restart the computer.",
    ),
    "server.queue_set_aside": (
        "The built-in broker's file could not be read; it was put aside and the broker began with an empty queue.",
        "Nothing is lost: what waits is put on the queue again from the ledger. Check the disk for faults.",
    ),
}

BROKER: Final[Texts] = {
    "broker.not_started": (
        "The built-in broker has not been started on this computer yet.",
        "Wait a moment; it starts with the window. Messages wait in the ledger.",
    ),
    "broker.silent": (
        "The broker does not answer in time. Messages wait in the ledger.",
        "Check the network and the broker's computer; sending goes on by itself once it answers.",
    ),
    "broker.login": (
        "The broker refused the user name or password. Messages wait in the ledger.",
        "Correct the broker address in Settings.",
    ),
    "broker.refused": (
        "No broker listens at its address. Messages wait in the ledger.",
        "Start the broker, or correct its address in Settings.",
    ),
    "broker.no_address": (
        "The name of the broker's computer is not known in this network.",
        "Correct the broker address in Settings, or check the network.",
    ),
    "broker.tls": (
        "The broker was reached, but not by TLS that can be trusted: its certificate is not of the named authority or"
        " not for the host in the address, or it speaks no TLS there. Nothing was handed to it.",
        "Correct the host or ssl_ca_certs in the broker address, or have the broker's certificate renewed.",
    ),
    "broker.tls_file": (
        "A file that the broker address names for TLS cannot be read on this computer: {path}.",
        "Put the file there, or correct the broker address in Settings.",
    ),
    "broker.rights": (
        "The broker's user lacks rights that SMS Desk needs. Messages wait in the ledger.",
        "Give that user the rights listed in docs/redis.md or docs/rabbitmq.md.",
    ),
    "broker.no_vhost": (
        "The broker has no virtual host of the name in its address. Messages wait in the ledger.",
        "Correct the end of the broker address in Settings, or make the virtual host on the broker.",
    ),
    "broker.blocked": (
        "The broker takes nothing at the moment: its memory or its disk is full. Messages wait in the ledger.",
        "Make room on the broker's computer; sending goes on by itself.",
    ),
    "broker.queue_mismatch": (
        "On the broker there is a queue of SMS Desk's that was declared in another way, so it cannot be used.",
        "Delete the queues smsdesk.… on the broker, then restart the worker: nothing is lost, messages wait in the"
        " ledger.",
    ),
    "broker.no_master": (
        "The Sentinels know no master of the name in the broker address, or it is just being replaced. Messages wait"
        " in the ledger.",
        "Wait half a minute; if it stays, correct master_name in the broker address.",
    ),
    "broker.queue_shared": (
        "The broker's queue “celery” is used by another application. The worker put its task back and takes nothing"
        " from that queue any more; what other clients send to SMS Desk by a task's name waits there.",
        "Give SMS Desk a broker, a database number or a virtual host of its own, then restart the worker.",
    ),
    "broker.failed": (
        "The broker answered with something unexpected ({kind}). Messages wait in the ledger.",
        "Test the broker address in Settings; the Workers page shows the log.",
    ),
}
