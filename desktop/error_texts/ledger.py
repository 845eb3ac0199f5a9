"""Of the ledger."""

from __future__ import annotations

from typing import Final

from desktop.error_texts.form import Texts

LEDGER: Final[Texts] = {
    "ledger.newer": (
        "This ledger was written by a newer SMS Desk (version {version}, this one knows {known}). It was not touched.",
        "Install the newer program, or choose another ledger in Settings.",
    ),
    "ledger.no_room_for_copy": (
        "This ledger is of an earlier version ({version}) and is copied before it is carried over. The copy takes "
        "{needed_mb} MB, and {free_mb} MB are free. Nothing was changed; nothing can be sent until there is room.",
        "Free disk space; the program goes on by itself.",
    ),
    "ledger.carrying_over": (
        "The ledger of an earlier version is being carried over. It is copied first: {percent} % done. Messages can be "
        "sent once it is finished.",
        "Nothing is to be done; the window may be closed, and the next start goes on.",
    ),
    "ledger.carried_over": (
        "The ledger of the earlier version was carried over. As it was, it lies in {copy}.",
        "Delete that copy once you are sure that you will not go back to the earlier program.",
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
