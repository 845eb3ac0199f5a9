"""What a broker's address means for Celery, one module per kind of broker."""
