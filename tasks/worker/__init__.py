"""The Celery worker: how it starts and stops, its pool, its consumer, and what it tells of itself."""
