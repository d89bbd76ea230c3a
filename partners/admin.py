"""The admin's view of partners: for support of an installation, not for daily work."""

from django.contrib import admin

from partners.models import Agreement, Contact, FocusArea, Organisation, PlanProgramme, ProgrammePeriod


class FocusAreaInline(admin.TabularInline):
    model = FocusArea
    fields = ["position", "name", "name_en", "short_name", "aliases"]
    extra = 0


@admin.register(ProgrammePeriod)
class ProgrammePeriodAdmin(admin.ModelAdmin):
    list_display = ["name", "starts_on", "ends_on"]
    search_fields = ["name"]
    inlines = [FocusAreaInline]


@admin.register(FocusArea)
class FocusAreaAdmin(admin.ModelAdmin):
    list_display = ["name", "period", "position", "short_name"]
    list_filter = ["period"]
    search_fields = ["name", "aliases"]
    filter_horizontal = ["predecessors"]


@admin.register(PlanProgramme)
class PlanProgrammeAdmin(admin.ModelAdmin):
    list_display = ["plan", "period"]
    list_select_related = ["plan", "period"]
    search_fields = ["plan__name"]
    autocomplete_fields = ["plan"]


@admin.register(Organisation)
class OrganisationAdmin(admin.ModelAdmin):
    list_display = ["name", "type", "plan"]
    list_filter = ["type", "plan"]
    list_select_related = ["plan"]
    search_fields = ["name"]
    readonly_fields = ["plan", "name_key"]

    def has_add_permission(self, request: object) -> bool:
        """Made in the plan, where the spelling is checked."""
        return False


@admin.register(Contact)
class ContactAdmin(admin.ModelAdmin):
    list_display = ["name", "title", "organisation", "plan"]
    list_filter = ["plan"]
    list_select_related = ["organisation", "plan"]
    search_fields = ["name", "organisation__name"]
    readonly_fields = ["plan", "organisation"]
    autocomplete_fields = ["user"]

    def has_add_permission(self, request: object) -> bool:
        return False


@admin.register(Agreement)
class AgreementAdmin(admin.ModelAdmin):
    list_display = ["__str__", "plan", "starts_on", "ends_on", "archived_at"]
    list_filter = ["plan", "focus_areas"]
    list_select_related = ["plan"]
    search_fields = ["text", "parties__name"]
    readonly_fields = ["plan", "created_at", "updated_at", "archived_at"]
    filter_horizontal = ["parties", "focus_areas"]

    def has_add_permission(self, request: object) -> bool:
        return False
