"""The admin of activities. Logs are written on the portal's own pages, where their history is kept: read only here."""

from django.contrib import admin

from activities.models import (
    Activity,
    ActivityAlias,
    ActivityLine,
    AgeBand,
    Closure,
    Format,
    Schedule,
    Session,
    SessionAgeBand,
    SessionChange,
    ShiftRole,
    Venue,
)
from jobs.values import match_key


class ReadOnly(admin.ModelAdmin):
    def has_add_permission(self, request, obj=None) -> bool:
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        return False

    def has_delete_permission(self, request, obj=None) -> bool:
        return False


@admin.register(ActivityLine)
class ActivityLineAdmin(admin.ModelAdmin):
    search_fields = ["name"]


@admin.register(Venue)
class VenueAdmin(admin.ModelAdmin):
    list_display = ["name", "plan"]
    list_filter = ["plan"]
    search_fields = ["name"]


@admin.register(AgeBand)
class AgeBandAdmin(admin.ModelAdmin):
    list_display = ["__str__", "plan"]
    list_filter = ["plan"]


@admin.register(Format)
class FormatAdmin(admin.ModelAdmin):
    list_display = ["name", "name_en", "code", "position"]


@admin.register(ShiftRole)
class ShiftRoleAdmin(admin.ModelAdmin):
    list_display = ["name", "name_en", "minimum_age", "position"]


class AliasInline(admin.TabularInline):
    model = ActivityAlias
    fields = ["text"]
    extra = 0


class ScheduleInline(admin.TabularInline):
    model = Schedule
    fields = ["rule", "starts_on", "ends_on", "start_time", "end_time", "skips_holidays"]
    readonly_fields = fields  # a series is changed on its page, which moves its evenings along
    extra = 0
    can_delete = False

    def has_add_permission(self, request, obj=None) -> bool:
        return False


@admin.register(Activity)
class ActivityAdmin(admin.ModelAdmin):
    list_display = ["name", "plan", "focus_area", "counting_mode", "owner", "is_active"]
    list_filter = ["plan", "is_active", "counting_mode"]
    list_select_related = ["plan", "focus_area", "owner"]
    search_fields = ["name", "aliases__text"]
    autocomplete_fields = ["line"]
    inlines = [AliasInline, ScheduleInline]

    def save_formset(self, request, form, formset, change) -> None:
        for alias in formset.save(commit=False):
            if isinstance(alias, ActivityAlias):
                alias.plan, alias.key = form.instance.plan, match_key(alias.text)
            alias.save()
        for alias in formset.deleted_objects:
            alias.delete()


@admin.register(Closure)
class ClosureAdmin(admin.ModelAdmin):
    list_display = ["name", "plan", "activity", "starts_on", "ends_on"]
    list_filter = ["plan"]
    list_select_related = ["plan", "activity"]


class AgeBandInline(admin.TabularInline):
    model = SessionAgeBand
    fields = readonly_fields = ["lowest", "highest", "heads"]
    extra = 0
    can_delete = False

    def has_add_permission(self, request, obj=None) -> bool:
        return False


@admin.register(Session)
class SessionAdmin(ReadOnly):
    list_display = ["activity", "date", "state", "heads_total", "volunteer_turns", "logged_by", "plan"]
    list_filter = ["plan", "state"]
    list_select_related = ["activity", "logged_by", "plan"]
    search_fields = ["activity__name", "theme"]
    date_hierarchy = "date"
    inlines = [AgeBandInline]


@admin.register(SessionChange)
class SessionChangeAdmin(ReadOnly):
    list_display = ["session", "changed_at", "changed_by", "source"]
    list_filter = ["plan", "source"]
    list_select_related = ["session__activity", "changed_by"]
