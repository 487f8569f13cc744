"""Hengke's settings with a data folder of the test run's own, which goes away with it, and an object more."""

import atexit
import os
import shutil
import tempfile

_data = tempfile.mkdtemp(prefix="hengke-test-")
atexit.register(shutil.rmtree, _data, ignore_errors=True)
os.environ["HENGKE_DATA"] = _data

from hengke.config.settings import *  # noqa: E402, F403

INSTALLED_APPS = [*INSTALLED_APPS, "tests.dummy_pack"]  # noqa: F405
PASSWORD_HASHERS = ["tests.support.hashing.CheapArgon2"]
