"""The same for refusals that manage.py alone can meet: in English, like all its output."""

from __future__ import annotations

COMMAND_SENTENCES = {
    # Files and folders
    "no_such_file": "There is no file {path}.",
    "no_such_folder": "There is no folder {path}.",
    "file_exists": "{path} already exists.",
    # Archives of events and organisations
    "not_an_archive": "This is not an archive that this command loads, or it is damaged.",
    "newer_archive": "This archive was made by a newer version of Convene.",
    "archive_too_large": "An archive holds at most {limit} MB of rows.",
    "archive_file_too_large": "{name} is too large for an archive.",
    "archive_unreadable": "It contains JSON that cannot be read.",
    "archive_parts": "It must hold exactly these parts: {parts}.",
    "archive_clashes": "Rows of the archive clash with rows that are already here.",
    "event_present": "This event is already here. Use --replace to replace it by the archive's.",
    "archive_collides": "Already here: {names}. Nothing was imported.",
    "archive_incomplete": "It has more or fewer lines than the manifest says.",
    "foreign_files": "It contains files that do not belong in it.",
    "wrong_type": "Must be of type {type}.",
    "offset_missing": "A time must include its UTC offset.",
    "duplicate_id": "The same id appears twice.",
    "not_in_line": "Someone on the waitlist must be going, with the time they joined it.",
    "dangling_row": "A row refers to one that is not in the archive.",
    "answered_twice": "{address} has two RSVPs.",
    "not_answers": "Answers must be strings, numbers, booleans or lists.",
    "not_an_announcement": "Only announcements can be public.",
    "comment_elsewhere": "A comment belongs to something else.",
    "image_differs": "The image does not match its description in the archive.",
    "image_undescribed": "The archive does not describe its image.",
    # Imports
    "not_openrsvp": "This is not a database of OpenRSVP, or it is damaged: {problem}.",
    "import_clashes": (
        "Ids in the file are taken here by something else. What was imported before that stays."
    ),
    "file_too_large": "The file may have at most {limit} MB.",
    "no_names": "The first line must name the columns, one of them Name.",
    "not_a_calendar": "This is not an iCalendar file, or it is cut off.",
    "ics_unreadable": "It cannot be read.",
    "not_fetched": "It cannot be fetched: {problem}.",
    "leads_elsewhere": "It redirects to {url}, on another host. To fetch that, give its address.",
    "two_columns": "Two columns say the same thing: {column} is the second.",
    # Backups
    "not_sqlite": (
        "This is for SQLite. On PostgreSQL use "
        "`pg_dump{server} --format=custom --file=convene.dump {name}`, restore that into an empty "
        "database by `pg_restore{server} --no-owner --dbname={name} convene.dump`, "
        "and copy {media} and the secret key."
    ),
    "no_database": "There is no database at {path}.",
    "no_key_file": "The secret key is not in a file: it comes from the environment.",
    "not_a_backup": "This is not a backup of Convene, or it is damaged.",
    "newer_backup": "This backup was made by a newer version of Convene.",
    "backup_exists": "{path} already exists. Use --replace to overwrite it.",
    "backup_damaged": "The backup is damaged: {name}",
    "database_damaged": "The database is damaged: {problem}",
    "foreign_database": "This is not a database of Convene.",
    "images_elsewhere": "The backup has images, but this instance keeps its images elsewhere.",
    "not_an_image_file": "The backup names a file that is not an image: {name}",
    # Demo data
    "instance_in_use": "This instance holds data. Use --yes to add the demo data beside it.",
    "seed_used": "The demo data of this seed is already here. Choose another --seed.",
    # Links
    "no_working_link": "This event has no working {role} link.",
    "several_links": "This event has {number} {role} links: {links}.",
}
