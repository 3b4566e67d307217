"""The group of those who change reference data. Who is in it an administrator decides."""

from django.db import migrations

NAME = "Reference editors"
ENTER = ("wagtailadmin", "admin", "access_admin", "Can access Wagtail admin")
CURATE = ("listings", "localedit", "curate_reference", "May change the reference data")


def make_group(apps, schema_editor):
    """Permissions are made here too: Django makes them only after all migrations."""
    group, _made = apps.get_model("auth", "Group").objects.get_or_create(name=NAME)
    group.permissions.add(*(permission(apps, *each) for each in (ENTER, CURATE)))


def permission(apps, app_label, model, codename, name):
    kind, _made = apps.get_model("contenttypes", "ContentType").objects.get_or_create(app_label=app_label, model=model)
    found, _made = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=kind, codename=codename, defaults={"name": name}
    )
    return found


class Migration(migrations.Migration):
    dependencies = [
        ("cms", "0002_pages"),
        ("listings", "0008_curation"),
        ("wagtailadmin", "0001_create_admin_access_permissions"),
    ]
    operations = [migrations.RunPython(make_group, migrations.RunPython.noop)]
