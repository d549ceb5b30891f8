import accounts.dates
import courses.models.records
import courses.writing.readers
import django.core.validators
import django.db.models.deletion
import items.models
import uuid
import wagtail.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("courses", "0002_append_only"),
        ("items", "0002_append_only"),
        ("wagtailcore", "0098_apitoken"),
    ]

    operations = [
        migrations.CreateModel(
            name="RulesSnapshot",
            fields=[
                ("sha256", models.CharField(max_length=64, primary_key=True, serialize=False)),
                ("rules", models.JSONField()),
            ],
            options={
                "verbose_name": "settings of a quiz",
                "verbose_name_plural": "settings of quizzes",
                "ordering": ("sha256",),
            },
        ),
        migrations.CreateModel(
            name="Quiz",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(editable=False, unique=True)),
                ("code", models.CharField(max_length=50, unique=True, verbose_name="code")),
                ("title", models.CharField(max_length=255, verbose_name="title")),
                ("rules", models.JSONField(default=dict)),
                (
                    "course",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="quizzes",
                        to="courses.course",
                    ),
                ),
            ],
            options={
                "verbose_name": "quiz",
                "verbose_name_plural": "quizzes",
                "ordering": ("code",),
            },
        ),
        migrations.CreateModel(
            name="Attempt",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("number", models.PositiveIntegerField()),
                ("locale", models.CharField(max_length=12)),
                ("seed", models.CharField(max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("submitted", "Submitted"),
                            ("marking", "Marking"),
                            ("void", "Void"),
                        ],
                        default="open",
                        max_length=12,
                    ),
                ),
                ("started_at", models.DateTimeField()),
                ("deadline_at", models.DateTimeField(blank=True, null=True)),
                ("submitted_at", models.DateTimeField(blank=True, null=True)),
                (
                    "closed_by",
                    models.CharField(blank=True, help_text="person, deadline", max_length=20),
                ),
                (
                    "extensions",
                    models.PositiveSmallIntegerField(
                        default=0, help_text="how often the person added time"
                    ),
                ),
                (
                    "score",
                    models.DecimalField(blank=True, decimal_places=12, max_digits=18, null=True),
                ),
                (
                    "max_score",
                    models.DecimalField(blank=True, decimal_places=12, max_digits=18, null=True),
                ),
                (
                    "percent",
                    models.DecimalField(blank=True, decimal_places=2, max_digits=5, null=True),
                ),
                ("passed", models.BooleanField(null=True)),
                ("result", models.JSONField(default=dict)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attempts",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "release",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attempts",
                        to="courses.courserelease",
                    ),
                ),
                (
                    "quiz",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attempts",
                        to="quizzes.quiz",
                    ),
                ),
                (
                    "snapshot",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="attempts",
                        to="quizzes.rulessnapshot",
                    ),
                ),
            ],
            options={
                "verbose_name": "try",
                "verbose_name_plural": "tries",
                "ordering": ("person_id", "quiz_id", "number"),
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "open")),
                        fields=["deadline_at"],
                        name="quizzes_attempt_due",
                    ),
                    models.Index(fields=["quiz", "submitted_at"], name="quizzes_attempt_by_quiz"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "open")),
                        fields=("person", "quiz"),
                        name="quizzes_attempt_one_open",
                    ),
                    models.UniqueConstraint(
                        fields=("person", "quiz", "number"), name="quizzes_attempt_number_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("passed__isnull", False),
                                ("percent__isnull", False),
                                ("state", "submitted"),
                                ("submitted_at__isnull", False),
                            ),
                            models.Q(
                                ("passed__isnull", True),
                                ("state", "open"),
                                ("submitted_at__isnull", True),
                            ),
                            models.Q(
                                ("passed__isnull", True),
                                ("state", "marking"),
                                ("submitted_at__isnull", False),
                            ),
                            ("state", "void"),
                            _connector="OR",
                        ),
                        name="quizzes_attempt_state_fits",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("score__isnull", True),
                            models.Q(("score__gte", 0), ("score__lte", models.F("max_score"))),
                            _connector="OR",
                        ),
                        name="quizzes_attempt_score_in_range",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="QuizPage",
            fields=[
                (
                    "page_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to=settings.WAGTAIL_PAGE_MODEL,
                    ),
                ),
                (
                    "code",
                    models.CharField(
                        max_length=50,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[A-Z0-9-]{1,50}\\Z", "Use capital letters, digits and hyphens."
                            )
                        ],
                        verbose_name="code",
                    ),
                ),
                ("intro", models.TextField(blank=True, verbose_name="introduction")),
                (
                    "draw",
                    wagtail.fields.StreamField(
                        [("section", 5)],
                        blank=True,
                        block_lookup={
                            0: (
                                "wagtail.snippets.blocks.SnippetChooserBlock",
                                (items.models.ItemBank,),
                                {"help_text": "Where the questions come from.", "label": "Bank"},
                            ),
                            1: (
                                "wagtail.snippets.blocks.SnippetChooserBlock",
                                (courses.models.records.Principle,),
                                {
                                    "help_text": "Leave it empty to draw from all.",
                                    "label": "Principle",
                                    "required": False,
                                },
                            ),
                            2: (
                                "wagtail.blocks.IntegerBlock",
                                (),
                                {
                                    "help_text": "So many questions of this row are in each try.",
                                    "label": "How many",
                                    "max_value": 100,
                                    "min_value": 1,
                                    "required": False,
                                },
                            ),
                            3: (
                                "wagtail.blocks.BooleanBlock",
                                (),
                                {
                                    "help_text": "Those that have to be right to pass.",
                                    "label": "Only critical questions",
                                    "required": False,
                                },
                            ),
                            4: (
                                "wagtail.blocks.BooleanBlock",
                                (),
                                {
                                    "help_text": "Every question that fits is in every try. “How many” is then left empty.",
                                    "label": "Always ask all of these",
                                    "required": False,
                                },
                            ),
                            5: (
                                "wagtail.blocks.StructBlock",
                                [
                                    [
                                        ("bank", 0),
                                        ("principle", 1),
                                        ("count", 2),
                                        ("critical_only", 3),
                                        ("mandatory", 4),
                                    ]
                                ],
                                {},
                            ),
                        },
                        verbose_name="what is drawn",
                    ),
                ),
                (
                    "preset",
                    models.CharField(
                        choices=[
                            ("practice", "Practice: no pass mark, everything explained at once"),
                            (
                                "check",
                                "Check: pass mark, as many tries as people like, explained afterwards",
                            ),
                            (
                                "exam",
                                "Exam: earns the certificate, few tries, explained when it is over",
                            ),
                            ("survey", "Survey: opinions, nothing is right or wrong"),
                        ],
                        default="exam",
                        max_length=20,
                        verbose_name="kind of quiz",
                    ),
                ),
                (
                    "differences",
                    wagtail.fields.StreamField(
                        [
                            ("pass_percent", 0),
                            ("principle_percent", 1),
                            ("certifies", 2),
                            ("attempts", 5),
                            ("cool_down", 7),
                            ("recap_gate", 8),
                            ("time_limit", 11),
                            ("open", 14),
                            ("feedback", 19),
                            ("one_page", 20),
                            ("lessons_first", 21),
                            ("honour", 22),
                        ],
                        blank=True,
                        block_lookup={
                            0: (
                                "wagtail.blocks.IntegerBlock",
                                (),
                                {
                                    "help_text": "0 means nobody can fail.",
                                    "icon": "check",
                                    "label": "Pass mark, %",
                                    "max_value": 100,
                                    "min_value": 0,
                                },
                            ),
                            1: (
                                "wagtail.blocks.IntegerBlock",
                                (),
                                {
                                    "help_text": "Below it in one principle, a try fails whatever its score. 0 means no such rule.",
                                    "icon": "check",
                                    "label": "At least this much in each principle, %",
                                    "max_value": 100,
                                    "min_value": 0,
                                },
                            ),
                            2: (
                                "wagtail.blocks.BooleanBlock",
                                (),
                                {
                                    "help_text": "Certificates that rest on the course follow from it.",
                                    "icon": "success",
                                    "label": "A pass completes the course",
                                    "required": False,
                                },
                            ),
                            3: (
                                "wagtail.blocks.IntegerBlock",
                                (),
                                {
                                    "help_text": "0 means no limit.",
                                    "label": "Tries",
                                    "max_value": 100,
                                    "min_value": 0,
                                },
                            ),
                            4: (
                                "wagtail.blocks.IntegerBlock",
                                (),
                                {
                                    "default": 24,
                                    "help_text": "0 means for ever.",
                                    "label": "… in so many hours",
                                    "max_value": 8760,
                                    "min_value": 0,
                                },
                            ),
                            5: (
                                "wagtail.blocks.StructBlock",
                                [[("allowed", 3), ("window_hours", 4)]],
                                {},
                            ),
                            6: (
                                "wagtail.blocks.IntegerBlock",
                                (),
                                {"label": "Hours", "max_value": 8760, "min_value": 0},
                            ),
                            7: (
                                "wagtail.blocks.ListBlock",
                                (6,),
                                {
                                    "help_text": "After the first failed try, the second, and so on. The last one repeats.",
                                    "icon": "history",
                                    "label": "Wait after each failed try, hours",
                                },
                            ),
                            8: (
                                "wagtail.blocks.BooleanBlock",
                                (),
                                {
                                    "help_text": "Each weak principle in short, once more.",
                                    "icon": "doc-full",
                                    "label": "Read the recaps before the next try",
                                    "required": False,
                                },
                            ),
                            9: (
                                "wagtail.blocks.IntegerBlock",
                                (),
                                {
                                    "help_text": "For the whole try.",
                                    "label": "Minutes",
                                    "max_value": 1440,
                                    "min_value": 1,
                                },
                            ),
                            10: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {
                                    "help_text": "Without a reason here, people may add 20 minutes up to ten times.",
                                    "label": "Why the limit is part of what is tested",
                                    "max_length": 300,
                                    "required": False,
                                },
                            ),
                            11: (
                                "wagtail.blocks.StructBlock",
                                [[("minutes", 9), ("reason", 10)]],
                                {},
                            ),
                            12: (
                                "wagtail.blocks.DateTimeBlock",
                                (),
                                {
                                    "help_text": "Nobody can start earlier.",
                                    "label": "Opens",
                                    "required": False,
                                    "validators": [accounts.dates.validate_plausible_moment],
                                },
                            ),
                            13: (
                                "wagtail.blocks.DateTimeBlock",
                                (),
                                {
                                    "help_text": "Tries that are running then are handed in as they stand.",
                                    "label": "Closes",
                                    "required": False,
                                    "validators": [accounts.dates.validate_plausible_moment],
                                },
                            ),
                            14: (
                                "wagtail.blocks.StructBlock",
                                [[("opens_at", 12), ("closes_at", 13)]],
                                {},
                            ),
                            15: (
                                "wagtail.blocks.MultipleChoiceBlock",
                                [],
                                {
                                    "choices": [
                                        ("score", "Score"),
                                        ("correctness", "Which answers are right"),
                                        ("key", "Right answers"),
                                        ("reasons", "Reasons"),
                                    ],
                                    "help_text": "With any tick, people can have each answer checked.",
                                    "label": "During a try",
                                    "required": False,
                                },
                            ),
                            16: (
                                "wagtail.blocks.MultipleChoiceBlock",
                                [],
                                {
                                    "choices": [
                                        ("score", "Score"),
                                        ("correctness", "Which answers are right"),
                                        ("key", "Right answers"),
                                        ("reasons", "Reasons"),
                                    ],
                                    "help_text": "While they have not passed and tries are left.",
                                    "label": "After handing in",
                                    "required": False,
                                },
                            ),
                            17: (
                                "wagtail.blocks.MultipleChoiceBlock",
                                [],
                                {
                                    "choices": [
                                        ("score", "Score"),
                                        ("correctness", "Which answers are right"),
                                        ("key", "Right answers"),
                                        ("reasons", "Reasons"),
                                    ],
                                    "help_text": "Nothing of the moments above is kept: tick all that is told.",
                                    "label": "After passing, or after the last try",
                                    "required": False,
                                },
                            ),
                            18: (
                                "wagtail.blocks.MultipleChoiceBlock",
                                [],
                                {
                                    "choices": [
                                        ("score", "Score"),
                                        ("correctness", "Which answers are right"),
                                        ("key", "Right answers"),
                                        ("reasons", "Reasons"),
                                    ],
                                    "help_text": "Needs a day on which it closes.",
                                    "label": "After the quiz has closed",
                                    "required": False,
                                },
                            ),
                            19: (
                                "wagtail.blocks.StructBlock",
                                [
                                    [
                                        ("during", 15),
                                        ("after_submit", 16),
                                        ("after_last", 17),
                                        ("after_close", 18),
                                    ]
                                ],
                                {},
                            ),
                            20: (
                                "wagtail.blocks.BooleanBlock",
                                (),
                                {
                                    "help_text": "Suits five questions or fewer.",
                                    "icon": "list-ul",
                                    "label": "All questions on one page",
                                    "required": False,
                                },
                            ),
                            21: (
                                "wagtail.blocks.BooleanBlock",
                                (),
                                {
                                    "help_text": "It opens once every lesson of the course is read.",
                                    "icon": "folder-open-1",
                                    "label": "Only after all lessons",
                                    "required": False,
                                },
                            ),
                            22: (
                                "wagtail.blocks.TextBlock",
                                (),
                                {
                                    "help_text": "For example: I answer on my own.",
                                    "icon": "edit",
                                    "label": "Statement to agree to at the start",
                                    "max_length": 1000,
                                },
                            ),
                        },
                        verbose_name="what differs from that kind",
                    ),
                ),
                (
                    "quiz",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pages",
                        to="quizzes.quiz",
                    ),
                ),
            ],
            options={
                "verbose_name": "quiz",
                "verbose_name_plural": "quizzes",
            },
            bases=(courses.writing.readers.ReaderPreviewMixin, "wagtailcore.page"),
        ),
        migrations.CreateModel(
            name="Regrade",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "option",
                    models.CharField(
                        choices=[
                            ("full_credit", "Full points for everybody"),
                            (
                                "current_and_previous",
                                "Points for the old right answer and for the new one",
                            ),
                            ("current_only", "Points for the new right answer only"),
                            ("drop", "Leave the question out of everybody's score"),
                            ("none", "Change no marks"),
                        ],
                        max_length=30,
                    ),
                ),
                ("keep_passes", models.BooleanField(default=True)),
                ("reason", models.TextField()),
                (
                    "note",
                    models.TextField(blank=True, help_text="what the people affected are told"),
                ),
                ("counts", models.JSONField(default=dict)),
                ("at", models.DateTimeField()),
                ("actor", models.CharField(max_length=120)),
                (
                    "corrected",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="items.itemversion",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="regrades",
                        to="items.itemversion",
                    ),
                ),
            ],
            options={
                "verbose_name": "correction of marks",
                "verbose_name_plural": "corrections of marks",
                "ordering": ("id",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("option__in", ["current_and_previous", "current_only"]),
                                _negated=True,
                            ),
                            ("corrected__isnull", False),
                            _connector="OR",
                        ),
                        name="quizzes_regrade_has_its_key",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Response",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("slot", models.PositiveSmallIntegerField()),
                ("order", models.JSONField()),
                ("form", models.JSONField(blank=True, default=dict)),
                ("answer", models.JSONField(blank=True, null=True)),
                ("seq", models.BigIntegerField(default=0)),
                ("writer", models.CharField(blank=True, max_length=36)),
                ("saved_at", models.DateTimeField(blank=True, null=True)),
                ("flagged", models.BooleanField(default=False)),
                ("revealed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "mark",
                    models.DecimalField(blank=True, decimal_places=12, max_digits=18, null=True),
                ),
                ("max_mark", models.DecimalField(decimal_places=12, default=1, max_digits=18)),
                (
                    "attempt",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="responses",
                        to="quizzes.attempt",
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="responses",
                        to="items.itemversion",
                    ),
                ),
            ],
            options={
                "verbose_name": "answer",
                "verbose_name_plural": "answers",
                "ordering": ("attempt_id", "slot"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("attempt", "slot"), name="quizzes_response_slot_once"
                    ),
                    models.UniqueConstraint(
                        fields=("attempt", "version"), name="quizzes_response_version_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("mark__isnull", True),
                            models.Q(("mark__gte", 0), ("mark__lte", models.F("max_mark"))),
                            _connector="OR",
                        ),
                        name="quizzes_response_mark_in_range",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="MarkEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("mark", models.DecimalField(decimal_places=12, max_digits=18)),
                ("max_mark", models.DecimalField(decimal_places=12, max_digits=18)),
                ("reason", models.CharField(help_text="graded, reviewed, regraded", max_length=40)),
                (
                    "rubric",
                    models.JSONField(
                        default=dict, help_text="criterion id: level id, as a reviewer chose"
                    ),
                ),
                (
                    "comment",
                    models.TextField(blank=True, help_text="a reviewer's words to the learner"),
                ),
                ("at", models.DateTimeField()),
                ("actor", models.CharField(max_length=120)),
                (
                    "version",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="items.itemversion",
                    ),
                ),
                (
                    "regrade",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mark_events",
                        to="quizzes.regrade",
                    ),
                ),
                (
                    "response",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mark_events",
                        to="quizzes.response",
                    ),
                ),
            ],
            options={
                "verbose_name": "mark",
                "verbose_name_plural": "marks",
                "ordering": ("response_id", "id"),
            },
        ),
        migrations.CreateModel(
            name="ItemReport",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "category",
                    models.CharField(
                        choices=[
                            ("key", "The right answer is wrong"),
                            ("unclear", "The question is unclear"),
                            ("outdated", "It is out of date"),
                            ("language", "The language is wrong or hurts"),
                            ("other", "Something else"),
                        ],
                        max_length=20,
                    ),
                ),
                ("text", models.TextField(blank=True)),
                ("reported_at", models.DateTimeField()),
                (
                    "resolution",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("regraded", "Marks were corrected"),
                            ("reworded", "The question was mended"),
                            ("kept", "The question stays as it is"),
                        ],
                        max_length=20,
                    ),
                ),
                ("answer", models.TextField(blank=True)),
                ("resolved_at", models.DateTimeField(blank=True, null=True)),
                ("resolver", models.CharField(blank=True, max_length=120)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="item_reports",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "response",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reports",
                        to="quizzes.response",
                    ),
                ),
            ],
            options={
                "verbose_name": "report about a question",
                "verbose_name_plural": "reports about questions",
                "ordering": ("reported_at", "id"),
                "indexes": [
                    models.Index(
                        condition=models.Q(("resolved_at__isnull", True)),
                        fields=["reported_at"],
                        name="quizzes_report_open",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("resolved_at__isnull", True)),
                        fields=("response", "person"),
                        name="quizzes_report_one_open",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("resolution", ""), ("resolved_at__isnull", True)),
                            models.Q(
                                ("resolved_at__gte", models.F("reported_at")),
                                models.Q(("resolution", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="quizzes_report_settled_whole",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Unlock",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("tries", models.PositiveSmallIntegerField(default=1)),
                ("reason", models.TextField()),
                ("at", models.DateTimeField()),
                ("actor", models.CharField(max_length=120)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="unlocks",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "quiz",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="unlocks",
                        to="quizzes.quiz",
                    ),
                ),
            ],
            options={
                "verbose_name": "another try",
                "verbose_name_plural": "other tries",
                "ordering": ("id",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("tries__gte", 1)), name="quizzes_unlock_gives_some"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Recap",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("read_at", models.DateTimeField()),
                (
                    "attempt",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="recaps",
                        to="quizzes.attempt",
                    ),
                ),
                (
                    "principle",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="courses.principle",
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("attempt", "principle"), name="quizzes_recap_once"
                    )
                ],
            },
        ),
    ]
