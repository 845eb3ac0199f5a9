"""What `dev.py` needs on a machine before it can run anything: only the standard library, from Python 3.11."""
