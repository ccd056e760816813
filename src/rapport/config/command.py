"""The one command, ``rapport``: Django's command line under our settings, plus ours."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line
from django.db.utils import DatabaseError

from rapport.config.environment import prepare_demo


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rapport.config.settings")
    try:
        if sys.argv[1:2] == ["demo"] and not {"-h", "--help"} & set(sys.argv):
            prepare_demo()
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as error:
        sys.exit(f"rapport: {error}")
    except DatabaseError as error:
        sys.exit(
            f"rapport: the database does not answer as it should ({' '.join(str(error).split())}).\n"
            "If it is new or from an older version, run `rapport migrate`; if another command is at work on it, "
            "try again when that has ended; `rapport doctor` says more."
        )
    except OSError as error:
        sys.exit(f"rapport: {error.filename or 'a file'} could not be read or written ({error.strerror or error}).")


if __name__ == "__main__":
    main()
