"""Blocked terms that the admin stored as it was given them become lists of strings; addresses become
lower case where nobody else has them."""

from django.db import migrations


def clean_terms(apps, schema_editor):
    tenants = apps.get_model("accounts", "Tenant").objects.using(schema_editor.connection.alias)
    for tenant in list(tenants.only("blocked_terms")):
        terms = _terms(tenant.blocked_terms)
        if terms != tenant.blocked_terms:
            tenants.filter(pk=tenant.pk).update(blocked_terms=terms)


def lower_addresses(apps, schema_editor):
    users = apps.get_model("accounts", "User").objects.using(schema_editor.connection.alias)
    for pk, email in list(users.values_list("pk", "email")):
        lower = email.lower()
        if email != lower and not users.filter(email__iexact=lower).exclude(pk=pk).exists():
            users.filter(pk=pk).update(email=lower)


def _terms(stored):
    """A string is one term, or one on each line; an object's keys are terms; null is none."""
    if isinstance(stored, str):
        stored = stored.splitlines()
    if not isinstance(stored, list | dict):
        stored = [stored]
    terms = [str(term).strip() for term in stored if type(term) in (str, int, float)]
    return [term for term in dict.fromkeys(terms) if term]


class Migration(migrations.Migration):

    dependencies = [
        ("accounts", "0003_images"),
    ]

    operations = [
        migrations.RunPython(clean_terms, migrations.RunPython.noop, elidable=True),
        migrations.RunPython(lower_addresses, migrations.RunPython.noop, elidable=True),
    ]
