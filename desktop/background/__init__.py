"""QObjects that talk to the child processes. They know `tasks`, never widgets."""
