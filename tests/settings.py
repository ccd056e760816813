"""Our settings for tests: SQLite in memory, or the server that DATABASE_URL names."""

import os
import tempfile

os.environ.setdefault("RAPPORT_SECRET_KEY", "a key for tests only, long enough to be taken for a real one")
os.environ.setdefault("RAPPORT_HOSTS", "testserver,localhost,127.0.0.1")
os.environ.setdefault("RAPPORT_DATA", tempfile.mkdtemp(prefix="rapport-tests-"))

from rapport.config.settings import *  # noqa: F403  # a settings module is what it names: ours, but for these

SECURE_SSL_REDIRECT = False
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # quick; what hosts have is slow on purpose
