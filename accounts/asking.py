"""Gentle questions. What looks like a slip is asked about before it is saved, and saved when the same is sent again."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import Promise


@dataclass(frozen=True)
class Question:
    """Asked beside a field (templates/includes/_question.html). `value`: what it was asked about."""

    text: str | Promise
    value: str
    is_answered: bool
    answer: str | Promise  # what the button says while the question is open


class AskingForm(forms.Form):
    """A form that may ask. The view looks at `is_sure` after `is_valid()`; without it nothing is saved.

    The page sends the value that was asked about back in a hidden field (`<name>-sure`), so another odd value is asked
    about anew, and a question never hides a mistake.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions: dict[str, Question] = {}

    def ask(self, name: str, text: str | Promise, answer: str | Promise) -> None:
        """Put a question beside a field of a valid form."""
        value = str(self.cleaned_data[name])
        sent = self.data.get(f"{self.add_prefix(name)}-sure", "")
        self.questions[name] = Question(text, value, is_answered=sent == value, answer=answer)

    @property
    def is_sure(self) -> bool:
        return all(question.is_answered for question in self.questions.values())

    @property
    def answer(self) -> str | Promise:
        """The button of the page while something is asked."""
        return next((question.answer for question in self.questions.values() if not question.is_answered), "")
