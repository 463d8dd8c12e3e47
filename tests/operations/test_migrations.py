"""Migrations on PostgreSQL: nobody waits for one, and the code of before runs on their tables."""

from __future__ import annotations

import pytest
from django.conf import settings
from django_migration_linter import MigrationLinter

# The last ones from before instances were upgraded while they run. Nothing is changed here: a new
# migration is written in steps instead (docs/operations.md, "Migrations while it runs").
EXEMPT = {
    "access": "0001_initial",
    "accounts": "0008_plainer_labels",
    "channels": "0002_images",
    "comments": "0006_words",
    "events": "0020_long_events",
    "notify": "0006_plainer_labels",
    "outbox": "0001_initial",
    "rsvps": "0012_language",
}
# Migrations are never undone, and names in data migrations lock nothing.
OF_NO_CONCERN = ["RUNPYTHON_REVERSIBLE", "RUNPYTHON_MODEL_VARIABLE_NAME"]
pytestmark = [
    # What makes an index concurrently refuses to be in a transaction.
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(settings.ON_SQLITE, reason="nobody uses SQLite while it is upgraded"),
]


@pytest.fixture
def linter() -> MigrationLinter:
    """Errors and warnings alike."""
    return MigrationLinter(
        exclude_migration_tests=OF_NO_CONCERN, all_warnings_as_errors=True, no_cache=True
    )


def test_new_migrations_neither_lock_for_long_nor_break_the_code_of_before(
    linter: MigrationLinter, capsys: pytest.CaptureFixture[str]
) -> None:
    for (app, name), migration in linter.migration_loader.disk_migrations.items():
        if app in EXEMPT and name > EXEMPT[app]:
            linter.lint_migration(migration)
    assert linter.nb_erroneous == 0, capsys.readouterr().out


@pytest.mark.parametrize(
    "name",
    ["0008_has_webhooks", "0017_public_lists"],  # NOT NULL without a default; an index in one go
)
def test_the_linter_finds_what_it_is_for(linter: MigrationLinter, name: str) -> None:
    """In migrations that are exempt."""
    linter.lint_migration(linter.migration_loader.disk_migrations["events", name])
    assert linter.nb_erroneous == 1
