"""The window of SMS Desk: everything that knows Qt. `tasks` never imports from here."""
