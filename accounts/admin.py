"""The admin's view of users and plans: for who runs the installation."""

from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.utils.translation import gettext_lazy as _

from accounts.models import Invitation, Mail, Membership, Plan, User


class UserCreationForm(AdminUserCreationForm):
    """E-mail, name, password."""

    class Meta:
        model = User
        fields = ("email", "name")

    def clean_email(self) -> str:
        return self.cleaned_data["email"].strip().lower()


class MembershipInline(admin.TabularInline):
    model = Membership
    fields = ["plan", "role", "release_mail"]
    autocomplete_fields = ["plan"]
    extra = 0


@admin.register(User)
class UserAdmin(DjangoUserAdmin):
    add_form = UserCreationForm
    list_display = ["email", "name", "is_active", "is_staff", "is_demo", "last_login"]
    list_filter = ["is_active", "is_staff", "is_superuser", "is_demo", "memberships__role"]
    search_fields = ["email", "name"]
    ordering = ["name", "email"]
    readonly_fields = ["is_demo", "last_login", "date_joined"]
    inlines = [MembershipInline]
    filter_horizontal: list[str] = []
    fieldsets = [
        (None, {"fields": ["email", "password", "name", "language"]}),
        (_("Access to the installation"), {"fields": ["is_active", "is_staff", "is_superuser", "is_demo"]}),
        (_("Dates"), {"fields": ["last_login", "date_joined"]}),
    ]
    add_fieldsets = [
        (None, {"classes": ["wide"], "fields": ["email", "name", "usable_password", "password1", "password2"]})
    ]


class PlanForm(forms.ModelForm):
    class Meta:
        model = Plan
        fields = ["slug", "name", "area", "municipality", "starts_on", "ends_on", "figures_locked_until"]


@admin.register(Plan)
class PlanAdmin(admin.ModelAdmin):
    form = PlanForm
    list_display = ["name", "slug", "municipality", "starts_on", "ends_on", "is_demo"]
    list_filter = ["is_demo", "municipality"]
    search_fields = ["name", "slug", "area", "municipality"]

    def has_add_permission(self, request: object) -> bool:
        """A plan is set up at /accounts/ny-plan/, which refuses to mix it with the demo."""
        return False


@admin.register(Membership)
class MembershipAdmin(admin.ModelAdmin):
    list_display = ["user", "plan", "role", "created_at"]
    list_filter = ["role", "plan"]
    list_select_related = ["user", "plan"]
    search_fields = ["user__email", "user__name", "plan__name"]
    autocomplete_fields = ["user", "plan"]


@admin.register(Invitation)
class InvitationAdmin(admin.ModelAdmin):
    """To look up and to delete. Links are made in the plan: here nobody could hand them over."""

    list_display = ["email", "name", "plan", "role", "expires_at", "accepted_at"]
    list_filter = ["role", "plan"]
    list_select_related = ["plan"]
    search_fields = ["email", "name"]

    def has_add_permission(self, request: object) -> bool:
        return False

    def has_change_permission(self, request: object, obj: Invitation | None = None) -> bool:
        return False


@admin.register(Mail)
class MailAdmin(admin.ModelAdmin):
    list_display = ["to", "template", "plan", "state", "created_at", "sent_at"]
    list_filter = ["state", "template", "plan"]
    list_select_related = ["plan"]
    search_fields = ["to", "message_id"]

    def has_add_permission(self, request: object) -> bool:
        return False

    def has_change_permission(self, request: object, obj: Mail | None = None) -> bool:
        return False
