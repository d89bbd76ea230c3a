"""Our own template for a widget's attributes writes what Django's does."""

from django.forms.renderers import DjangoTemplates, get_default_renderer
from django.utils.safestring import SafeString

ATTRIBUTES = {
    "type": "text",
    "maxlength": 60,
    "required": True,
    "disabled": False,
    "data-nothing": None,
    "step": 0.5,
    "placeholder": 'Skriv "navn" & <alias> på æøå',
    "data-safe": SafeString("a&amp;b"),
}


def test_widget_attributes_are_written_as_django_writes_them() -> None:
    template, context = "django/forms/widgets/attrs.html", {"widget": {"attrs": ATTRIBUTES}}
    ours = get_default_renderer().render(template, context)
    assert 'placeholder="Skriv &quot;navn&quot; &amp; &lt;alias&gt; på æøå"' in ours
    assert ours == DjangoTemplates().render(template, context)
