"""Partners as a spreadsheet: one row an organisation with its contact and, when there is one, what was agreed."""

import re
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from accounts.models import Plan
from jobs.sheets import Outcome, Progress, SheetField, SheetResource, Table, heading_key, text_reader
from jobs.values import CellError, clean_text, match_key, parse_date, shown
from partners.models import Agreement, Contact, FocusArea, Organisation, OrganisationType, focus_areas

TYPE_WORDS = {
    OrganisationType.HOUSING: "boligorganisation boligforening boligselskab boligafdeling afdelingsbestyrelse",
    OrganisationType.MUNICIPALITY: "kommune forvaltning jobcenter",
    OrganisationType.POLICE: "politi lokalpoliti politikreds",
    OrganisationType.REGION: "region hospital",
    OrganisationType.SCHOOL: "skole ungdomsskole folkeskole gymnasium erhvervsskole uddannelse",
    OrganisationType.ASSOCIATION: "forening beboerforening idrætsforening frivilligorganisation klub ngo",
    OrganisationType.COMPANY: "virksomhed butik erhverv firma",
    OrganisationType.RESEARCH: "forskning universitet forskningscenter",
    OrganisationType.OTHER: "andet anden øvrige",
}
_TYPE_OF = {word: kind for kind, words in TYPE_WORDS.items() for word in words.split()}
_EVERYTHING = frozenset({"alle", "alle indsatsområder", "alle områder"})
_BETWEEN = re.compile(r"[;\n|]+")


def read_type(cell: object) -> str | None:
    """One of the kinds of organisation; a word that the portal does not know is “Andet”."""
    key = match_key(clean_text(cell))
    return _TYPE_OF.get(key, OrganisationType.OTHER) if key else None


def read_email(cell: object) -> str:
    text = clean_text(cell)
    if text:
        try:
            validate_email(text)
        except ValidationError:
            raise CellError(_("“%(value)s” is not an e-mail address. Correct it."), value=shown(text)) from None
    return text.lower()


def read_areas(cell: object) -> list[str]:
    """Names between semicolons; an area's own name may hold a comma or an “og”."""
    text = cell if isinstance(cell, str) else clean_text(cell)
    return [name for part in _BETWEEN.split(text) if (name := clean_text(part))]


