"""Every field that can say something about a person has a rule for how long it is kept."""

from importlib import import_module
from importlib.util import find_spec

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models

from accounts.retention import Rule

APPS = [
    name for name in ("accounts", "partners", "activities", "residents", "reporting") if find_spec(f"{name}.retention")
]


def may_be_personal(field):
    """Texts, JSON, and links to a user."""
    if isinstance(field, models.ForeignKey):
        return field.related_model._meta.label == settings.AUTH_USER_MODEL
    return isinstance(field, models.CharField | models.TextField | models.JSONField | models.BinaryField)


@pytest.mark.parametrize("app", APPS)
def test_every_field_is_ruled_or_declared_not_personal(app):
    module = import_module(f"{app}.retention")
    if not hasattr(module, "NOT_PERSONAL"):
        pytest.fail(f"{app}/retention.py lacks NOT_PERSONAL, see accounts/retention.py")
    fields = {
        f"{model.__name__}.{field.name}"
        for model in apps.get_app_config(app).get_models()
        for field in model._meta.get_fields()
        if field.concrete and may_be_personal(field)
    }
    ruled, plain = set(module.RETENTION), set(module.NOT_PERSONAL)
    assert fields - ruled - plain == set()
    assert ruled & plain == set()
    assert {name for name in ruled | plain if name not in fields} - all_fields(app) == set()
    assert all(isinstance(rule, Rule) for rule in module.RETENTION.values())


def all_fields(app):
    """Rules may also stand for other fields: a birth year is a number, and personal."""
    return {
        f"{model.__name__}.{field.name}"
        for model in apps.get_app_config(app).get_models()
        for field in model._meta.get_fields()
    }


def test_the_apps_that_know_people_have_rules():
    assert APPS == ["accounts", "partners", "activities", "residents", "reporting"]
