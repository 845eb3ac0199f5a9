"""The Workers page: the bundled worker, its log, and every worker of this ledger."""
