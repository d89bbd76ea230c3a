"""The two programme periods in use, with their statutory focus areas verbatim (almenboligloven § 91 a)."""

from datetime import date

from django.db import migrations

# period, first day, last day, [(name, English, short name, other spellings)]
PERIODS = [
    (
        "2015-18",
        date(2015, 1, 1),
        date(2018, 12, 31),
        [
            ("Tryghed og trivsel", "Safety and well-being", "Tryghed", ""),
            ("Kriminalpræventiv indsats", "Crime prevention", "Kriminalpræventiv", "Kriminalitetsforebyggelse"),
            ("Uddannelse og beskæftigelse", "Education and employment", "Uddannelse og job", ""),
            ("Forebyggelse og forældreansvar", "Prevention and parental responsibility", "Forebyggelse", ""),
        ],
    ),
    (
        "2019-26",
        date(2019, 1, 1),
        date(2026, 12, 31),
        [
            ("Beskæftigelse", "Employment", "Beskæftigelse", ""),
            ("Uddannelse og livschancer", "Education and life chances", "Uddannelse", ""),
            ("Kriminalpræventiv indsats", "Crime prevention", "Kriminalpræventiv", "Kriminalitetsforebyggelse"),
            ("Sammenhængskraft og medborgerskab", "Cohesion and citizenship", "Fællesskab", ""),
        ],
    ),
]

# old area -> the areas that carry its work on, so that a line of activity can be followed across periods
SUCCESSION = {
    "Tryghed og trivsel": ["Sammenhængskraft og medborgerskab"],
    "Kriminalpræventiv indsats": ["Kriminalpræventiv indsats"],
    "Uddannelse og beskæftigelse": ["Beskæftigelse", "Uddannelse og livschancer"],
    "Forebyggelse og forældreansvar": ["Uddannelse og livschancer"],
}


def ship_periods(apps, schema_editor):
    ProgrammePeriod = apps.get_model("partners", "ProgrammePeriod")
    FocusArea = apps.get_model("partners", "FocusArea")
    made = {}
    for name, first, last, areas in PERIODS:
        period = ProgrammePeriod.objects.create(name=name, starts_on=first, ends_on=last)
        for position, (area, english, short, aliases) in enumerate(areas, start=1):
            made[name, area] = FocusArea.objects.create(
                period=period, position=position, name=area, name_en=english, short_name=short, aliases=aliases
            )
    for old, successors in SUCCESSION.items():
        for new in successors:
            made["2019-26", new].predecessors.add(made["2015-18", old])


class Migration(migrations.Migration):
    dependencies = [("partners", "0001_initial")]
    operations = [migrations.RunPython(ship_periods, migrations.RunPython.noop)]
