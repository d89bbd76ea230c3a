"""The targets of Herredsvang, as data: the lines of the team's own sheet, and what was measured by hand."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

Number = Decimal | None


@dataclass(frozen=True, kw_only=True)
class Line:
    """One indicator with its targets for the four plan years (None where there is none)."""

    code: str
    area: int
    text: str
    measure: str
    unit: str
    source: str
    direction: str = "at_least"
    activities: tuple[str, ...] = ()
    all_activities: bool = False
    format: str = ""
    at_least_times: int | None = None
    baseline: Number = None
    targets: tuple[Number | tuple[Decimal, Decimal] | date, ...] = ()


def numbers(*texts: str) -> tuple[Number, ...]:
    return tuple(Decimal(text) if text else None for text in texts)


RANGE_30_50 = (Decimal(30), Decimal(50))
COMMUNITY = ("Madklub", "Haveklub", "Motionsklub for kvinder")

LINES: tuple[Line, ...] = (
    Line(
        code="K1", area=3, text="Unge Cafeen holder åbent mindst 40 gange om året", measure="sessions_held",
        activities=("Unge Cafeen",), unit="gange", source="registrering", targets=numbers("40", "40", "40", "40"),
    ),
    Line(
        code="K2", area=3, text="Gennemsnitligt 30 unge pr. aften i Unge Cafeen", measure="mean_visits",
        activities=("Unge Cafeen",), unit="unge pr. gang", source="registrering", baseline=Decimal(24),
        targets=numbers("26", "28", "30", "30"),
    ),
    Line(
        code="K4", area=3, text="Mindst 8 debataftener om året", measure="sessions_with_format", format="debate",
        activities=("Unge Cafeen",), unit="aftener", source="registrering", targets=numbers("8", "8", "8", "8"),
    ),
    Line(
        code="K6", area=3, text="Antallet af sigtede unge pr. 1.000 falder", measure="register", unit="pr. 1.000",
        direction="at_most", source="Boligsociale Data", baseline=Decimal("41.5"),
        targets=numbers("40.0", "38.5", "37.0", "35.0"),
    ),
    Line(
        code="K7", area=3, text="Højst 10 % af beboerne føler sig utrygge", measure="survey", unit="%",
        direction="at_most", source="beboerundersøgelse", baseline=Decimal("17.2"),
        targets=numbers("", "14", "", "10"),
    ),
    Line(
        code="U1", area=2, text="Lektiecaféen holder åbent 80 gange om året", measure="sessions_held",
        activities=("Lektiecafé",), unit="gange", source="registrering", targets=numbers("80", "80", "80", "80"),
    ),
    Line(
        code="U2", area=2, text="Gennemsnitligt 15 børn pr. gang i Lektiecaféen", measure="mean_visits",
        activities=("Lektiecafé",), unit="børn pr. gang", source="registrering",
        targets=numbers("12", "14", "15", "15"),
    ),
    Line(
        code="U6", area=2, text="25 børn deltager mindst 20 gange", measure="unique_at_least", at_least_times=20,
        activities=("Lektiecafé",), unit="børn", source="registrering", targets=numbers("15", "20", "25", "25"),
    ),
    Line(
        code="B1", area=1, text="Mindst 20 unge (13-17 år) får fritidsjob årligt", measure="people_count",
        activities=("Jobcafé",), unit="unge", source="egen opgørelse", baseline=Decimal(9),
        targets=numbers("15", "20", "20", "20"),
    ),
    Line(
        code="B5", area=1, text="Der holdes 10 jobdating-arrangementer om året", measure="sessions_held",
        activities=("Jobdating",), unit="arrangementer", source="registrering",
        targets=numbers("6", "8", "10", "10"),
    ),
    Line(
        code="B8", area=1, text="30-50 % er i job eller uddannelse som 18-årige", measure="register", unit="%",
        direction="range", source="Boligsociale Data", baseline=Decimal("28.4"), targets=(RANGE_30_50,) * 4,
    ),
    Line(
        code="S1", area=4, text="25 aktive unge frivillige", measure="active_volunteers",
        activities=("Unge Cafeen",), unit="frivillige", source="registrering",
        targets=numbers("15", "20", "25", "25"),
    ),
    Line(
        code="S2", area=4, text="1.000 frivilligtimer om året", measure="volunteer_hours", all_activities=True,
        unit="timer", source="registrering", targets=numbers("800", "900", "1000", "1000"),
    ),
    Line(
        code="S4", area=4, text="200 beboere deltager i mindst én fællesskabsaktivitet", measure="unique_people",
        activities=COMMUNITY, unit="beboere", source="registrering", targets=numbers("120", "160", "200", "200"),
    ),
    Line(
        code="S9", area=4, text="Partneraftale med tre foreninger underskrevet senest 1. juli 2024",
        measure="milestone", unit="dato", direction="", source="referat",
        targets=(date(2024, 7, 1), None, None, None),
    ),
)  # fmt: skip

# code, measured on, value, source, note: what somebody typed in
MEASUREMENTS: tuple[tuple[str, date, str, str, str], ...] = (
    ("K6", date(2024, 4, 15), "39.8", "Boligsociale Data", "Tal for 2022"),
    ("K6", date(2025, 4, 14), "38.1", "Boligsociale Data", "Tal for 2023"),
    ("K6", date(2026, 4, 13), "36.2", "Boligsociale Data", "Tal for 2024"),
    ("K6", date(2026, 10, 12), "35.4", "Boligsociale Data", "Foreløbigt tal for 2025"),
    ("K7", date(2025, 5, 20), "13.4", "Beboerundersøgelse 2025", "312 af 1.180 svarede"),
    ("B1", date(2024, 6, 14), "16", "Egen opgørelse", ""),
    ("B1", date(2025, 6, 13), "21", "Egen opgørelse", ""),
    ("B1", date(2026, 6, 12), "22", "Egen opgørelse", ""),
    ("B1", date(2026, 10, 2), "6", "Egen opgørelse", "Tre venter på svar"),
    ("B8", date(2024, 4, 15), "31.2", "Boligsociale Data", "Tal for 2022"),
    ("B8", date(2025, 4, 14), "34.7", "Boligsociale Data", "Tal for 2023"),
    ("B8", date(2026, 4, 13), "37.9", "Boligsociale Data", "Tal for 2024"),
    ("B8", date(2026, 10, 12), "38.6", "Boligsociale Data", "Foreløbigt tal for 2025"),
    ("S1", date(2024, 6, 3), "17", "Vagtliste", ""),
    ("S1", date(2025, 6, 2), "21", "Vagtliste", ""),
    ("S1", date(2026, 6, 1), "26", "Vagtliste", ""),
    ("S1", date(2026, 10, 30), "22", "Vagtliste", "Tre holder pause indtil jul"),
    ("S9", date(2024, 6, 19), "1", "Referat af styregruppemøde 19-06-2024", "Tre aftaler underskrevet"),
)

# As above: typed in by a colleague, not approved yet
WAITING: tuple[tuple[str, date, str, str, str], ...] = (
    ("B1", date(2026, 11, 13), "9", "Egen opgørelse", "Tre har skrevet under siden sidst"),
)

# kind, area, wording, the indicators right below it; each hangs below the one before it in its area
GOALS: tuple[tuple[str, int, str, tuple[str, ...]], ...] = (
    ("vision", 1, "Flere unge og voksne i Herredsvang er i job eller på vej til det.", ("B8",)),
    ("goal", 1, "Unge får fodfæste på arbejdsmarkedet, før de fylder 18.", ("B1", "B5")),
    ("vision", 2, "Børn i Herredsvang har samme muligheder i skolen som andre børn i Aarhus.", ()),
    ("goal", 2, "Børnene får ro og hjælp til lektierne.", ("U1", "U2", "U6")),
    ("vision", 3, "Herredsvang er et trygt sted at vokse op.", ("K7",)),
    ("goal", 3, "Færre unge kommer i kontakt med politiet.", ("K6",)),
    ("subgoal", 3, "De unge har et sted at være om aftenen, som de selv er med til at drive.", ("K1", "K2", "K4")),
    ("vision", 4, "Beboerne kender hinanden og tager del i livet i boligområdet.", ("S4",)),
    ("goal", 4, "Flere tager ansvar for fællesskabet.", ("S1", "S2", "S9")),
)
