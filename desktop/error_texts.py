"""The English sentences and remedies by error code; translations: i18n/zh_CN/errors.ts (context `errors`).

A sentence says what happened and what it means, its remedy what to do. `{…}` are the params of the error.
"""

from __future__ import annotations

from typing import Final

_Texts = dict[str, tuple[str, str]]

_WINDOW: Final[_Texts] = {
    "window.unknown_code": (
        "Something did not work, and this window has no words for it ({code}).",
        "Nothing was lost. Try again; if it stays, restart the program.",
    ),
    "window.already_open": (
        "SMS Desk is already open; its window has been brought to the front.",
        "",
    ),
    "window.no_answer": (
        "Another SMS Desk uses this folder and does not answer: {home}.",
        "Wait a moment and start again, or end the other program first.",
    ),
    "bug": (
        "A fault in the program stopped what you asked for. Nothing was lost.",
        "Look at Deliveries before you repeat it, and send the bug report to whoever looks after this program.",
    ),
    "clerk.gone": (
        "The part of the program that reads and writes the ledger has ended.",
        "It starts again by itself. Look at Deliveries before you repeat what you did.",
    ),
    "worker.clock_set": (
        "The clock of its computer was set while it ran. Nothing was lost, and no message became Unknown by it; times"
        " in Deliveries from before are by the clock as it was.",
        "Let the system keep its clock by the network's time.",
    ),
    "worker.gave_up": (
        "The worker ended {count} times right after its start. Messages wait.",
        "Read its log on the Workers page, mend the cause, then click Start worker.",
    ),
}

