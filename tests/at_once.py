"""Tests of what several do in the same moment."""

from __future__ import annotations

import os

import pytest

# SQLite lets one writer in at a time by itself.
ON_A_SERVER = pytest.mark.skipif(
    not os.environ.get("DATABASE_URL"), reason="needs a server that lets several write at once"
)
