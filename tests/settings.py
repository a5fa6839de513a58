"""The portal's own settings, in a folder that goes away, and with quick passwords.

`make test` says which database and broker; a plain `pytest` uses SQLite and the file broker. What
a developer's .env says never reaches the tests.
"""

import atexit
import os
import shutil
import tempfile

if "VAR_DIR" not in os.environ:
    os.environ["VAR_DIR"] = tempfile.mkdtemp(prefix="civic-tests-")
    atexit.register(shutil.rmtree, os.environ["VAR_DIR"], ignore_errors=True)
os.environ.setdefault("DATABASE_URL", f"sqlite:///{os.environ['VAR_DIR']}/civic.sqlite3")
os.environ.setdefault("REDIS_URL", "")
os.environ["DEBUG"] = "true"
os.environ["EMAIL_URL"] = ""
os.environ["SITE_URL"] = "http://127.0.0.1:8000"

from civic.settings import *  # noqa: F403

# Argon2 is slow on purpose; only the processes of `live_portal` need it.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# A connection that a server thread kept open would hold on to the test database at the end.
DATABASES["default"]["CONN_MAX_AGE"] = 0  # noqa: F405
