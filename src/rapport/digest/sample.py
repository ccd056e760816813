"""Where the sample digest lies."""

from __future__ import annotations

from pathlib import Path

import rapport


def sample_content() -> Path:
    """The sample digest: `content/` of a checkout, or the copy that the wheel carries."""
    package = Path(rapport.__file__).resolve().parent
    in_checkout = package.parent.parent / "content"
    return in_checkout if in_checkout.is_dir() else package / "sample_content"
