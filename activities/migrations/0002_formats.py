"""The formats that every plan begins with; more can be added in the admin."""

from django.db import migrations

FORMATS = [
    ("debate", "Debat", "Debate"),
    ("film", "Film", "Film"),
    ("workshop", "Værksted", "Workshop"),
    ("visit", "Besøg", "Visit"),
    ("tournament", "Turnering", "Tournament"),
    ("food", "Fællesspisning", "Communal meal"),
    ("other", "Andet", "Other"),
]


def ship_formats(apps, schema_editor):
    Format = apps.get_model("activities", "Format")
    for position, (code, name, english) in enumerate(FORMATS, start=1):
        Format.objects.create(code=code, name=name, name_en=english, position=position * 10)


class Migration(migrations.Migration):
    dependencies = [("activities", "0001_initial")]
    operations = [migrations.RunPython(ship_formats, migrations.RunPython.noop)]
