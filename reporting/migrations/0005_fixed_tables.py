import json

import django.db.models.deletion
from django.db import migrations, models


def fix_what_is_told(apps, schema_editor):
    """Tables that stand in a release already: the oldest one of each half-year is the one that was told first."""
    Release = apps.get_model("reporting", "Release")
    FixedTable = apps.get_model("reporting", "FixedTable")
    for pk in Release.objects.order_by("released_at", "pk").values_list("pk", flat=True):
        release = Release.objects.get(pk=pk)
        ages = json.loads(release.content).get("ages")
        if ages is None:
            continue
        content = json.dumps(ages, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
        FixedTable.objects.get_or_create(
            plan_id=release.plan_id,
            code="ages",
            starts_on=release.starts_on,
            ends_on=release.ends_on,
            defaults={"content": content},
        )


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_mail_and_language"),
        ("reporting", "0004_goals"),
    ]

    operations = [
        migrations.CreateModel(
            name="FixedTable",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("code", models.CharField(max_length=20, verbose_name="table")),
                ("starts_on", models.DateField(verbose_name="first day")),
                ("ends_on", models.DateField(verbose_name="last day")),
                ("content", models.TextField(editable=False)),
                ("fixed_at", models.DateTimeField(auto_now_add=True, verbose_name="fixed")),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="fixed_tables",
                        to="accounts.plan",
                        verbose_name="plan",
                    ),
                ),
            ],
            options={
                "verbose_name": "fixed table",
                "verbose_name_plural": "fixed tables",
                "ordering": ["starts_on"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("plan", "code", "starts_on", "ends_on"), name="reporting_fixed_table_once"
                    )
                ],
            },
        ),
        migrations.RunPython(fix_what_is_told, migrations.RunPython.noop),
    ]
