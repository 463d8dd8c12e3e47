#!/usr/bin/env python
"""Convene's command line: `python manage.py help` lists what it can do."""

import os
import sys

from django.core.exceptions import ImproperlyConfigured
from django.core.management import execute_from_command_line

# What these write is code, or served to everybody.
_PUBLIC = {"collectstatic", "makemigrations"}


def manage(command: list[str]) -> None:
    """Runs a command, given with the name of the program before it. A setting that cannot be read
    ends it in one line."""
    if not _PUBLIC.intersection(command[1:2]):
        # Database, key, images, backups and exports are for the user they belong to.
        os.umask(0o077)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        execute_from_command_line(command)
    except ImproperlyConfigured as problem:
        sys.exit(f"Error: {problem}")


if __name__ == "__main__":
    manage(sys.argv)
