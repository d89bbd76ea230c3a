"""The kinds of shift that every plan begins with; more can be added in the admin."""

from django.db import migrations

ROLES = [
    ("host", "Vært", "Host"),
    ("kitchen", "Køkken", "Kitchen"),
    ("door", "Dør", "Door"),
    ("clean-up", "Oprydning", "Clean-up"),
    ("technology", "Teknik", "Technology"),
]


def ship_roles(apps, schema_editor):
    ShiftRole = apps.get_model("activities", "ShiftRole")
    for position, (code, name, english) in enumerate(ROLES, start=1):
        ShiftRole.objects.create(code=code, name=name, name_en=english, position=position * 10)


class Migration(migrations.Migration):
    dependencies = [("activities", "0003_programme")]
    operations = [migrations.RunPython(ship_roles, migrations.RunPython.noop)]
