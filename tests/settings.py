"""Settings of the test run: the real ones, with a throw-away data folder and database."""

import atexit
import os
import shutil
import tempfile

if "DATA_DIR" not in os.environ:
    os.environ["DATA_DIR"] = tempfile.mkdtemp(prefix="convene-tests-")
    atexit.register(shutil.rmtree, os.environ["DATA_DIR"], ignore_errors=True)
os.environ.setdefault("SECRET_KEY", "a secret key for tests only, of no use anywhere else")

from config.settings import *  # noqa: F403
from config.settings import DATA_DIR, DATABASES, ON_SQLITE

# Cheap ones: what the sign-in does about slow hashes has tests of its own.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

if ON_SQLITE:
    # A file, as in production: threads of a race test need connections of their own.
    DATABASES["default"]["TEST"] = {"NAME": str(DATA_DIR / "prepared" / "test.sqlite3")}

(DATA_DIR / "static").mkdir(parents=True, exist_ok=True)
