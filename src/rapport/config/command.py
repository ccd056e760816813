"""The one command, ``rapport``: Django's command line under our settings, plus ours."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db.utils import OperationalError, ProgrammingError

from rapport.config.environment import prepare_demo


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rapport.config.settings")
    try:
        if sys.argv[1:2] == ["demo"] and not {"-h", "--help"} & set(sys.argv):
            prepare_demo()
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"rapport: {error}")
    except (OperationalError, ProgrammingError) as error:
        sys.exit(
            f"rapport: the database does not answer as it should ({str(error).strip()}).\n"
            "If it is new or from an older version, run `rapport migrate`; `rapport doctor` says more."
        )


if __name__ == "__main__":
    main()