_SERVER: Final[_Texts] = {
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

_BROKER: Final[_Texts] = {
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

_LEDGER: Final[_Texts] = {
    "ledger.newer": (
        "This ledger was written by a newer SMS Desk (version {version}, this one knows {known}). It was not touched.",
        "Install the newer program, or choose another ledger in Settings.",
    ),
    "ledger.cannot_open": (
        "The ledger cannot be opened ({reason}). Nothing can be sent until it can.",
        "Check that its folder exists and may be written to, or correct the ledger address in Settings.",
    ),
    "ledger.disk_full": (
        "The disk is full, so the ledger cannot be written. Nothing new is accepted; what was released before is safe.",
        "Free disk space, then repeat what you did.",
    ),
    "ledger.disk_error": (
        "The disk reported a fault while the ledger was read or written.",
        "Save a copy of the program's folder on another disk and have this disk checked.",
    ),
    "ledger.locked": (
        "The ledger is held by another program for too long.",
        "Close programs that have the ledger open, such as a database viewer or a backup, and try again.",
    ),
    "ledger.damaged": (
        "The ledger's file is damaged and was not touched. Nothing can be sent until it is mended.",
        "Put a backup of it in its place, or move it away to begin with an empty ledger.",
    ),
    "ledger.read_only": (
        "The ledger may be read but not written.",
        "Correct the permissions of the program's folder, then try again.",
    ),
    "ledger.unreachable": (
        "The ledger's database server does not answer.",
        "Check the network and the database server, or correct the ledger address in Settings.",
    ),
    "ledger.refused": (
        "The ledger's database server refused the user name or password.",
        "Correct the ledger address in Settings.",
    ),
    "ledger.tls": (
        "The certificate of the ledger's database server is not accepted, or the server speaks no TLS.",
        "In the ledger address name the authority that signed it (sslmode=verify-full&sslrootcert=/path/ca.pem) and the"
        " host name that stands in the certificate.",
    ),
    "ledger.no_driver": (
        "This installation has no driver for a ledger of the kind {kind}.",
        "For PostgreSQL type: pip install 'sms-desk[postgresql]'. Otherwise use another kind of ledger address.",
    ),
    "ledger.server_full": (
        "The disk of the ledger's database server is full. Nothing new is accepted; what was released before is safe.",
        "Have disk space freed on the database server, then repeat what you did.",
    ),
    "ledger.slow": (
        "The ledger's database server took too long for one request and gave it up.",
        "Try again; if it stays, have the load of the database server checked.",
    ),
    "ledger.conflict": (
        "The ledger's database could not write because others were writing the same rows. Nothing was stored.",
        "Try again.",
    ),
    "ledger.commit_lost": (
        "The connection to the ledger broke while it was being written: what you did last may be stored or not.",
        "Look at Deliveries before you repeat it. Sending the same order again from Compose is safe: it is sent once.",
    ),
    "ledger.bad_value": (
        "The text holds a sign that the ledger cannot store. Nothing was stored.",
        "Remove invisible signs from the text or the fields, then try again.",
    ),
    "ledger.connections": (
        "The ledger's database server takes no more connections: too many programs are connected.",
        "Close other programs that use it, or have its limit (max_connections) raised.",
    ),
    "ledger.no_database": (
        "The database that the ledger's address names does not exist on its server.",
        "Have it made, or correct the ledger address in Settings.",
    ),
    "ledger.no_rights": (
        "The database user of the ledger's address may not do what the ledger needs, such as making its tables.",
        "Have this user made the owner of the database, or enter another user in the ledger address.",
    ),
    "ledger.standby": (
        "The ledger's database server only lets read now; it may be a standby. Nothing can be sent through it.",
        "Enter the address of the main server in Settings, or wait until it takes over.",
    ),
    "ledger.foreign": (
        "The database that the ledger's address names holds another program's tables. It was not touched.",
        "Have an empty database made for SMS Desk, and enter its address in Settings.",
    ),
    "ledger.old_server": (
        "The ledger's PostgreSQL server is too old: version {version}; {least} or newer is needed.",
        "Have the database server upgraded, or choose another ledger in Settings.",
    ),
    "ledger.encoding": (
        "The ledger's database has the encoding {encoding}, which cannot hold every text.",
        "Have a database with the encoding UTF8 made, and enter its address in Settings.",
    ),
    "ledger.failed": (
        "The ledger's database reported a fault ({kind}). What you did last may not be stored.",
        "Look at Deliveries, then try again. If it stays, restart the program.",
    ),
}

_SETTINGS: Final[_Texts] = {
    "settings.home_unusable": (
        "SMS Desk cannot use its folder: {path}.",
        "Correct its permissions or free disk space, or name another folder in SMSDESK_HOME.",
    ),
    "settings.unreadable": (
        "The settings file cannot be read: {path}. Defaults are in force.",
        "Correct the file's permissions, then restart the program.",
    ),
    "settings.corrupt": (
        "The settings file has a mistake in line {line}: {path}. Defaults are in force, the file was not touched.",
        "Correct that line in a text editor, or move the file away and enter the settings anew.",
    ),
    "settings.cannot_write": (
        "The settings could not be saved: {path}. The former ones stay in force.",
        "Free disk space or correct the permissions, then save again.",
    ),
    "settings.invalid": (
        "The setting {key} cannot be used: {reason}. Its default is in force.",
        "Correct it in Settings, in settings.toml or in the environment.",
    ),
    "settings.unknown_key": (
        "settings.toml has a setting that this program does not know: {key}. It is ignored.",
        "Correct its spelling, or delete it.",
    ),
    "settings.unknown_variable": (
        "The environment has a setting that this program does not know: {key}. It is ignored.",
        "Correct its spelling, or remove it.",
    ),
    "settings.secret_in_file": (
        "settings.toml holds a secret ({key}). It is not used from there, because others may read that file.",
        "Enter it in Settings, which keeps it in the system keyring, and delete it from the file.",
    ),
    "settings.tls_unchecked": (
        "{key} asks for TLS without checking the other side's certificate, which protects nothing. It is not used.",
        "Add ?ssl_cert_reqs=required to the address.",
    ),
    "settings.sentinel_without_master": (
        "{key} names Sentinels but not the master they watch. It is not used.",
        "Add ?master_name=… to the address, as in the Sentinels' own settings.",
    ),
    "settings.budget_without_price": (
        "A budget needs the price per segment: without it nobody can count what is spent. The budget is not kept.",
        "Fill in the price per segment of the account, or leave its budget empty.",
    ),
    "settings.pool_by_flag": (
        "The pool gevent cannot be chosen by a setting: its worker would take no task. No worker starts with it.",
        "Choose another pool; on a server, start a worker with the option -P gevent.",
    ),
    "settings.pool_not_on_windows": (
        "The pool prefork does not exist on Windows. No worker starts with it.",
        "Choose the pool threads.",
    ),
    "settings.result_backend_rpc": (
        "The result backend rpc:// gives each result only once, so states could not be shown. It is not used.",
        "Leave the result backend empty, or name a Redis server or a database.",
    ),
    "settings.set_by_environment": (
        "{key} comes from the environment variable {variable}, which wins over what is entered here. Nothing "
        "was changed.",
        "Change or remove the variable in the environment, then restart the program.",
    ),
    "settings.test_timeout": (
        "The test got no answer within 5 seconds.",
        "Check the address and the network; a firewall may swallow the connection.",
    ),
    "settings.ledger_not_shared": (
        "The broker is on another computer, but the ledger is a file on this one: workers elsewhere could not"
        " see the messages. The built-in broker is used instead.",
        "Set a PostgreSQL ledger address that all computers share.",
    ),
}

_GATEWAY: Final[_Texts] = {
    "gateway.unknown": (
        "The account {account} names a gateway that this program does not know: {gateway}.",
        "Choose one of the gateways offered in Settings.",
    ),
    "gateway.no_account": (
        "There is no gateway account named {account}.",
        "Choose another account, or add it in Settings.",
    ),
    "gateway.field_missing": (
        "The account {account} is not complete: {field} is missing.",
        "Fill it in on the Settings page, then restart the worker.",
    ),
    "gateway.field_invalid": (
        "The account {account} cannot be used: {field} is not right.",
        "Correct it on the Settings page, then restart the worker.",
    ),
    "gateway.login_refused": (
        "The gateway {gateway} refused the login: {reason}",
        "Compare the account's fields in Settings with those on the gateway's own page.",
    ),
    "gateway.unreachable": (
        "The gateway cannot be reached: {reason}",
        "Check the network and the gateway's address in Settings.",
    ),
    "gateway.refused": (
        "The gateway {gateway} did not answer the question: {reason}",
        "Try again in a moment; if it stays, ask the gateway's support.",
    ),
    "gateway.no_template_query": (
        "The gateway of the account {account} cannot be asked for its templates.",
        "Write the approved texts into the template book by hand.",
    ),
    "gateway.no_answer": (
        "The gateway gave no usable answer: {reason}",
        "Try again in a moment; if it stays, ask the gateway's support.",
    ),
}

_REQUEST: Final[_Texts] = {
    "request.malformed": (
        "The window asked for something in a form that was not understood ({field}). Nothing was done.",
        "Restart the program; window and its parts may be of different versions.",
    ),
    "request.unknown": (
        "The window asked for something that this version does not know ({do}). Nothing was done.",
        "Restart the program; window and its parts may be of different versions.",
    ),
    "request.field_missing": (
        "Something that is needed is missing: {field}. Nothing was sent.",
        "Fill it in and try again.",
    ),
    "request.no_recipients": (
        "There is no valid recipient. Nothing was sent.",
        "Enter at least one valid number.",
    ),
    "request.recipients_gone": (
        "The recipients have to be checked again. Nothing was sent.",
        "Wait until the numbers are checked, then send again.",
    ),
    "request.text_missing": (
        "The message has no text. Nothing was sent.",
        "Write a text and send again.",
    ),
    "request.template_missing": (
        "This gateway sends approved templates only, and none is chosen. Nothing was sent.",
        "Choose a template, or another gateway account.",
    ),
    "request.variable_missing": (
        "Variable {number} of the template is empty. Nothing was sent.",
        "Fill it in and send again.",
    ),
    "request.variables_surplus": (
        "The template takes {expected} variables, but {given} are given. Nothing was sent.",
        "Remove the surplus ones and send again.",
    ),
    "request.cancelled": (
        "It was cancelled.",
        "Start it again if you still want it.",
    ),
    "request.superseded": (
        "A newer question took its place.",
        "Nothing needs to be done.",
    ),
    "request.view_closed": (
        "This list is no longer open.",
        "Look at Deliveries again; it opens anew.",
    ),
    "request.no_message": (
        "This message is not in the ledger.",
        "Refresh Deliveries; another ledger may be in use.",
    ),
    "request.no_batch": (
        "This batch is not in the ledger. Nothing was changed.",
        "Refresh Deliveries; another ledger may be in use.",
    ),
    "request.unknown_state": (
        "The filter names a state that does not exist.",
        "Choose a state from the list.",
    ),
    "request.unknown_sort": (
        "The list cannot be sorted by this column.",
        "Choose another column.",
    ),
    "request.sort_too_large": (
        "More than {most} messages are too many to sort this way.",
        "Narrow the filter first, or sort by time.",
    ),
    "request.argument": (
        "Another program handed over a message whose argument {name} has the wrong form. Nothing was sent.",
        "Its developer finds the forms of to, datas and temp_id in the README.",
    ),
    "request.arguments": (
        "Another program handed over a message with too few or too many arguments. Nothing was sent.",
        "Its developer finds what send_sms takes in the README: to, datas, temp_id.",
    ),
    "request.too_many_recipients": (
        "There are {given} recipients, and at most {most} can go together. Nothing was sent.",
        "Send in several parts.",
    ),
    "request.cannot_write_file": (
        "The file could not be written ({reason}). No complete export exists.",
        "Choose another folder or free disk space, then export again.",
    ),
    "request.export_stopped": (
        "The export ended before it was complete.",
        "Start it again; nothing else is affected.",
    ),
}

_WAITING: Final[_Texts] = {
    "waiting.no_worker": (
        "No worker is running, so the message waits.",
        "Start the worker on the Workers page.",
    ),
    "waiting.no_account": (
        "No worker has the account {account}, so the message waits.",
        "Give a worker the account's credentials, in Settings or in its computer's environment, and restart it.",
    ),
    "waiting.undo": (
        "The message waits a moment, so that sending can still be undone.",
        "It goes out by itself; Undo keeps the whole batch from being sent.",
    ),
    "waiting.held": (
        "The account {account} is stopped, so the message waits.",
        "",
    ),
}

_TEXTS: Final[_Texts] = {**_WINDOW, **_SERVER, **_BROKER, **_LEDGER, **_SETTINGS, **_GATEWAY, **_REQUEST, **_WAITING}
SENTENCES: Final = {code: texts[0] for code, texts in _TEXTS.items()}
REMEDIES: Final = {code: texts[1] for code, texts in _TEXTS.items()}

INVALID_REASONS: Final = {
    "malformed": "it has the wrong form",
    "not_a_number": "it is not a number",
    "not_a_choice": "it is not one of {choices}",
    "too_small": "it is below {minimum}",
    "too_large": "it is above {maximum}",
    "no_such_account": "there is no such account",
    "not_a_whole_number": "it is not a whole number",
    "not_yes_or_no": "it is neither yes nor no",
}
"""Why a setting cannot be used, inside the sentence of `settings.invalid`."""
