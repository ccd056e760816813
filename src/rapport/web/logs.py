"""What a line of the log may say."""

from __future__ import annotations

import logging
import re

# Addresses that are keys: whoever reads one in a log could open what it opens.
KEYS = re.compile(r"(/(?:(?:letters/[a-z]+|preview|invitation|address/confirm)/|password/new/(?=[^/\s-]+-)))[^/\s]+")


class WithoutKeys(logging.Filter):
    """Leaves out, of an address that is a key, the key."""

    def filter(self, record: logging.LogRecord) -> bool:
        said = record.getMessage()
        if (without := KEYS.sub(r"\1…", said)) != said:
            record.msg, record.args = without, ()
        return True
