from django.contrib import admin
from django.http import HttpRequest

from reporting.models import Goal, Indicator, Measurement, Release, Target, TargetChange


@admin.register(Goal)
class GoalAdmin(admin.ModelAdmin):
    list_display = ["text", "kind", "focus_area", "plan", "removed_at"]
    list_filter = ["plan", "kind"]
    list_select_related = ["plan", "focus_area"]
    raw_id_fields = ["parent"]


class TargetInline(admin.TabularInline):
    model = Target
    fields = ["starts_on", "ends_on", "value", "high", "due_on"]
    readonly_fields = fields  # a target changes on its own page, with a reason
    extra = 0
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Indicator | None = None) -> bool:
        return False


@admin.register(Indicator)
class IndicatorAdmin(admin.ModelAdmin):
    list_display = ["code", "text", "plan", "measure", "is_active"]
    list_filter = ["plan", "measure", "is_active"]
    list_select_related = ["plan"]
    search_fields = ["code", "text"]
    autocomplete_fields = ["activities"]
    inlines = [TargetInline]


@admin.register(Measurement)
class MeasurementAdmin(admin.ModelAdmin):
    list_display = ["indicator", "measured_on", "value", "source", "recorded_at"]
    list_filter = ["plan"]
    list_select_related = ["indicator"]
    date_hierarchy = "measured_on"
    raw_id_fields = ["indicator"]
    readonly_fields = ["recorded_by", "recorded_at"]


class ReadOnlyAdmin(admin.ModelAdmin):
    """Rows that the portal alone writes, and nobody changes."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False


@admin.register(TargetChange)
class TargetChangeAdmin(ReadOnlyAdmin):
    list_display = ["target", "old_value", "reason", "changed_at"]
    list_filter = ["plan"]
    list_select_related = ["target__indicator"]


@admin.register(Release)
class ReleaseAdmin(ReadOnlyAdmin):
    """A release as it was frozen: its text and its fingerprint."""

    list_display = ["plan", "starts_on", "ends_on", "as_of", "released_at", "sha256"]
    list_filter = ["plan", "released_at"]
    list_select_related = ["plan"]
    fields = ["plan", "starts_on", "ends_on", "as_of", "released_at", "released_by", "sha256", "content"]
