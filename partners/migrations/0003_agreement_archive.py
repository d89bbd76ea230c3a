from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("partners", "0002_programme_periods"),
    ]

    operations = [
        migrations.AddField(
            model_name="agreement",
            name="archived_at",
            field=models.DateTimeField(blank=True, editable=False, null=True, verbose_name="archived"),
        ),
    ]
