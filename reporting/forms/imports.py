"""The upload form of an import."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from accounts.fields import offer_by_name
from accounts.forms import PlainHelper
from accounts.models import Plan
from activities.models import Activity, CountingMode
from jobs.sheet_kinds import SheetKind
from jobs.sheets import SheetError, WrongKind, read_workbook
from jobs.sheets.package import MAX_FILE, TOO_BIG
from reporting.imports import ImportKind


class ImportForm(forms.Form):
    """A file that can be read. What cannot is refused here, before anything is kept."""

    file = forms.FileField(
        label=_("Choose the file"),
        help_text=_("An Excel file (.xlsx) or a CSV file of at most 20 MB."),
        widget=forms.ClearableFileInput(attrs={"accept": ".xlsx,.csv,.txt,.tsv"}),
    )
    activity = forms.ModelChoiceField(
        label=_("Activity"),
        queryset=Activity.objects.none(),
        required=False,
        empty_label=_("The file says which"),
        help_text=_("Needed when the file has no column for the activity."),
    )

    def __init__(self, *args: Any, kind: ImportKind, plan: Plan, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        self.plan = plan
        self.content = b""
        self.other_kind: SheetKind | None = None  # what the file looks like, when it is another
        self.helper = PlainHelper()
        if kind.asks_activity:
            people = Activity.objects.filter(plan=plan).exclude(counting_mode=CountingMode.HEADCOUNT)
            offer_by_name(self.fields["activity"], people)
        else:
            del self.fields["activity"]

    def clean_file(self) -> UploadedFile:
        file = self.cleaned_data["file"]
        if file.size > MAX_FILE:
            raise ValidationError(TOO_BIG)
        self.content = file.read()
        try:
            self.book = read_workbook(self.content, file.name)
        except SheetError as error:
            raise ValidationError(str(error)) from None
        return file

    def clean(self) -> dict[str, Any]:
        """A file that says too little is sent back at once: the columns, and which activity."""
        data = super().clean()
        if "file" in data and "file" not in self.errors:
            try:
                self.kind.resource(book=self.book, plan=self.plan, activity=data.get("activity"), by=None).find(
                    self.book
                )
            except WrongKind as wrong:
                self.other_kind = wrong.kind
                self.add_error("file", str(wrong))
            except SheetError as error:
                self.add_error("file", str(error))
        return data
