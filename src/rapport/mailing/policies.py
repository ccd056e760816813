"""Who may see to letters at the desk."""

from __future__ import annotations

from rapport.accounts.models import Role
from rapport.accounts.policies import Policy

MAY_EDIT = Policy(Role.EDITOR, Role.ADMINISTRATOR)
MAY_RUN = Policy(Role.ADMINISTRATOR)  # how fast letters go out, and whether they wait for a go
