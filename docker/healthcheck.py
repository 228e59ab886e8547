"""Whether this container does its work: ``healthcheck.py hub`` asks the hub, ``worker`` asks the worker's queue."""

import os
import sys
import urllib.request


def hub() -> bool:
    """The hub takes messages in: it reaches its database, at the schema it was written for."""
    url = f"http://127.0.0.1:{os.environ.get('HEIMVEG_PORT') or 8040}/ready"
    with urllib.request.urlopen(url, timeout=4) as answer:
        return bool(answer.status == 200)


def worker() -> bool:
    """The queue is there to be worked on; a worker that has died ends its container by itself."""
    import psycopg

    with psycopg.connect(os.environ["DATABASE_URL"], connect_timeout=4) as connection:
        return connection.execute("SELECT 1 FROM procrastinate_jobs LIMIT 1") is not None


if __name__ == "__main__":
    try:
        sys.exit(0 if {"hub": hub, "worker": worker}[sys.argv[1]]() else 1)
    except Exception as trouble:  # noqa: BLE001  any trouble is an unhealthy container
        sys.exit(f"unhealthy: {type(trouble).__name__}")
