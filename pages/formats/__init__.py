"""How Django writes moments by itself, as on read-only fields of the admin: the form of
config/dates.py with its zone, "Sat 28 Nov 2026, 19:00 CET", in each language."""
