"""Certifications in the CMS, where authors set them up, and awards, which can only be looked at."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from wagtail import hooks
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views.generic import CreateView, EditView, IndexView, InspectView
from wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup
from wagtail.permissions import register_permission_policy

from accounts.models import Role
from accounts.query_strings import StrictFiltersMixin
from certificates.acts.programmes import record_changes, record_making
from certificates.models import Award, Certification
from certificates.policies import RolePermissionPolicy

register_permission_policy(
    Certification,
    RolePermissionPolicy(Certification, actions=["add", "change", "view"], roles=[Role.AUTHOR]),
)
AWARD_POLICY = RolePermissionPolicy(
    Award, actions=["view"], roles=[Role.HR, Role.AUDITOR], region="recipient__region"
)
register_permission_policy(Award, AWARD_POLICY)


class CertificationCreateView(CreateView):
    def save_instance(self) -> Certification:
        by, at = self.request.user.actor, timezone.now()
        with record_making(actor=by, at=at) as made:
            saved: Certification = super().save_instance()
            made.append(saved)
        return saved


class CertificationEditView(EditView):
    def save_instance(self) -> Certification:
        by, at = self.request.user.actor, timezone.now()
        with record_changes(self.object.pk, actor=by, at=at):
            saved: Certification = super().save_instance()
        return saved


class CertificationIndexView(StrictFiltersMixin, IndexView):
    """The certifications."""


class CertificationViewSet(ModelViewSet):
    model = Certification
    index_view_class = CertificationIndexView
    add_view_class = CertificationCreateView
    edit_view_class = CertificationEditView
    icon = "success"
    menu_label = _("Certifications")
    add_to_reference_index = False
    copy_view_enabled = False
    list_display = [
        "code",
        "title",
        Column("period_months", label=_("Months"), sort_key="period_months"),
        Column("policy_tz", label=_("Time zone"), sort_key="policy_tz"),
        DateColumn("retired_at", label=_("Retired"), sort_key="retired_at"),
    ]
    search_fields = ["code", "title"]


class AwardFilters(WagtailFilterSet):
    class Meta:
        model = Award
        fields = ["certification", "basis"]


class AwardIndexView(StrictFiltersMixin, IndexView):
    def get_base_queryset(self) -> QuerySet[Award]:
        seen = AWARD_POLICY.instances_user_has_any_permission_for(self.request.user, ["view"])
        rows = super().get_base_queryset().filter(pk__in=seen.values("pk"))
        return rows.select_related("certification", "recipient")


class AwardInspectView(InspectView):
    def get_object(self, queryset: QuerySet[Award] | None = None) -> Award:
        award: Award = super().get_object(queryset)
        if not AWARD_POLICY.user_has_permission_for_instance(self.request.user, "view", award):
            raise Http404
        return award


class AwardViewSet(ModelViewSet):
    model = Award
    icon = "list-ul"
    menu_label = _("Awards")
    add_to_reference_index = False
    copy_view_enabled = False
    inspect_view_enabled = True
    inspect_view_fields = [
        *("number", "recipient_name", "certification_title", "basis", "score_percent"),
        *("issued_at", "valid_from", "valid_through", "policy_tz", "expires_at", "recorded_at"),
        *("releases", "evidence_note", "actor"),
    ]
    form_fields = ["number"]
    index_view_class = AwardIndexView
    inspect_view_class = AwardInspectView
    filterset_class = AwardFilters
    list_per_page = 50
    list_display = [
        "number",
        Column("recipient_name", label=_("Recipient"), sort_key="recipient_name"),
        Column("certification", label=_("Certification"), accessor="certification.code"),
        Column("earned_on", label=_("Earned"), sort_key="issued_at"),
        Column("valid_through", label=_("Valid until"), sort_key="valid_through"),
    ]
    search_fields = ["number", "recipient_name"]
    ordering = "-issued_at"


class CertificateGroup(ModelViewSetGroup):
    items = (CertificationViewSet, AwardViewSet)
    menu_label = _("Certification")
    menu_icon = "success"
    menu_order = 260


@hooks.register("register_admin_viewset")
def register_certificates() -> CertificateGroup:
    return CertificateGroup()