class PartnerResource(SheetResource):
    organisation = SheetField(
        "Organisation", text_reader(150), required=True, synonyms=("Navn", "Partner", "Samarbejdspartner", "Part")
    )
    kind = SheetField("Type", read_type, synonyms=("Slags", "Partnertype"))
    contact = SheetField("Kontaktperson", text_reader(100), synonyms=("Kontakt", "Navn på kontakt"))
    title = SheetField("Rolle", text_reader(100), synonyms=("Titel", "Stilling", "Funktion"))
    email = SheetField("E-mail", read_email, synonyms=("Email", "Mail", "E-post"))
    phone = SheetField("Telefon", text_reader(30), synonyms=("Tlf.", "Tlf", "Mobil", "Telefonnummer"))
    areas = SheetField("Indsatsområder", read_areas, synonyms=("Indsatsområde", "Områder"))
    starts_on = SheetField("Aftale fra", parse_date, synonyms=("Gælder fra", "Fra", "Start", "Aftalestart"))
    ends_on = SheetField("Aftale til", parse_date, synonyms=("Gælder til", "Til", "Slut", "Aftaleslut"))
    text = SheetField(
        "Aftalen går ud på", text_reader(4000), synonyms=("Aftale", "Aftalens indhold", "Beskrivelse", "Indhold")
    )
    ignored_headings = frozenset(map(heading_key, ("Nr.", "Nr")))

    def __init__(self, *, plan: Plan) -> None:
        super().__init__()
        self.plan = plan
        self.plan_areas = list(focus_areas(plan))
        self.area_by_key = {match_key(name): area for area in self.plan_areas for name in area.spellings}

    def prepare(self, outcome: Outcome, progress: Progress) -> None:
        if self.is_writing:  # two imports into one plan take turns
            Plan.objects.select_for_update().get(pk=self.plan.pk)
        self._load()
        for table in outcome.tables:
            for index, values in self.read_rows(table, outcome):
                try:
                    row = self._checked(values)
                except CellError as error:
                    column = error.column or "organisation"
                    outcome.reject(table, index, (table.label(column, self.fields), error))
                    continue
                self._merge(table, index, row, outcome)

    def _load(self) -> None:
        """Everything that the plan has, by the keys that a row is matched on."""
        rows = Organisation.objects.filter(plan=self.plan)
        self.organisations = {found.name_key: found for found in rows}
        contacts = Contact.objects.filter(plan=self.plan).select_related("organisation")
        self.contacts = {(found.organisation.name_key, match_key(found.name)): found for found in contacts}
        self.agreements: dict[tuple[str, str], Agreement] = {}
        self.areas_of: dict[tuple[str, str], frozenset[int]] = {}
        for agreement in Agreement.objects.filter(plan=self.plan).prefetch_related("parties", "focus_areas"):
            for party in agreement.parties.all():
                key = (party.name_key, match_key(agreement.text))
                self.agreements[key] = agreement
                self.areas_of[key] = frozenset(area.pk for area in agreement.focus_areas.all())
        self.changed: dict[int, Any] = {}  # stored rows that the file says something else about
        self.changed_areas: dict[tuple[str, str], frozenset[int]] = {}

    def _checked(self, values: dict[str, Any]) -> dict[str, Any]:
        """The row with its focus areas, or CellError with the column it belongs to."""
        row = {name: values.get(name) for name in self.fields}
        row["areas"] = row["areas"] or []
        if not row["organisation"]:
            raise CellError(_("The name of the organisation is missing."), column="organisation")
        if not row["contact"] and (row["title"] or row["email"] or row["phone"]):
            raise CellError(
                _("The name of the contact is missing. Write it, or leave all of it empty."), column="contact"
            )
        if row["starts_on"] and row["ends_on"] and row["ends_on"] < row["starts_on"]:
            raise CellError(_("The agreement ends before it begins. Correct one of the dates."), column="ends_on")
        if not row["text"] and (row["starts_on"] or row["ends_on"]):
            raise CellError(_("The agreement has dates but no words. Write what it is about."), column="text")
        row["area_ids"] = frozenset(area.pk for area in self._areas(row["areas"] or []))
        return row

    def _areas(self, names: list[str]) -> list[FocusArea]:
        found = []
        for name in names:
            key = match_key(name)
            if key in _EVERYTHING:
                return self.plan_areas
            area = self.area_by_key.get(key)
            if area is None:
                raise CellError(
                    _("The focus area “%(value)s” is not one of the plan's: %(names)s."),
                    column="areas",
                    value=shown(name),
                    names=", ".join(area.name for area in self.plan_areas),
                )
            found.append(area)
        return found

    # -- comparing -----------------------------------------------------------------------------------------------------

    def _merge(self, table: Table, index: int, row: dict[str, Any], outcome: Outcome) -> None:
        """Lay the row over what is there. A blank cell never deletes."""
        is_new = False
        pairs: list[tuple[str, object, object]] = []
        key = match_key(row["organisation"])
        organisation = self.organisations.get(key)
        if organisation is None:
            is_new = True
            organisation = Organisation(plan=self.plan, name=row["organisation"], name_key=key)
            self.organisations[key] = organisation
        self._lay(organisation, {"type": row["kind"]}, pairs, always=is_new)
        if row["contact"]:
            contact_key = (key, match_key(row["contact"]))
            contact = self.contacts.get(contact_key)
            no_contact = contact is None
            if contact is None:
                contact = Contact(plan=self.plan, organisation=organisation, name=row["contact"])
                self.contacts[contact_key] = contact
            wanted = {"title": row["title"], "email": row["email"], "phone": row["phone"]}
            self._lay(contact, wanted, pairs, always=no_contact)
            is_new = is_new or no_contact
        if row["text"]:
            is_new = self._merge_agreement(key, row, pairs) or is_new
        shown_pairs = [(str(_("Organisation")), "", row["organisation"]), *pairs]
        if is_new:
            outcome.create(table, index, shown_pairs)
        elif pairs:
            outcome.update(table, index, shown_pairs)
        else:
            outcome.leave()

    def _merge_agreement(self, key: str, row: dict[str, Any], pairs: list[tuple[str, object, object]]) -> bool:
        agreement_key = (key, match_key(row["text"]))
        agreement = self.agreements.get(agreement_key)
        is_new = agreement is None
        if agreement is None:
            agreement = Agreement(plan=self.plan, text=row["text"])
            self.agreements[agreement_key] = agreement
        dates: dict[str, date | None] = {"starts_on": row["starts_on"], "ends_on": row["ends_on"]}
        self._lay(agreement, dates, pairs, always=is_new)
        before = self.areas_of.get(agreement_key, frozenset())
        if row["area_ids"] and row["area_ids"] != before:
            self.areas_of[agreement_key] = row["area_ids"]
            self.changed_areas[agreement_key] = row["area_ids"]
            pairs.append((str(_("Focus areas")), self._names(before), self._names(row["area_ids"])))
        return is_new

    def _names(self, areas: frozenset[int]) -> str:
        return ", ".join(area.short_name for area in self.plan_areas if area.pk in areas)

    def _lay(
        self, found: Any, wanted: dict[str, Any], pairs: list[tuple[str, object, object]], *, always: bool
    ) -> None:
        for name, value in wanted.items():
            before = getattr(found, name)
            if value and value != before:
                field = found._meta.get_field(name)
                words = dict(field.flatchoices)
                pairs.append((str(field.verbose_name), words.get(before, before) or "", words.get(value, value)))
                setattr(found, name, value)
                if found.pk:
                    self.changed[id(found)] = found
        if always:
            pairs.append((str(found._meta.verbose_name), "", str(found)))

    # -- writing -------------------------------------------------------------------------------------------------------

    def write(self, outcome: Outcome, progress: Progress) -> None:
        """New rows in bulk, organisations first; then what changed, and which areas and parties belong together."""
        Organisation.objects.bulk_create([row for row in self.organisations.values() if row.pk is None], batch_size=500)
        Contact.objects.bulk_create([row for row in self.contacts.values() if row.pk is None], batch_size=500)
        new = [row for row in self.agreements.values() if row.pk is None]
        Agreement.objects.bulk_create(new, batch_size=500)
        self._write_parties(new)
        for row in self.changed.values():
            row.save()
        for key, areas in self.changed_areas.items():
            self.agreements[key].focus_areas.set(areas)
        progress(1, 1)

    def _write_parties(self, new: list[Agreement]) -> None:
        party, made = Agreement.parties.through, {id(agreement) for agreement in new}
        party.objects.bulk_create(
            party(agreement=agreement, organisation=self.organisations[organisation])
            for (organisation, _text), agreement in self.agreements.items()
            if id(agreement) in made
        )
