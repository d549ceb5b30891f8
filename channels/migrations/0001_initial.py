import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("accounts", "0002_append_only"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("certificates", "0002_append_only"),
    ]

    operations = [
        migrations.CreateModel(
            name="Platform",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=30, unique=True, verbose_name="code")),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                ("hosts", models.JSONField(default=list, verbose_name="hosts")),
                (
                    "url_template",
                    models.CharField(blank=True, max_length=200, verbose_name="address"),
                ),
            ],
            options={
                "ordering": ("name",),
            },
        ),
        migrations.CreateModel(
            name="Channel",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        max_length=50,
                        unique=True,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[A-Z0-9-]{1,50}\\Z", "Use capital letters, digits and hyphens."
                            )
                        ],
                        verbose_name="code",
                    ),
                ),
                ("handle", models.CharField(blank=True, max_length=100, verbose_name="handle")),
                ("url", models.URLField(max_length=500, unique=True, verbose_name="address")),
                (
                    "account_id",
                    models.CharField(
                        blank=True,
                        help_text="The platform’s own number of the account: it stays when the handle changes.",
                        max_length=100,
                        verbose_name="account number",
                    ),
                ),
                ("title", models.CharField(max_length=200, verbose_name="title")),
                ("purpose", models.TextField(blank=True, verbose_name="purpose")),
                ("audience", models.CharField(blank=True, max_length=300, verbose_name="audience")),
                (
                    "language",
                    models.CharField(default="en", max_length=12, verbose_name="language"),
                ),
                (
                    "classification",
                    models.CharField(
                        choices=[
                            ("brand", "Brand"),
                            ("support", "Support"),
                            ("careers", "Careers"),
                            ("executive", "Executive"),
                            ("campaign", "Campaign"),
                            ("investor", "Investor"),
                            ("regulated", "Regulated promotions"),
                            ("health", "Health: adverse events are watched"),
                        ],
                        default="brand",
                        max_length=20,
                        verbose_name="classification",
                    ),
                ),
                (
                    "review_mode",
                    models.CharField(
                        choices=[("free", "Post freely"), ("each", "Every post is reviewed")],
                        default="free",
                        max_length=20,
                        verbose_name="review",
                    ),
                ),
                (
                    "region_bound",
                    models.BooleanField(
                        default=False,
                        help_text="Others cannot post here.",
                        verbose_name="only people of its region",
                    ),
                ),
                (
                    "min_cover",
                    models.PositiveSmallIntegerField(default=2, verbose_name="people needed"),
                ),
                ("public", models.BooleanField(default=True, verbose_name="in the public list")),
                ("opened_on", models.DateField(blank=True, null=True, verbose_name="opened on")),
                (
                    "confirmed_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="details confirmed"),
                ),
                ("sunset_on", models.DateField(blank=True, null=True, verbose_name="closes on")),
                (
                    "review_on",
                    models.DateField(blank=True, null=True, verbose_name="looked at again on"),
                ),
                (
                    "mailbox",
                    models.EmailField(blank=True, max_length=254, verbose_name="recovery mailbox"),
                ),
                (
                    "two_step_on",
                    models.DateField(
                        blank=True, null=True, verbose_name="second step of the sign-in seen on"
                    ),
                ),
                (
                    "vault_url",
                    models.URLField(blank=True, max_length=500, verbose_name="entry in the vault"),
                ),
                (
                    "suite",
                    models.CharField(blank=True, max_length=100, verbose_name="publishing tool"),
                ),
                (
                    "suite_profile",
                    models.CharField(
                        blank=True, max_length=100, verbose_name="number in the publishing tool"
                    ),
                ),
                (
                    "organisation_owned",
                    models.BooleanField(default=False, verbose_name="owned by the organisation"),
                ),
                ("archive", models.CharField(blank=True, max_length=300, verbose_name="archive")),
                (
                    "region",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="channels",
                        to="accounts.region",
                    ),
                ),
                (
                    "team",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="channels",
                        to="accounts.team",
                    ),
                ),
                (
                    "platform",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="channels",
                        to="channels.platform",
                    ),
                ),
            ],
            options={
                "ordering": ("title",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("review_mode__in", ["free", "each"])),
                        name="channels_channel_review_mode_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ChannelRules",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField()),
                ("text", models.TextField()),
                ("effective_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                ("actor", models.CharField(max_length=120)),
                ("reason", models.CharField(blank=True, max_length=500)),
                (
                    "channel",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rules_versions",
                        to="channels.channel",
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "house rules",
                "ordering": ("channel_id", "version"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("channel", "version"), name="channels_rules_version_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="DecisionRecord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("person_hr_id", models.CharField(max_length=50)),
                ("channel_code", models.CharField(max_length=50)),
                ("action", models.CharField(max_length=20)),
                ("at", models.DateTimeField()),
                ("known_at", models.DateTimeField()),
                ("evaluated_at", models.DateTimeField()),
                ("decision", models.CharField(max_length=20)),
                ("answer", models.JSONField()),
                ("asked_by", models.CharField(max_length=120)),
                ("listed", models.BooleanField(default=False)),
            ],
            options={
                "ordering": ("-id",),
                "indexes": [
                    models.Index(
                        fields=["person_hr_id", "channel_code", "-at"],
                        name="channels_decision_person",
                    ),
                    models.Index(
                        condition=models.Q(("decision", "deny")),
                        fields=["evaluated_at"],
                        name="channels_decision_denied",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Freeze",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "scope",
                    models.CharField(
                        choices=[
                            ("global", "Everywhere"),
                            ("region", "One region"),
                            ("platform", "One platform"),
                            ("channel", "One channel"),
                            ("classification", "One classification"),
                            ("certification", "One certification"),
                        ],
                        max_length=20,
                    ),
                ),
                ("classification", models.CharField(blank=True, max_length=20)),
                ("drill", models.BooleanField(default=False)),
                ("reason", models.CharField(max_length=500)),
                (
                    "allowed",
                    models.JSONField(
                        blank=True, default=list, help_text="HR ids of the crisis posters."
                    ),
                ),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField(blank=True, null=True)),
                ("recorded_at", models.DateTimeField()),
                ("actor", models.CharField(max_length=120)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("end_recorded_at", models.DateTimeField(blank=True, null=True)),
                ("end_actor", models.CharField(blank=True, max_length=120)),
                ("end_reason", models.CharField(blank=True, max_length=500)),
                (
                    "certification",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="certificates.certification",
                    ),
                ),
                (
                    "channel",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="freezes",
                        to="channels.channel",
                    ),
                ),
                (
                    "region",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="accounts.region",
                    ),
                ),
                (
                    "platform",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="channels.platform",
                    ),
                ),
            ],
            options={
                "ordering": ("starts_at",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("certification__isnull", True),
                                ("channel__isnull", True),
                                ("platform__isnull", True),
                                ("region__isnull", True),
                                ("scope", "global"),
                                ("classification", ""),
                            ),
                            models.Q(
                                ("certification__isnull", True),
                                ("channel__isnull", True),
                                ("platform__isnull", True),
                                ("region__isnull", False),
                                ("scope", "region"),
                                ("classification", ""),
                            ),
                            models.Q(
                                ("certification__isnull", True),
                                ("channel__isnull", True),
                                ("platform__isnull", False),
                                ("region__isnull", True),
                                ("scope", "platform"),
                                ("classification", ""),
                            ),
                            models.Q(
                                ("certification__isnull", True),
                                ("channel__isnull", False),
                                ("platform__isnull", True),
                                ("region__isnull", True),
                                ("scope", "channel"),
                                ("classification", ""),
                            ),
                            models.Q(
                                ("certification__isnull", True),
                                ("channel__isnull", True),
                                ("platform__isnull", True),
                                ("region__isnull", True),
                                ("scope", "classification"),
                                models.Q(("classification", ""), _negated=True),
                            ),
                            models.Q(
                                ("certification__isnull", False),
                                ("channel__isnull", True),
                                ("platform__isnull", True),
                                ("region__isnull", True),
                                ("scope", "certification"),
                                ("classification", ""),
                            ),
                            _connector="OR",
                        ),
                        name="channels_freeze_scope_fits",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("end_recorded_at__isnull", True), ("ended_at__isnull", True)),
                            models.Q(
                                ("end_recorded_at__isnull", False), ("ended_at__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="channels_freeze_end_is_recorded",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FreezeReview",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("reviewed_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                ("actor", models.CharField(max_length=120)),
                ("note", models.CharField(max_length=500)),
                (
                    "freeze",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reviews",
                        to="channels.freeze",
                    ),
                ),
            ],
            options={
                "ordering": ("freeze_id", "reviewed_at"),
            },
        ),
        migrations.CreateModel(
            name="Owner",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("owner", "Owner"), ("deputy", "Deputy")], max_length=20
                    ),
                ),
                ("started_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField(default=django.utils.timezone.now)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("end_recorded_at", models.DateTimeField(blank=True, null=True)),
                ("actor", models.CharField(max_length=120)),
                ("reason", models.CharField(blank=True, max_length=500)),
                (
                    "channel",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="owners",
                        to="channels.channel",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="owned",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("channel", "kind"),
                        name="channels_owner_one_of_a_kind",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("channel", "person"),
                        name="channels_owner_person_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("end_recorded_at__isnull", True), ("ended_at__isnull", True)),
                            models.Q(
                                ("end_recorded_at__isnull", False), ("ended_at__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="channels_owner_end_is_recorded",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["owner", "deputy"])),
                        name="channels_owner_kind_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="OwnerOffer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[("owner", "Owner"), ("deputy", "Deputy")], max_length=20
                    ),
                ),
                ("reason", models.CharField(max_length=500)),
                ("offered_at", models.DateTimeField()),
                ("actor", models.CharField(max_length=120)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("open", "Waiting for the successor"),
                            ("accepted", "Accepted"),
                            ("declined", "Declined"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="open",
                        max_length=20,
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("decided_by", models.CharField(blank=True, max_length=120)),
                ("note", models.CharField(blank=True, max_length=500)),
                (
                    "channel",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="offers",
                        to="channels.channel",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="offers",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("offered_at",),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("outcome", "open")),
                        fields=("channel", "kind"),
                        name="channels_offer_one_open",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at__isnull", True), ("outcome", "open")),
                            models.Q(
                                ("decided_at__isnull", False),
                                ("outcome__in", ["accepted", "declined", "withdrawn"]),
                            ),
                            _connector="OR",
                        ),
                        name="channels_offer_decided_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PermissionRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("why", models.CharField(max_length=500)),
                ("asked_at", models.DateTimeField()),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("open", "Waiting for the owner"),
                            ("granted", "Granted"),
                            ("declined", "Declined"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        default="open",
                        max_length=20,
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("decided_by", models.CharField(blank=True, max_length=120)),
                ("note", models.CharField(blank=True, max_length=500)),
                ("question", models.CharField(blank=True, max_length=500)),
                ("questioned_at", models.DateTimeField(blank=True, null=True)),
                ("answer", models.CharField(blank=True, max_length=500)),
                (
                    "channel",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="requests",
                        to="channels.channel",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="channel_requests",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("asked_at",),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("outcome", "open")),
                        fields=("channel", "person"),
                        name="channels_request_one_open",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at__isnull", True), ("outcome", "open")),
                            models.Q(
                                ("decided_at__isnull", False),
                                ("outcome__in", ["granted", "declined", "withdrawn"]),
                            ),
                            _connector="OR",
                        ),
                        name="channels_request_decided_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PostingPermission",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("contributor", "Contributor: every post is reviewed"),
                            ("publisher", "Publisher"),
                            ("approver", "Approver"),
                            ("admin", "Administrator"),
                        ],
                        max_length=20,
                    ),
                ),
                ("starts_at", models.DateTimeField()),
                (
                    "ends_at",
                    models.DateTimeField(
                        blank=True, help_text="Agreed end, known from the start.", null=True
                    ),
                ),
                ("reason", models.CharField(blank=True, max_length=500)),
                ("recorded_at", models.DateTimeField()),
                ("actor", models.CharField(max_length=120)),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("end_recorded_at", models.DateTimeField(blank=True, null=True)),
                ("end_actor", models.CharField(blank=True, max_length=120)),
                ("end_reason", models.CharField(blank=True, max_length=500)),
                (
                    "channel",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="permissions",
                        to="channels.channel",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="permissions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("channel_id", "person_id", "starts_at"),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("channel", "person", "role"),
                        name="channels_permission_one_open",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("ends_at__isnull", True),
                            ("ends_at__gt", models.F("starts_at")),
                            _connector="OR",
                        ),
                        name="channels_permission_lasts",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("end_recorded_at__isnull", True), ("ended_at__isnull", True)),
                            models.Q(
                                ("end_recorded_at__isnull", False), ("ended_at__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="channels_permission_end_is_recorded",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("role__in", ["contributor", "publisher", "approver", "admin"])
                        ),
                        name="channels_permission_role_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="RoleNeed",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("said_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                (
                    "permission",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="needs",
                        to="channels.postingpermission",
                    ),
                ),
            ],
            options={
                "ordering": ("permission_id", "said_at"),
            },
        ),
        migrations.CreateModel(
            name="RoleReview",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kept_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                ("actor", models.CharField(max_length=120)),
                (
                    "permission",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reviews",
                        to="channels.postingpermission",
                    ),
                ),
            ],
            options={
                "ordering": ("permission_id", "kept_at"),
            },
        ),
        migrations.CreateModel(
            name="RulesAcceptance",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("accepted_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="acceptances",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "rules",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="acceptances",
                        to="channels.channelrules",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("rules", "person"), name="channels_acceptance_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Sponsorship",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("runs_it", models.BooleanField(default=False)),
                ("reason", models.CharField(max_length=500)),
                ("asked_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("open", "Waiting for the sponsor"),
                            ("confirmed", "Confirmed"),
                            ("declined", "Declined"),
                        ],
                        default="open",
                        max_length=20,
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("note", models.CharField(blank=True, max_length=500)),
                (
                    "asker",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="proposals",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "channel",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sponsorships",
                        to="channels.channel",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="sponsorships",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "ordering": ("asked_at",),
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("outcome", "open")),
                        fields=("channel",),
                        name="channels_sponsorship_one_open",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("person", models.F("asker")), _negated=True),
                        name="channels_sponsorship_of_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at__isnull", True), ("outcome", "open")),
                            models.Q(
                                ("decided_at__isnull", False),
                                ("outcome__in", ["confirmed", "declined"]),
                            ),
                            _connector="OR",
                        ),
                        name="channels_sponsorship_decided_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="AccessRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("group", models.PositiveSmallIntegerField(default=1)),
                ("starts_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                ("end_recorded_at", models.DateTimeField(blank=True, null=True)),
                ("actor", models.CharField(max_length=120)),
                ("reason", models.CharField(blank=True, max_length=500)),
                ("end_reason", models.CharField(blank=True, max_length=500)),
                (
                    "certification",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="access_rules",
                        to="certificates.certification",
                    ),
                ),
                (
                    "channel",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="access_rules",
                        to="channels.channel",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=("channel", "certification", "group"),
                        name="channels_access_rule_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("end_recorded_at__isnull", True), ("ended_at__isnull", True)),
                            models.Q(
                                ("end_recorded_at__isnull", False), ("ended_at__isnull", False)
                            ),
                            _connector="OR",
                        ),
                        name="channels_access_rule_end_is_recorded",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ChannelEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("draft", "Draft"),
                            ("requested", "Requested"),
                            ("in_review", "In review"),
                            ("approved", "Approved"),
                            ("declined", "Declined"),
                            ("live", "Live"),
                            ("suspended", "Suspended"),
                            ("sunsetting", "Closing"),
                            ("closed", "Closed"),
                        ],
                        max_length=20,
                    ),
                ),
                ("changes", models.JSONField(blank=True, default=dict)),
                ("effective_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                ("actor", models.CharField(max_length=120)),
                ("reason", models.CharField(blank=True, max_length=500)),
                (
                    "channel",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="channels.channel",
                    ),
                ),
            ],
            options={
                "ordering": ("channel_id", "effective_at", "id"),
                "indexes": [
                    models.Index(fields=["channel", "effective_at"], name="channels_event_channel")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                [
                                    "",
                                    "draft",
                                    "requested",
                                    "in_review",
                                    "approved",
                                    "declined",
                                    "live",
                                    "suspended",
                                    "sunsetting",
                                    "closed",
                                ],
                            )
                        ),
                        name="channels_event_state_known",
                    )
                ],
            },
        ),
    ]
