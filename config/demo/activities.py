"""What Herredsvang offers, as data: 20 activities in the four focus areas. Invented, in the genre."""

from dataclasses import dataclass, field
from datetime import date, time

HEADCOUNT, PSEUDONYMOUS = "headcount", "pseudonymous"
EMPLOYMENT, EDUCATION, PREVENTION, COHESION = 1, 2, 3, 4
MON, TUE, WED, THU, FRI, SAT, SUN = range(7)


@dataclass(frozen=True, kw_only=True)
class Slot:
    """One series: its rule, the weekday of its first date, and its hours."""

    weekday: int
    start: time
    end: time
    rule: str = "FREQ=WEEKLY"
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, kw_only=True)
class Offer:
    """One activity: how it is counted, when it runs, and how many usually come."""

    name: str
    owner: str  # mailbox of the coordinator
    area: int
    target_group: str
    purpose: str
    slots: tuple[Slot, ...]
    heads: float
    spread: float
    least: int
    most: int
    volunteers: tuple[int, int] = (0, 0)
    mode: str = HEADCOUNT
    venue: str = "Kulturhuset"
    spellings: tuple[str, ...] = ()
    ages: tuple[float, ...] = (0, 0, 0, 1)  # shares of the four age bands
    growth: float = 0.03  # a year
    notes: tuple[str, ...] = field(default=())


def weekly(weekday: int, start: str, end: str, rule: str = "FREQ=WEEKLY") -> Slot:
    return Slot(weekday=weekday, start=time.fromisoformat(start), end=time.fromisoformat(end), rule=rule)


def course(weekday: int, start: str, end: str, first: date, last: date) -> Slot:
    return Slot(weekday=weekday, start=time.fromisoformat(start), end=time.fromisoformat(end), first=first, last=last)


FAMILY_COURSES = tuple(
    course(THU, "17:00", "19:00", first, last)
    for year in (2023, 2024, 2025, 2026)
    for first, last in (
        (date(year, 9, 7), date(year, 11, 9)),
        (date(year + 1, 2, 22), date(year + 1, 4, 25)),
    )
)

