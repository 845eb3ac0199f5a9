"""The Deliveries page: the live table, its filters, one message in detail, the export."""
