"""The groups of the back office. Who is in them an administrator decides."""

from django.db import migrations

ENTER = ("wagtailadmin", "admin", "access_admin", "Can access Wagtail admin")
PREPARE = ("registers", "regulatedlist", "prepare_registers", "May prepare batches of a register")
DECIDE = (
    "registers", "regulatedlist", "decide_registers", "May put batches on notice, answer objections and publish"
)  # fmt: skip
GROUPS = {
    "Register editors": (ENTER, PREPARE),
    "Register officers": (ENTER, PREPARE, DECIDE),
    "Permit officers": (ENTER,),
}


def make_groups(apps, schema_editor):
    """Permissions are made here too: Django makes them only after all migrations."""
    group_model = apps.get_model("auth", "Group")
    for name, wanted in GROUPS.items():
        group, _made = group_model.objects.get_or_create(name=name)
        group.permissions.add(*(permission(apps, *each) for each in wanted))


def permission(apps, app_label, model, codename, name):
    kind, _made = apps.get_model("contenttypes", "ContentType").objects.get_or_create(app_label=app_label, model=model)
    found, _made = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=kind, codename=codename, defaults={"name": name}
    )
    return found


class Migration(migrations.Migration):
    initial = True
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("registers", "0001_initial"),
        ("wagtailadmin", "0001_create_admin_access_permissions"),
    ]
    operations = [migrations.RunPython(make_groups, migrations.RunPython.noop)]
