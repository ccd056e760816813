"""Tests of what several do in the same moment."""

from __future__ import annotations

import os

import pytest

WITHOUT_SERVER = not os.environ.get("DATABASE_URL")  # SQLite lets one writer in at a time by itself
ON_A_SERVER = pytest.mark.skipif(WITHOUT_SERVER, reason="needs a server that lets several write at once")