OFFERS: tuple[Offer, ...] = (
    # -- Beskæftigelse -------------------------------------------------------------------------------------------------
    Offer(
        name="Jobcafé",
        owner="medarbejder",
        area=EMPLOYMENT,
        target_group="Beboere uden job, 16 år og op",
        purpose="Hjælp til cv, ansøgning og første samtale, uden tidsbestilling.",
        slots=(weekly(WED, "15:00", "17:00"),),
        heads=9.5,
        spread=2.6,
        least=3,
        most=16,
        volunteers=(0, 1),
        spellings=("Job café", "Jobcafe"),
        ages=(0, 0.15, 0.3, 0.55),
        notes=("To fik skrevet cv færdigt", "Konsulenten fra Jobcentret var med", "Mange spurgte til lagerjob"),
    ),
    Offer(
        name="Jobdating",
        owner="mikkel",
        area=EMPLOYMENT,
        target_group="Unge 15-25 år",
        purpose="Unge møder lokale arbejdsgivere ansigt til ansigt.",
        slots=(weekly(THU, "16:00", "18:00", "FREQ=MONTHLY;BYDAY=-1TH"),),
        heads=24,
        spread=6,
        least=10,
        most=42,
        volunteers=(0, 2),
        ages=(0, 0.45, 0.4, 0.15),
        notes=("Fire virksomheder mødte op", "Fakta tilbød to prøvevagter", "God stemning, travlt ved boderne"),
    ),
    Offer(
        name="Lommepengeprojekt",
        owner="jonas",
        area=EMPLOYMENT,
        target_group="Unge 13-17 år",
        purpose="Små opgaver i boligområdet som første skridt mod et fritidsjob.",
        slots=(weekly(SAT, "09:30", "12:30", "FREQ=WEEKLY;INTERVAL=2"),),
        heads=8,
        spread=1.8,
        least=4,
        most=12,
        mode=PSEUDONYMOUS,
        venue="Værkstedet",
        ages=(0, 1, 0, 0),
        notes=("Malede bænke på torvet", "Ryddede op ved boldbanen"),
    ),
    Offer(
        name="Fritidsjobvejledning",
        owner="mikkel",
        area=EMPLOYMENT,
        target_group="Unge 13-17 år og deres forældre",
        purpose="Vejledning om fritidsjob, kontrakt og skattekort.",
        slots=(weekly(TUE, "14:30", "16:00"),),
        heads=5,
        spread=1.8,
        least=1,
        most=11,
        ages=(0, 0.85, 0.05, 0.1),
        notes=("Tre søgte job i Fakta", "Spørgsmål om skattekort"),
    ),
    # -- Uddannelse og livschancer -------------------------------------------------------------------------------------
    Offer(
        name="Lektiecafé",
        owner="fatma",
        area=EDUCATION,
        target_group="Børn og unge 9-16 år",
        purpose="Ro, hjælp og frugt til lektierne to eftermiddage om ugen.",
        slots=(weekly(MON, "15:30", "17:30", "FREQ=WEEKLY;BYDAY=MO,WE"),),
        heads=17,
        spread=3,
        least=8,
        most=25,
        volunteers=(0, 2),
        mode=PSEUDONYMOUS,
        venue="Biblioteket",
        spellings=("Lektiecafeen", "Lektiecaféen", "Lektie café"),
        ages=(0.5, 0.5, 0, 0),
        notes=("Mange arbejdede med brøker", "To nye fra 5. klasse", "Projektopgave i 9. klasse"),
    ),
    Offer(
        name="Åben uddannelsesvejledning",
        owner="mikkel",
        area=EDUCATION,
        target_group="Unge 14-20 år",
        purpose="Samtaler om valg af uddannelse sammen med kommunens vejleder.",
        slots=(weekly(THU, "15:00", "17:00", "FREQ=WEEKLY;INTERVAL=2"),),
        heads=5,
        spread=1.6,
        least=1,
        most=10,
        ages=(0, 0.6, 0.4, 0),
        notes=("Flest spurgte til erhvervsuddannelser",),
    ),
    Offer(
        name="Familiekursus",
        owner="fatma",
        area=EDUCATION,
        target_group="Forældre til børn i 0.-6. klasse",
        purpose="Otte aftener om skole, skærm og hverdag i familien.",
        slots=FAMILY_COURSES,
        heads=11,
        spread=1.6,
        least=6,
        most=15,
        volunteers=(0, 1),
        mode=PSEUDONYMOUS,
        venue="Skolen",
        notes=("God snak om skærmtid", "Skolelederen var på besøg"),
    ),
    Offer(
        name="Sprogcafé",
        owner="fatma",
        area=EDUCATION,
        target_group="Voksne, der vil tale mere dansk",
        purpose="Dansk over en kop kaffe, i eget tempo.",
        slots=(weekly(FRI, "10:00", "12:00"),),
        heads=10,
        spread=2.4,
        least=4,
        most=18,
        volunteers=(0, 1),
        venue="Biblioteket",
        spellings=("Sprog café", "Sprogcafe"),
        notes=("Talte om breve fra kommunen", "Øvede samtaler hos lægen"),
    ),
    # -- Kriminalpræventiv indsats -------------------------------------------------------------------------------------
    Offer(
        name="Unge Cafeen",
        owner="medarbejder",
        area=PREVENTION,
        target_group="Unge 13-24 år",
        purpose="Et ugentligt mødested, som de unge selv driver og lægger program for.",
        slots=(weekly(TUE, "18:00", "21:00"),),
        heads=28.5,
        spread=4.5,
        least=20,
        most=50,
        volunteers=(2, 5),
        spellings=("Unge Café", "Unge-cafeen", "Ungecafeen"),
        ages=(0, 0.62, 0.38, 0),
        growth=0.03,
        notes=("De unge ryddede selv op", "Nye ansigter fra Bispehaven", "Musikken var for høj igen"),
    ),
    Offer(
        name="Pigeklub",
        owner="medarbejder",
        area=PREVENTION,
        target_group="Piger 11-17 år",
        purpose="Et frirum for piger med madlavning, film og ture.",
        slots=(weekly(THU, "16:30", "18:30"),),
        heads=14,
        spread=2.8,
        least=6,
        most=23,
        volunteers=(0, 1),
        venue="Beboerhuset",
        ages=(0.3, 0.7, 0, 0),
        notes=("Bagte boller", "Planlagde turen til Tivoli Friheden", "Filmaften"),
    ),
    Offer(
        name="Fredagsbold",
        owner="medarbejder",
        area=PREVENTION,
        target_group="Unge 13-19 år",
        purpose="Fodbold på boldbanen fredag aften, når gaden trækker mest.",
        slots=(weekly(FRI, "19:00", "21:00"),),
        heads=18,
        spread=4,
        least=7,
        most=32,
        volunteers=(0, 1),
        venue="Boldbanen",
        ages=(0, 0.7, 0.3, 0),
        notes=("Regn, men alligevel to hold", "Turnering mellem opgangene"),
    ),
    Offer(
        name="Gademægling",
        owner="medarbejder",
        area=PREVENTION,
        target_group="Unge på torvet og ved boldbanen",
        purpose="Medarbejdere er til stede på gaden og taler med de unge, før det spidser til.",
        slots=(weekly(SAT, "20:00", "22:30"),),
        heads=8,
        spread=2.6,
        least=2,
        most=17,
        venue="Torvet",
        ages=(0, 0.5, 0.45, 0.05),
        notes=("Stille aften", "God snak ved boldbanen"),
    ),
    Offer(
        name="Rollemodelteam",
        owner="jonas",
        area=PREVENTION,
        target_group="Unge 16-24 år",
        purpose="Ældre unge tager ud i klasser og klubber og fortæller om deres valg.",
        slots=(weekly(SUN, "16:00", "18:00", "FREQ=WEEKLY;INTERVAL=2"),),
        heads=8,
        spread=1.6,
        least=4,
        most=13,
        volunteers=(1, 2),
        ages=(0, 0.3, 0.7, 0),
        notes=("Øvede oplæg til 8. klasse",),
    ),
    # -- Sammenhængskraft og medborgerskab -----------------------------------------------------------------------------
    Offer(
        name="Madklub",
        owner="medarbejder",
        area=COHESION,
        target_group="Alle beboere",
        purpose="Vi laver mad og spiser sammen. Beboerforeningen står for køkkenet.",
        slots=(weekly(MON, "17:00", "20:00"),),
        heads=20,
        spread=3.4,
        least=8,
        most=31,
        volunteers=(0, 1),
        mode=PSEUDONYMOUS,
        venue="Beboerhuset",
        spellings=("Madklubben",),
        ages=(0.1, 0.1, 0.1, 0.7),
        notes=("Linsesuppe og brød", "Alle tog en ret med", "Børnene dækkede bord"),
    ),
    Offer(
        name="Haveklub",
        owner="jonas",
        area=COHESION,
        target_group="Alle beboere",
        purpose="Fælles køkkenhave bag blok 4, drevet af Beboerforeningen.",
        slots=(weekly(SAT, "10:00", "13:00"),),
        heads=10.5,
        spread=3,
        least=2,
        most=20,
        volunteers=(0, 1),
        mode=PSEUDONYMOUS,
        venue="Haven bag blok 4",
        spellings=("Haveklubben",),
        notes=("Høstede kartofler", "Byggede højbede", "Vinterklargøring"),
    ),
    Offer(
        name="Motionsklub for kvinder",
        owner="fatma",
        area=COHESION,
        target_group="Kvinder 18 år og op",
        purpose="Bevægelse i trygge rammer, og te bagefter.",
        slots=(weekly(THU, "17:30", "19:00"),),
        heads=14,
        spread=3,
        least=6,
        most=23,
        volunteers=(0, 1),
        mode=PSEUDONYMOUS,
        venue="Skolens gymnastiksal",
        spellings=("Motionsklub f. kvinder", "Motionsklubben for kvinder"),
        ages=(0, 0, 0.15, 0.85),
        notes=("Zumba", "Gåtur til Hasle Bakker"),
    ),
    Offer(
        name="Ungeråd",
        owner="medarbejder",
        area=COHESION,
        target_group="Unge 13-24 år",
        purpose="De unges eget råd: det lægger programmet for Unge Cafeen.",
        slots=(weekly(MON, "19:00", "20:30"),),
        heads=9,
        spread=1.8,
        least=4,
        most=15,
        ages=(0, 0.5, 0.5, 0),
        notes=("Valgte tema til næste debat", "Budget for julefesten"),
    ),
    Offer(
        name="Beboerrådgivning",
        owner="fatma",
        area=COHESION,
        target_group="Alle beboere",
        purpose="Anonym hjælp til breve, økonomi og kontakt med myndigheder.",
        slots=(weekly(TUE, "10:00", "12:00"),),
        heads=7,
        spread=2,
        least=2,
        most=13,
        venue="Kontoret",
        notes=("Flest spurgte til boligstøtte",),
    ),
    Offer(
        name="Søndagscafé",
        owner="medarbejder",
        area=COHESION,
        target_group="Familier",
        purpose="Kaffe, spil og kage, når ugen er lang.",
        slots=(weekly(SUN, "13:00", "16:00"),),
        heads=22,
        spread=5,
        least=8,
        most=38,
        volunteers=(0, 1),
        venue="Beboerhuset",
        ages=(0.35, 0.1, 0.1, 0.45),
        notes=("Skak og kage", "Syv familier, der ikke havde været her før"),
    ),
)

