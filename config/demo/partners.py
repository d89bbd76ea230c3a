"""Who stands behind Herredsvang, as data: the same partners, people and agreements as the team's own sheet."""

from datetime import date

ALL_AREAS = (1, 2, 3, 4)

# organisation, type, contact, title, e-mail, telephone, focus areas, from, to, what was agreed
PARTNERS: tuple[tuple[str, str, str, str, str, str, tuple[int, ...], date | None, date | None, str], ...] = (
    (
        "Boligforeningen Vestbo", "housing", "Karen Holm", "Forvaltningschef", "kh@vestbo.example", "86 00 00 01",
        ALL_AREAS, date(2023, 7, 1), date(2027, 6, 30), "Bærende part i helhedsplanen; medfinansierer 12,5 %",
    ),
    (
        "Aarhus Kommune, Børn og Unge", "municipality", "Mette Lund", "Områdechef", "ml@kommune.example",
        "89 00 00 02", (2, 3), date(2023, 7, 1), date(2027, 6, 30),
        "UU-vejleder til stede i Unge Cafeen 10 aftener om året",
    ),
    (
        "Aarhus Kommune, Jobcenter", "municipality", "Jens Friis", "Virksomhedskonsulent", "jf@jobcenter.example",
        "89 00 00 03", (1,), date(2024, 1, 1), date(2025, 12, 31), "Konsulent i Jobcaféen hver anden onsdag",
    ),
    (
        "Østjyllands Politi, lokalpoliti vest", "police", "Henrik Dam", "Politikommissær", "hd@politi.example",
        "87 00 00 04", (3,), date(2023, 7, 1), date(2027, 6, 30),
        "Deltager i styregruppen; 4 besøg i Unge Cafeen om året",
    ),
    (
        "Center for Rusmiddelforskning", "research", "Lise Borg", "Seniorforsker", "lb@crf.example", "",
        (3,), None, None, "Paneldeltagere til debataftener",
    ),
    (
        "Herredsvang Beboerforening", "association", "Ali Hassan", "Formand", "formand@hbf.example", "22 00 00 06",
        (4,), date(2023, 7, 1), date(2027, 6, 30), "Driver Haveklubben og Madklubben",
    ),
    (
        "Fakta Herredsvang", "company", "Tina Bech", "Butikschef", "tb@butik.example", "22 00 00 07",
        (1,), date(2025, 3, 1), date(2026, 2, 28), "5 fritidsjob om året",
    ),
    (
        "Ungdomsskolen Vest", "school", "Peter Juhl", "Afdelingsleder", "pj@ungdomsskolen.example", "22 00 00 08",
        (2,), date(2024, 8, 1), date(2026, 7, 31), "Lektiehjælpere to gange ugentligt i 40 uger",
    ),
    (
        "Region Midtjylland, Ungeklinikken", "region", "Sanne Krog", "Sygeplejerske", "sk@region.example", "",
        (3,), None, None, "Efterværn: opstartsmøder efter aftale",
    ),
)  # fmt: skip
