import json
from collections import Counter

from django.db import migrations, models

BATCH = 50


def summarise(figure_set):
    """As `reporting.summaries` did when this was written."""
    judged = [row for row in figure_set["indicators"] if row["status"] and row["measure"] != "milestone"]
    counts = figure_set["completeness"]
    return {
        "areas": [
            {
                "position": int(area["position"]),
                "name": area["name"],
                "name_en": area["name_en"],
                "targets": dict(Counter(row["status"] for row in judged if row["area"] == area["position"])),
            }
            for area in figure_set["areas"]
        ],
        **{key: int(counts[key]) for key in ("held", "visits", "logged", "due")},
    }


def fill(apps, schema_editor):
    """A release made before has its summary from its own text. Its text and fingerprint are not touched."""
    releases = apps.get_model("reporting", "Release")._base_manager
    last = 0
    while found := list(releases.filter(pk__gt=last).order_by("pk").values_list("pk", "content")[:BATCH]):
        for pk, content in found:
            releases.filter(pk=pk).update(summary=summarise(json.loads(content)))
        last = found[-1][0]


class Migration(migrations.Migration):
    dependencies = [("reporting", "0009_measures")]

    operations = [
        migrations.AddField(
            model_name="release", name="summary", field=models.JSONField(default=dict, editable=False)
        ),
        migrations.RunPython(fill, migrations.RunPython.noop, elidable=True),
    ]
