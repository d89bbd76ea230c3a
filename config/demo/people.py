"""The demo's accounts, and the invented aliases of its participants."""

from random import Random

from accounts.models import Role

DOMAIN = "demo.example"
PASSWORD = "demo"  # noqa: S105  # public knowledge: works only while DEMO=1 on a loopback server

# mailbox, name, role: the six whose password is known
LOGINS: tuple[tuple[str, str, str], ...] = (
    ("leder", "Anne Bisgaard", Role.PROJECT_MANAGER),
    ("medarbejder", "Lotte Madsen", Role.STAFF),
    ("frivillig", "Yasmin Ahmadi", Role.VOLUNTEER),
    ("styregruppe", "Birgit Holt", Role.BOARD),
    ("partner", "Peter Juhl", Role.PARTNER),
    ("admin", "Søren Kjær", Role.ADMINISTRATOR),
)
# Colleagues who fill the lists; nobody can log in as them.
COLLEAGUES: tuple[tuple[str, str, str], ...] = (
    ("jonas", "Jonas Friis", Role.STAFF),
    ("fatma", "Fatma Yildiz", Role.STAFF),
    ("mikkel", "Mikkel Ravn", Role.STAFF),
    ("samir", "Samir Haddad", Role.VOLUNTEER),
    ("emilie", "Emilie Krogh", Role.VOLUNTEER),
    ("ibrahim", "Ibrahim Osman", Role.VOLUNTEER),
    ("sofia", "Sofia Lind", Role.VOLUNTEER),
    ("zahra", "Zahra Noor", Role.VOLUNTEER),
    ("viktor", "Viktor Bach", Role.VOLUNTEER),
    ("henrik", "Henrik Dam", Role.BOARD),
    ("karen", "Karen Holm", Role.BOARD),
)
PARTNER_LOGIN_CONTACT = "Peter Juhl"

FIRST_NAMES: tuple[str, ...] = (
    "Adam", "Aisha", "Albert", "Ali", "Alma", "Amal", "Amina", "Anton", "Asta", "Aya", "Ayub", "Bilal", "Bo",
    "Camilla", "Carla", "Dalia", "Deniz", "Ebba", "Elias", "Elif", "Emil", "Esther", "Farah", "Fatima", "Filip",
    "Freja", "Gustav", "Habiba", "Hamza", "Hana", "Hugo", "Ibrahim", "Ida", "Idil", "Iman", "Ismail", "Jamal",
    "Johan", "Josefine", "Karl", "Khalid", "Laura", "Layla", "Liv", "Lucas", "Luna", "Magnus", "Malika", "Maryam",
    "Mathilde", "Mohamed", "Nadia", "Naja", "Noah", "Nora", "Oliver", "Omar", "Oscar", "Rahma", "Rosa", "Samira",
    "Sara", "Selma", "Signe", "Sofie", "Storm", "Søren", "Tariq", "Thea", "Valdemar", "Victor", "Villads", "Yusuf",
    "Zainab", "Ægir", "Øyvind", "Åse",
)  # fmt: skip
LETTERS = "ABCDEFGHIJKLMNOPRSTUVWY"


def invent_aliases(*, number: int, ages: tuple[int, int], year: int, random: Random) -> list[tuple[str, int]]:
    """Different aliases with a birth year, as a team would write them: a first name and a letter."""
    made: dict[tuple[str, int], None] = {}
    while len(made) < number:
        alias = f"{random.choice(FIRST_NAMES)} {random.choice(LETTERS)}."
        made[alias, year - random.randint(*ages)] = None
    return list(made)
