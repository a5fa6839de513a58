"""Which PostgreSQL and Redis answer for the tests. Run by the environment's own Python; prints
JSON: {"database": URL or null, "redis": URL or null}."""

import hashlib
import json
import os

import psycopg2
import redis

from scripts.paths import ROOT

# Tests make and drop databases of their own beside this one; the name differs by checkout.
NAME = "civic_" + hashlib.sha256(str(ROOT).encode()).hexdigest()[:8]
USUAL_DATABASES = [
    "postgres://postgres@127.0.0.1:5432/postgres",
    "postgres://postgres:postgres@127.0.0.1:5432/postgres",
    "postgres:///postgres",
]
# The last of Redis's usual 16 databases. The tests empty it, and the one before it.
USUAL_REDIS = "redis://127.0.0.1:6379/15"


def find_database() -> str | None:
    """A server where we may make databases, as the address of one that need not exist yet."""
    named = os.environ.get("TEST_DATABASE_URL")
    for url in [named] if named else USUAL_DATABASES:
        if _may_make_databases(url):
            return named or url.rsplit("/", 1)[0] + "/" + NAME
    return None


def _may_make_databases(url: str) -> bool:
    address = url.rsplit("/", 1)[0] + "/postgres"
    try:
        connection = psycopg2.connect(address, connect_timeout=5)
    except psycopg2.OperationalError:
        return False
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper OR rolcreatedb FROM pg_roles WHERE rolname = current_user")
        allowed = bool(cursor.fetchone()[0])
    connection.close()
    return allowed


def find_redis() -> str | None:
    url = os.environ.get("TEST_REDIS_URL") or USUAL_REDIS
    client = redis.Redis.from_url(url, socket_connect_timeout=5)
    try:
        client.ping()
    except redis.RedisError:
        return None
    finally:
        client.close()
    return url


if __name__ == "__main__":
    print(json.dumps({"database": find_database(), "redis": find_redis()}))
