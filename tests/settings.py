"""Settings of the test run: the real ones, with a throw-away data folder and plain static files."""

import os
import tempfile

os.environ.setdefault("DATA_DIR", tempfile.mkdtemp(prefix="convene-tests-"))
os.environ.setdefault("SECRET_KEY", "a secret key for tests only, of no use anywhere else")

from config.settings import *  # noqa: F403