# Once-off gatherings for the whole area: (month, day, theme, usual heads)
GATHERING_ACTIVITY = Offer(
    name="Fælles arrangementer",
    owner="mikkel",
    area=COHESION,
    target_group="Hele boligområdet",
    purpose="Sommerfest, fastelavn, eid-middag og julemarked, som beboerne selv står for.",
    slots=(),
    heads=120,
    spread=25,
    least=40,
    most=260,
    volunteers=(4, 10),
    venue="Torvet",
    ages=(0.3, 0.15, 0.15, 0.4),
)
GATHERINGS: tuple[tuple[int, int, str, int], ...] = (
    (2, 11, "Fastelavn på torvet", 95),
    (4, 13, "Eid-middag", 160),
    (5, 25, "Forårsrengøring og grill", 70),
    (6, 21, "Sommerfest", 210),
    (8, 24, "Høstmarked i haven", 85),
    (10, 5, "Naboernes dag", 60),
    (11, 30, "Julemarked", 140),
)

# What Unge Cafeen puts on: (format code, theme, how it draws). "" is an ordinary evening.
CAFE_THEMES: tuple[tuple[str, str, float], ...] = (
    ("", "Åben café", 0.95),
    ("tournament", "Turnering i FIFA", 1.02),
    ("debate", "kærlighed og kultur", 1.38),
    ("food", "Fællesspisning", 1.05),
    ("workshop", "Kreativ aften", 0.9),
    ("visit", "Besøg fra politiet", 1.0),
    ("film", "Filmaften", 0.97),
    ("debate", "social kontrol", 1.34),
    ("", "Quiz", 0.96),
    ("other", "Koncert på scenen", 1.12),
    ("visit", "Uddannelsesaften med UU-vejleder", 0.92),
    ("workshop", "Jobsøgning og CV", 0.9),
    ("debate", "hashrygning", 1.5),
    ("", "Åben café", 0.95),
    ("food", "Fællesspisning", 1.05),
    ("debate", "sociale medier", 1.32),
    ("tournament", "Bordtennis og pizza", 1.0),
    ("", "Musik og mikrofon", 1.0),
    ("workshop", "Kreativ aften", 0.9),
    ("", "Quiz", 0.96),
)

REASONS: tuple[str, ...] = ("sygdom", "lokale optaget", "for få tilmeldte", "storm", "medarbejderen var på kursus")
CLOSED_REASONS: tuple[str, ...] = ("vandskade i lokalet", "ferie", "lokalet var udlånt")
