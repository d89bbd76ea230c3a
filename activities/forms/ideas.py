"""An idea as the young send it, and what volunteers write of it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from activities.models import Format, Idea, IdeaComment


class IdeaForm(forms.ModelForm):
    class Meta:
        model = Idea
        fields = ["title", "format", "why"]
        widgets = {"why": forms.Textarea(attrs={"rows": 3, "maxlength": 500})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].label = _("What should we do?")
        self.fields["title"].error_messages = {
            "required": _("Write what we should do. A few words will do."),
            "max_length": _("That is too long. Write it with at most 120 letters, and put the rest below."),
        }
        self.fields["format"].label = _("How?")
        self.fields["format"].queryset = Format.objects.all()
        self.fields["format"].empty_label = _("You decide")
        self.fields["why"].label = _("Why?")
        self.fields["why"].error_messages = {"max_length": _("That is too long. Write at most 500 letters.")}


class CommentForm(forms.ModelForm):
    class Meta:
        model = IdeaComment
        fields = ["text"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].error_messages = {
            "required": _("Write a few words first."),
            "max_length": _("That is too long. Write at most 300 letters."),
        }
