import datetime
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


def give_identities(apps, schema_editor):
    """Each row its own: a column default would give all the same."""
    ShiftSignup = apps.get_model("activities", "ShiftSignup")
    rows = list(ShiftSignup.objects.filter(uid__isnull=True).only("pk"))
    for row in rows:
        row.uid = uuid.uuid4()
    ShiftSignup.objects.bulk_update(rows, ["uid"], batch_size=500)


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0003_volunteers'),
        ('activities', '0005_programme_states'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='shift',
            name='is_adjusted',
            field=models.BooleanField(default=False, verbose_name='changed for this evening'),
        ),
        migrations.AddField(
            model_name='shift',
            name='is_off',
            field=models.BooleanField(default=False, verbose_name='not needed this evening'),
        ),
        migrations.AddField(
            model_name='shiftneed',
            name='end_time',
            field=models.TimeField(blank=True, null=True, verbose_name='to'),
        ),
        migrations.AddField(
            model_name='shiftneed',
            name='start_time',
            field=models.TimeField(blank=True, null=True, verbose_name='from'),
        ),
        migrations.AddField(
            model_name='shiftsignup',
            name='is_late',
            field=models.BooleanField(default=False, verbose_name='given up after the deadline'),
        ),
        migrations.AddField(
            model_name='shiftsignup',
            name='replaces',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='activities.shiftsignup', verbose_name='taken over from'),
        ),
        migrations.AddField(
            model_name='shiftsignup',
            name='uid',
            field=models.UUIDField(default=uuid.uuid4, editable=False, null=True),
        ),
        migrations.RunPython(give_identities, migrations.RunPython.noop),
        migrations.AlterField(
            model_name='shiftsignup',
            name='uid',
            field=models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
        ),
        migrations.CreateModel(
            name='RemovedShift',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('uid', models.UUIDField(editable=False, unique=True)),
                ('title', models.CharField(max_length=150, verbose_name='what')),
                ('date', models.DateField(verbose_name='date')),
                ('start_time', models.TimeField(blank=True, null=True, verbose_name='from')),
                ('end_time', models.TimeField(blank=True, null=True, verbose_name='to')),
                ('removed_at', models.DateTimeField(auto_now_add=True, verbose_name='removed')),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.plan', verbose_name='plan')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='who')),
            ],
            options={
                'verbose_name': 'shift of an evening that is gone',
                'verbose_name_plural': 'shifts of evenings that are gone',
                'ordering': ['date', 'pk'],
                'indexes': [models.Index(fields=['plan', 'user', 'date'], name='activities_removed_shift')],
            },
        ),
        migrations.CreateModel(
            name='ShiftSettings',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('give_up_hours', models.PositiveSmallIntegerField(default=24, verbose_name='a shift can be given up until (hours before)')),
                ('remind_days', models.PositiveSmallIntegerField(default=1, verbose_name='reminder (days before)')),
                ('remind_at', models.TimeField(default=datetime.time(16, 0), verbose_name='reminder at')),
                ('certificate_years', models.PositiveSmallIntegerField(default=2, verbose_name='a child protection certificate is renewed after (years)')),
                ('plan', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='shift_settings', to='accounts.plan', verbose_name='plan')),
            ],
            options={
                'verbose_name': 'settings for shifts',
                'verbose_name_plural': 'settings for shifts',
                'constraints': [models.CheckConstraint(condition=models.Q(('certificate_years__range', (1, 10)), ('give_up_hours__lte', 336), ('remind_days__lte', 14)), name='activities_shiftsettings_sensible')],
            },
        ),
    ]
