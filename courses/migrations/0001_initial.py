import courses.writing.readers
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import uuid
import wagtail.fields
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("wagtailcore", "0098_apitoken"),
    ]

    operations = [
        migrations.CreateModel(
            name="CaseStudyPage",
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
                ("summary", models.TextField(max_length=300, verbose_name="summary")),
                (
                    "body",
                    wagtail.fields.StreamField(
                        [
                            ("text", 2),
                            ("statement", 4),
                            ("do_dont", 10),
                            ("example", 13),
                            ("case_study", 23),
                            ("figure", 33),
                            ("quote", 36),
                            ("check", 45),
                        ],
                        block_lookup={
                            0: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {
                                    "help_text": "Empty where the text goes on.",
                                    "label": "Heading",
                                    "required": False,
                                },
                            ),
                            1: (
                                "wagtail.blocks.RichTextBlock",
                                (),
                                {
                                    "features": [
                                        "bold",
                                        "italic",
                                        "link",
                                        "ul",
                                        "ol",
                                        "document-link",
                                    ],
                                    "label": "Text",
                                },
                            ),
                            2: ("wagtail.blocks.StructBlock", [[("heading", 0), ("body", 1)]], {}),
                            3: (
                                "wagtail.blocks.TextBlock",
                                (),
                                {
                                    "help_text": "One sentence that people can repeat.",
                                    "label": "Statement",
                                    "max_length": 240,
                                },
                            ),
                            4: ("wagtail.blocks.StructBlock", [[("text", 3)]], {}),
                            5: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {
                                    "help_text": "When it happens, in a few words.",
                                    "label": "Situation",
                                },
                            ),
                            6: ("wagtail.blocks.TextBlock", (), {}),
                            7: (
                                "wagtail.blocks.ListBlock",
                                (6,),
                                {
                                    "help_text": "One row for each thing to do.",
                                    "label": "Do",
                                    "min_num": 1,
                                },
                            ),
                            8: (
                                "wagtail.blocks.ListBlock",
                                (6,),
                                {
                                    "help_text": "One row for each thing to leave.",
                                    "label": "Don't",
                                    "min_num": 1,
                                },
                            ),
                            9: (
                                "wagtail.blocks.TextBlock",
                                (),
                                {
                                    "help_text": "What comes of the one and of the other.",
                                    "label": "Why",
                                    "required": False,
                                },
                            ),
                            10: (
                                "wagtail.blocks.StructBlock",
                                [[("title", 5), ("do", 7), ("dont", 8), ("why", 9)]],
                                {},
                            ),
                            11: ("wagtail.blocks.CharBlock", (), {"label": "Title"}),
                            12: (
                                "wagtail.blocks.RichTextBlock",
                                (),
                                {
                                    "features": [
                                        "bold",
                                        "italic",
                                        "link",
                                        "ul",
                                        "ol",
                                        "document-link",
                                    ],
                                    "help_text": "Short and concrete: who did what, and what came of it.",
                                    "label": "What happened",
                                },
                            ),
                            13: ("wagtail.blocks.StructBlock", [[("title", 11), ("body", 12)]], {}),
                            14: (
                                "wagtail.blocks.RichTextBlock",
                                (),
                                {
                                    "features": [
                                        "bold",
                                        "italic",
                                        "link",
                                        "ul",
                                        "ol",
                                        "document-link",
                                    ],
                                    "help_text": "What was done, and why.",
                                    "label": "Story",
                                },
                            ),
                            15: (
                                "wagtail.blocks.RichTextBlock",
                                (),
                                {
                                    "features": [
                                        "bold",
                                        "italic",
                                        "link",
                                        "ul",
                                        "ol",
                                        "document-link",
                                    ],
                                    "help_text": "What could be counted, in sentences.",
                                    "label": "Numbers",
                                },
                            ),
                            16: (
                                "wagtail.blocks.RichTextBlock",
                                (),
                                {
                                    "features": [
                                        "bold",
                                        "italic",
                                        "link",
                                        "ul",
                                        "ol",
                                        "document-link",
                                    ],
                                    "help_text": "Words of those whom it reached.",
                                    "label": "What people said",
                                },
                            ),
                            17: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {
                                    "help_text": "What is counted, such as “Tickets a month”.",
                                    "label": "Measure",
                                },
                            ),
                            18: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {"help_text": "The number with its unit.", "label": "Before"},
                            ),
                            19: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {"help_text": "The number with its unit.", "label": "After"},
                            ),
                            20: (
                                "wagtail.blocks.StructBlock",
                                [[("label", 17), ("before", 18), ("after", 19)]],
                                {},
                            ),
                            21: (
                                "wagtail.blocks.ListBlock",
                                (20,),
                                {
                                    "default": [],
                                    "help_text": "Numbers before and after, side by side.",
                                    "label": "Measures",
                                    "min_num": 0,
                                },
                            ),
                            22: (
                                "wagtail.blocks.BooleanBlock",
                                (),
                                {
                                    "help_text": "The numbers are invented.",
                                    "label": "Illustrative",
                                    "required": False,
                                },
                            ),
                            23: (
                                "wagtail.blocks.StructBlock",
                                [
                                    [
                                        ("title", 11),
                                        ("story", 14),
                                        ("numbers", 15),
                                        ("people_said", 16),
                                        ("measures", 21),
                                        ("illustrative", 22),
                                    ]
                                ],
                                {},
                            ),
                            24: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {
                                    "help_text": "What people should see in it, as a sentence.",
                                    "label": "Finding",
                                },
                            ),
                            25: (
                                "wagtail.images.blocks.ImageChooserBlock",
                                (),
                                {
                                    "help_text": "Without a picture, the bars are drawn.",
                                    "label": "Picture",
                                    "required": False,
                                },
                            ),
                            26: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {"help_text": "What the bar stands for.", "label": "Label"},
                            ),
                            27: (
                                "wagtail.blocks.DecimalBlock",
                                (),
                                {"help_text": "A number; its unit stands below.", "label": "Value"},
                            ),
                            28: (
                                "wagtail.blocks.StructBlock",
                                [[("label", 26), ("value", 27)]],
                                {},
                            ),
                            29: (
                                "wagtail.blocks.ListBlock",
                                (28,),
                                {
                                    "default": [],
                                    "help_text": "One row for each bar, in reading order.",
                                    "label": "Bars",
                                    "min_num": 0,
                                },
                            ),
                            30: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {
                                    "help_text": "Of the bars, such as “tickets”.",
                                    "label": "Unit",
                                    "required": False,
                                },
                            ),
                            31: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {
                                    "help_text": "In words, for people who cannot see the picture or the bars.",
                                    "label": "What it shows",
                                },
                            ),
                            32: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {
                                    "help_text": "Where and when it was seen or measured.",
                                    "label": "Caption",
                                    "required": False,
                                },
                            ),
                            33: (
                                "wagtail.blocks.StructBlock",
                                [
                                    [
                                        ("title", 24),
                                        ("picture", 25),
                                        ("rows", 29),
                                        ("unit", 30),
                                        ("alt", 31),
                                        ("caption", 32),
                                    ]
                                ],
                                {},
                            ),
                            34: ("wagtail.blocks.TextBlock", (), {"label": "Quote"}),
                            35: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {
                                    "help_text": "A name or a role, such as “A customer in Pune”.",
                                    "label": "Who said it",
                                    "required": False,
                                },
                            ),
                            36: (
                                "wagtail.blocks.StructBlock",
                                [[("text", 34), ("attribution", 35)]],
                                {},
                            ),
                            37: ("wagtail.blocks.CharBlock", (), {"label": "Question"}),
                            38: (
                                "wagtail.blocks.ChoiceBlock",
                                [],
                                {
                                    "choices": [
                                        ("single", "One answer"),
                                        ("multiple", "All that apply"),
                                    ],
                                    "help_text": "How many answers people may choose.",
                                    "label": "Kind",
                                },
                            ),
                            39: ("wagtail.blocks.CharBlock", (), {"label": "Answer"}),
                            40: (
                                "wagtail.blocks.BooleanBlock",
                                (),
                                {"label": "Right", "required": False},
                            ),
                            41: (
                                "wagtail.blocks.TextBlock",
                                (),
                                {
                                    "help_text": "Why this answer is right or not.",
                                    "label": "Reason",
                                },
                            ),
                            42: (
                                "wagtail.blocks.StructBlock",
                                [[("text", 39), ("correct", 40), ("reason", 41)]],
                                {},
                            ),
                            43: (
                                "wagtail.blocks.ListBlock",
                                (42,),
                                {
                                    "help_text": "Two or more, each with its reason.",
                                    "label": "Answers",
                                    "min_num": 2,
                                },
                            ),
                            44: (
                                "wagtail.blocks.TextBlock",
                                (),
                                {
                                    "help_text": "Told after any answer, below the reasons.",
                                    "label": "Why",
                                    "required": False,
                                },
                            ),
                            45: (
                                "wagtail.blocks.StructBlock",
                                [
                                    [
                                        ("question", 37),
                                        ("kind", 38),
                                        ("options", 43),
                                        ("summary", 44),
                                    ]
                                ],
                                {},
                            ),
                        },
                        verbose_name="body",
                    ),
                ),
            ],
            options={
                "verbose_name": "case study",
                "verbose_name_plural": "case studies",
            },
            bases=("wagtailcore.page",),
        ),
        migrations.CreateModel(
            name="CatalogPage",
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
                ("intro", models.TextField(blank=True, verbose_name="introduction")),
            ],
            options={
                "verbose_name": "catalogue",
            },
            bases=("wagtailcore.page",),
        ),
        migrations.CreateModel(
            name="Course",
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
            ],
            options={
                "ordering": ("code",),
            },
        ),
        migrations.CreateModel(
            name="LessonPage",
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
                ("minutes", models.PositiveSmallIntegerField(default=3, verbose_name="minutes")),
                (
                    "body",
                    wagtail.fields.StreamField(
                        [
                            ("text", 2),
                            ("statement", 4),
                            ("do_dont", 10),
                            ("example", 13),
                            ("case_study", 23),
                            ("figure", 33),
                            ("quote", 36),
                            ("check", 45),
                        ],
                        block_lookup={
                            0: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {
                                    "help_text": "Empty where the text goes on.",
                                    "label": "Heading",
                                    "required": False,
                                },
                            ),
                            1: (
                                "wagtail.blocks.RichTextBlock",
                                (),
                                {
                                    "features": [
                                        "bold",
                                        "italic",
                                        "link",
                                        "ul",
                                        "ol",
                                        "document-link",
                                    ],
                                    "label": "Text",
                                },
                            ),
                            2: ("wagtail.blocks.StructBlock", [[("heading", 0), ("body", 1)]], {}),
                            3: (
                                "wagtail.blocks.TextBlock",
                                (),
                                {
                                    "help_text": "One sentence that people can repeat.",
                                    "label": "Statement",
                                    "max_length": 240,
                                },
                            ),
                            4: ("wagtail.blocks.StructBlock", [[("text", 3)]], {}),
                            5: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {
                                    "help_text": "When it happens, in a few words.",
                                    "label": "Situation",
                                },
                            ),
                            6: ("wagtail.blocks.TextBlock", (), {}),
                            7: (
                                "wagtail.blocks.ListBlock",
                                (6,),
                                {
                                    "help_text": "One row for each thing to do.",
                                    "label": "Do",
                                    "min_num": 1,
                                },
                            ),
                            8: (
                                "wagtail.blocks.ListBlock",
                                (6,),
                                {
                                    "help_text": "One row for each thing to leave.",
                                    "label": "Don't",
                                    "min_num": 1,
                                },
                            ),
                            9: (
                                "wagtail.blocks.TextBlock",
                                (),
                                {
                                    "help_text": "What comes of the one and of the other.",
                                    "label": "Why",
                                    "required": False,
                                },
                            ),
                            10: (
                                "wagtail.blocks.StructBlock",
                                [[("title", 5), ("do", 7), ("dont", 8), ("why", 9)]],
                                {},
                            ),
                            11: ("wagtail.blocks.CharBlock", (), {"label": "Title"}),
                            12: (
                                "wagtail.blocks.RichTextBlock",
                                (),
                                {
                                    "features": [
                                        "bold",
                                        "italic",
                                        "link",
                                        "ul",
                                        "ol",
                                        "document-link",
                                    ],
                                    "help_text": "Short and concrete: who did what, and what came of it.",
                                    "label": "What happened",
                                },
                            ),
                            13: ("wagtail.blocks.StructBlock", [[("title", 11), ("body", 12)]], {}),
                            14: (
                                "wagtail.blocks.RichTextBlock",
                                (),
                                {
                                    "features": [
                                        "bold",
                                        "italic",
                                        "link",
                                        "ul",
                                        "ol",
                                        "document-link",
                                    ],
                                    "help_text": "What was done, and why.",
                                    "label": "Story",
                                },
                            ),
                            15: (
                                "wagtail.blocks.RichTextBlock",
                                (),
                                {
                                    "features": [
                                        "bold",
                                        "italic",
                                        "link",
                                        "ul",
                                        "ol",
                                        "document-link",
                                    ],
                                    "help_text": "What could be counted, in sentences.",
                                    "label": "Numbers",
                                },
                            ),
                            16: (
                                "wagtail.blocks.RichTextBlock",
                                (),
                                {
                                    "features": [
                                        "bold",
                                        "italic",
                                        "link",
                                        "ul",
                                        "ol",
                                        "document-link",
                                    ],
                                    "help_text": "Words of those whom it reached.",
                                    "label": "What people said",
                                },
                            ),
                            17: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {
                                    "help_text": "What is counted, such as “Tickets a month”.",
                                    "label": "Measure",
                                },
                            ),
                            18: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {"help_text": "The number with its unit.", "label": "Before"},
                            ),
                            19: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {"help_text": "The number with its unit.", "label": "After"},
                            ),
                            20: (
                                "wagtail.blocks.StructBlock",
                                [[("label", 17), ("before", 18), ("after", 19)]],
                                {},
                            ),
                            21: (
                                "wagtail.blocks.ListBlock",
                                (20,),
                                {
                                    "default": [],
                                    "help_text": "Numbers before and after, side by side.",
                                    "label": "Measures",
                                    "min_num": 0,
                                },
                            ),
                            22: (
                                "wagtail.blocks.BooleanBlock",
                                (),
                                {
                                    "help_text": "The numbers are invented.",
                                    "label": "Illustrative",
                                    "required": False,
                                },
                            ),
                            23: (
                                "wagtail.blocks.StructBlock",
                                [
                                    [
                                        ("title", 11),
                                        ("story", 14),
                                        ("numbers", 15),
                                        ("people_said", 16),
                                        ("measures", 21),
                                        ("illustrative", 22),
                                    ]
                                ],
                                {},
                            ),
                            24: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {
                                    "help_text": "What people should see in it, as a sentence.",
                                    "label": "Finding",
                                },
                            ),
                            25: (
                                "wagtail.images.blocks.ImageChooserBlock",
                                (),
                                {
                                    "help_text": "Without a picture, the bars are drawn.",
                                    "label": "Picture",
                                    "required": False,
                                },
                            ),
                            26: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {"help_text": "What the bar stands for.", "label": "Label"},
                            ),
                            27: (
                                "wagtail.blocks.DecimalBlock",
                                (),
                                {"help_text": "A number; its unit stands below.", "label": "Value"},
                            ),
                            28: (
                                "wagtail.blocks.StructBlock",
                                [[("label", 26), ("value", 27)]],
                                {},
                            ),
                            29: (
                                "wagtail.blocks.ListBlock",
                                (28,),
                                {
                                    "default": [],
                                    "help_text": "One row for each bar, in reading order.",
                                    "label": "Bars",
                                    "min_num": 0,
                                },
                            ),
                            30: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {
                                    "help_text": "Of the bars, such as “tickets”.",
                                    "label": "Unit",
                                    "required": False,
                                },
                            ),
                            31: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {
                                    "help_text": "In words, for people who cannot see the picture or the bars.",
                                    "label": "What it shows",
                                },
                            ),
                            32: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {
                                    "help_text": "Where and when it was seen or measured.",
                                    "label": "Caption",
                                    "required": False,
                                },
                            ),
                            33: (
                                "wagtail.blocks.StructBlock",
                                [
                                    [
                                        ("title", 24),
                                        ("picture", 25),
                                        ("rows", 29),
                                        ("unit", 30),
                                        ("alt", 31),
                                        ("caption", 32),
                                    ]
                                ],
                                {},
                            ),
                            34: ("wagtail.blocks.TextBlock", (), {"label": "Quote"}),
                            35: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {
                                    "help_text": "A name or a role, such as “A customer in Pune”.",
                                    "label": "Who said it",
                                    "required": False,
                                },
                            ),
                            36: (
                                "wagtail.blocks.StructBlock",
                                [[("text", 34), ("attribution", 35)]],
                                {},
                            ),
                            37: ("wagtail.blocks.CharBlock", (), {"label": "Question"}),
                            38: (
                                "wagtail.blocks.ChoiceBlock",
                                [],
                                {
                                    "choices": [
                                        ("single", "One answer"),
                                        ("multiple", "All that apply"),
                                    ],
                                    "help_text": "How many answers people may choose.",
                                    "label": "Kind",
                                },
                            ),
                            39: ("wagtail.blocks.CharBlock", (), {"label": "Answer"}),
                            40: (
                                "wagtail.blocks.BooleanBlock",
                                (),
                                {"label": "Right", "required": False},
                            ),
                            41: (
                                "wagtail.blocks.TextBlock",
                                (),
                                {
                                    "help_text": "Why this answer is right or not.",
                                    "label": "Reason",
                                },
                            ),
                            42: (
                                "wagtail.blocks.StructBlock",
                                [[("text", 39), ("correct", 40), ("reason", 41)]],
                                {},
                            ),
                            43: (
                                "wagtail.blocks.ListBlock",
                                (42,),
                                {
                                    "help_text": "Two or more, each with its reason.",
                                    "label": "Answers",
                                    "min_num": 2,
                                },
                            ),
                            44: (
                                "wagtail.blocks.TextBlock",
                                (),
                                {
                                    "help_text": "Told after any answer, below the reasons.",
                                    "label": "Why",
                                    "required": False,
                                },
                            ),
                            45: (
                                "wagtail.blocks.StructBlock",
                                [
                                    [
                                        ("question", 37),
                                        ("kind", 38),
                                        ("options", 43),
                                        ("summary", 44),
                                    ]
                                ],
                                {},
                            ),
                        },
                        verbose_name="body",
                    ),
                ),
            ],
            options={
                "verbose_name": "lesson",
            },
            bases=(courses.writing.readers.ReaderPreviewMixin, "wagtailcore.page"),
        ),
        migrations.CreateModel(
            name="Principle",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.UUIDField(editable=False, unique=True)),
                (
                    "number",
                    models.PositiveSmallIntegerField(null=True, unique=True, verbose_name="number"),
                ),
                ("code", models.CharField(max_length=20, unique=True, verbose_name="code")),
                ("title", models.CharField(max_length=255, verbose_name="title")),
            ],
            options={
                "ordering": ("number",),
            },
        ),
        migrations.CreateModel(
            name="PrincipleIndexPage",
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
                ("intro", models.TextField(blank=True, verbose_name="introduction")),
            ],
            options={
                "verbose_name": "list of principles",
                "verbose_name_plural": "lists of principles",
            },
            bases=("wagtailcore.page",),
        ),
        migrations.CreateModel(
            name="CoursePage",
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
                ("promise", models.TextField(max_length=300, verbose_name="promise")),
                ("audience", models.CharField(blank=True, max_length=200, verbose_name="for whom")),
                ("in_order", models.BooleanField(default=True, verbose_name="modules in order")),
                (
                    "change_class",
                    models.CharField(
                        choices=[
                            ("editorial", "Editorial: words only, nobody is affected"),
                            ("minor", "Minor: new learners get it, holders are unaffected"),
                            ("material", "Material: holders have to catch up"),
                        ],
                        default="editorial",
                        max_length=20,
                        verbose_name="this change is",
                    ),
                ),
                (
                    "change_note",
                    models.CharField(blank=True, max_length=500, verbose_name="what changed"),
                ),
                (
                    "body",
                    wagtail.fields.StreamField(
                        [
                            ("text", 2),
                            ("statement", 4),
                            ("do_dont", 10),
                            ("example", 13),
                            ("case_study", 23),
                            ("figure", 33),
                            ("quote", 36),
                            ("check", 45),
                        ],
                        blank=True,
                        block_lookup={
                            0: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {
                                    "help_text": "Empty where the text goes on.",
                                    "label": "Heading",
                                    "required": False,
                                },
                            ),
                            1: (
                                "wagtail.blocks.RichTextBlock",
                                (),
                                {
                                    "features": [
                                        "bold",
                                        "italic",
                                        "link",
                                        "ul",
                                        "ol",
                                        "document-link",
                                    ],
                                    "label": "Text",
                                },
                            ),
                            2: ("wagtail.blocks.StructBlock", [[("heading", 0), ("body", 1)]], {}),
                            3: (
                                "wagtail.blocks.TextBlock",
                                (),
                                {
                                    "help_text": "One sentence that people can repeat.",
                                    "label": "Statement",
                                    "max_length": 240,
                                },
                            ),
                            4: ("wagtail.blocks.StructBlock", [[("text", 3)]], {}),
                            5: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {
                                    "help_text": "When it happens, in a few words.",
                                    "label": "Situation",
                                },
                            ),
                            6: ("wagtail.blocks.TextBlock", (), {}),
                            7: (
                                "wagtail.blocks.ListBlock",
                                (6,),
                                {
                                    "help_text": "One row for each thing to do.",
                                    "label": "Do",
                                    "min_num": 1,
                                },
                            ),
                            8: (
                                "wagtail.blocks.ListBlock",
                                (6,),
                                {
                                    "help_text": "One row for each thing to leave.",
                                    "label": "Don't",
                                    "min_num": 1,
                                },
                            ),
                            9: (
                                "wagtail.blocks.TextBlock",
                                (),
                                {
                                    "help_text": "What comes of the one and of the other.",
                                    "label": "Why",
                                    "required": False,
                                },
                            ),
                            10: (
                                "wagtail.blocks.StructBlock",
                                [[("title", 5), ("do", 7), ("dont", 8), ("why", 9)]],
                                {},
                            ),
                            11: ("wagtail.blocks.CharBlock", (), {"label": "Title"}),
                            12: (
                                "wagtail.blocks.RichTextBlock",
                                (),
                                {
                                    "features": [
                                        "bold",
                                        "italic",
                                        "link",
                                        "ul",
                                        "ol",
                                        "document-link",
                                    ],
                                    "help_text": "Short and concrete: who did what, and what came of it.",
                                    "label": "What happened",
                                },
                            ),
                            13: ("wagtail.blocks.StructBlock", [[("title", 11), ("body", 12)]], {}),
                            14: (
                                "wagtail.blocks.RichTextBlock",
                                (),
                                {
                                    "features": [
                                        "bold",
                                        "italic",
                                        "link",
                                        "ul",
                                        "ol",
                                        "document-link",
                                    ],
                                    "help_text": "What was done, and why.",
                                    "label": "Story",
                                },
                            ),
                            15: (
                                "wagtail.blocks.RichTextBlock",
                                (),
                                {
                                    "features": [
                                        "bold",
                                        "italic",
                                        "link",
                                        "ul",
                                        "ol",
                                        "document-link",
                                    ],
                                    "help_text": "What could be counted, in sentences.",
                                    "label": "Numbers",
                                },
                            ),
                            16: (
                                "wagtail.blocks.RichTextBlock",
                                (),
                                {
                                    "features": [
                                        "bold",
                                        "italic",
                                        "link",
                                        "ul",
                                        "ol",
                                        "document-link",
                                    ],
                                    "help_text": "Words of those whom it reached.",
                                    "label": "What people said",
                                },
                            ),
                            17: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {
                                    "help_text": "What is counted, such as “Tickets a month”.",
                                    "label": "Measure",
                                },
                            ),
                            18: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {"help_text": "The number with its unit.", "label": "Before"},
                            ),
                            19: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {"help_text": "The number with its unit.", "label": "After"},
                            ),
                            20: (
                                "wagtail.blocks.StructBlock",
                                [[("label", 17), ("before", 18), ("after", 19)]],
                                {},
                            ),
                            21: (
                                "wagtail.blocks.ListBlock",
                                (20,),
                                {
                                    "default": [],
                                    "help_text": "Numbers before and after, side by side.",
                                    "label": "Measures",
                                    "min_num": 0,
                                },
                            ),
                            22: (
                                "wagtail.blocks.BooleanBlock",
                                (),
                                {
                                    "help_text": "The numbers are invented.",
                                    "label": "Illustrative",
                                    "required": False,
                                },
                            ),
                            23: (
                                "wagtail.blocks.StructBlock",
                                [
                                    [
                                        ("title", 11),
                                        ("story", 14),
                                        ("numbers", 15),
                                        ("people_said", 16),
                                        ("measures", 21),
                                        ("illustrative", 22),
                                    ]
                                ],
                                {},
                            ),
                            24: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {
                                    "help_text": "What people should see in it, as a sentence.",
                                    "label": "Finding",
                                },
                            ),
                            25: (
                                "wagtail.images.blocks.ImageChooserBlock",
                                (),
                                {
                                    "help_text": "Without a picture, the bars are drawn.",
                                    "label": "Picture",
                                    "required": False,
                                },
                            ),
                            26: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {"help_text": "What the bar stands for.", "label": "Label"},
                            ),
                            27: (
                                "wagtail.blocks.DecimalBlock",
                                (),
                                {"help_text": "A number; its unit stands below.", "label": "Value"},
                            ),
                            28: (
                                "wagtail.blocks.StructBlock",
                                [[("label", 26), ("value", 27)]],
                                {},
                            ),
                            29: (
                                "wagtail.blocks.ListBlock",
                                (28,),
                                {
                                    "default": [],
                                    "help_text": "One row for each bar, in reading order.",
                                    "label": "Bars",
                                    "min_num": 0,
                                },
                            ),
                            30: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {
                                    "help_text": "Of the bars, such as “tickets”.",
                                    "label": "Unit",
                                    "required": False,
                                },
                            ),
                            31: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {
                                    "help_text": "In words, for people who cannot see the picture or the bars.",
                                    "label": "What it shows",
                                },
                            ),
                            32: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {
                                    "help_text": "Where and when it was seen or measured.",
                                    "label": "Caption",
                                    "required": False,
                                },
                            ),
                            33: (
                                "wagtail.blocks.StructBlock",
                                [
                                    [
                                        ("title", 24),
                                        ("picture", 25),
                                        ("rows", 29),
                                        ("unit", 30),
                                        ("alt", 31),
                                        ("caption", 32),
                                    ]
                                ],
                                {},
                            ),
                            34: ("wagtail.blocks.TextBlock", (), {"label": "Quote"}),
                            35: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {
                                    "help_text": "A name or a role, such as “A customer in Pune”.",
                                    "label": "Who said it",
                                    "required": False,
                                },
                            ),
                            36: (
                                "wagtail.blocks.StructBlock",
                                [[("text", 34), ("attribution", 35)]],
                                {},
                            ),
                            37: ("wagtail.blocks.CharBlock", (), {"label": "Question"}),
                            38: (
                                "wagtail.blocks.ChoiceBlock",
                                [],
                                {
                                    "choices": [
                                        ("single", "One answer"),
                                        ("multiple", "All that apply"),
                                    ],
                                    "help_text": "How many answers people may choose.",
                                    "label": "Kind",
                                },
                            ),
                            39: ("wagtail.blocks.CharBlock", (), {"label": "Answer"}),
                            40: (
                                "wagtail.blocks.BooleanBlock",
                                (),
                                {"label": "Right", "required": False},
                            ),
                            41: (
                                "wagtail.blocks.TextBlock",
                                (),
                                {
                                    "help_text": "Why this answer is right or not.",
                                    "label": "Reason",
                                },
                            ),
                            42: (
                                "wagtail.blocks.StructBlock",
                                [[("text", 39), ("correct", 40), ("reason", 41)]],
                                {},
                            ),
                            43: (
                                "wagtail.blocks.ListBlock",
                                (42,),
                                {
                                    "help_text": "Two or more, each with its reason.",
                                    "label": "Answers",
                                    "min_num": 2,
                                },
                            ),
                            44: (
                                "wagtail.blocks.TextBlock",
                                (),
                                {
                                    "help_text": "Told after any answer, below the reasons.",
                                    "label": "Why",
                                    "required": False,
                                },
                            ),
                            45: (
                                "wagtail.blocks.StructBlock",
                                [
                                    [
                                        ("question", 37),
                                        ("kind", 38),
                                        ("options", 43),
                                        ("summary", 44),
                                    ]
                                ],
                                {},
                            ),
                        },
                        verbose_name="more about the course",
                    ),
                ),
                (
                    "course",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pages",
                        to="courses.course",
                    ),
                ),
            ],
            options={
                "verbose_name": "course",
            },
            bases=(courses.writing.readers.ReaderPreviewMixin, "wagtailcore.page"),
        ),
        migrations.CreateModel(
            name="CourseRelease",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                (
                    "change_class",
                    models.CharField(
                        choices=[
                            ("editorial", "Editorial: words only, nobody is affected"),
                            ("minor", "Minor: new learners get it, holders are unaffected"),
                            ("material", "Material: holders have to catch up"),
                        ],
                        max_length=20,
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=500)),
                ("content", models.JSONField()),
                ("sha256", models.CharField(max_length=64)),
                ("published_at", models.DateTimeField()),
                ("actor", models.CharField(max_length=120)),
                (
                    "course",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="releases",
                        to="courses.course",
                    ),
                ),
            ],
            options={
                "verbose_name": "release",
                "verbose_name_plural": "releases",
                "ordering": ("course_id", "number"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("course", "number"), name="courses_release_number_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CourseCompletion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("completed_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                (
                    "evidence",
                    models.CharField(help_text="attempt:<uuid>", max_length=120, unique=True),
                ),
                (
                    "course",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="completions",
                        to="courses.course",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="completions",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "release",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="completions",
                        to="courses.courserelease",
                    ),
                ),
            ],
            options={
                "verbose_name": "completion",
                "verbose_name_plural": "completions",
                "ordering": ("completed_at",),
            },
        ),
        migrations.CreateModel(
            name="Enrolment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("started_at", models.DateTimeField()),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("source", models.CharField(default="self", max_length=40)),
                ("recorded_at", models.DateTimeField(default=django.utils.timezone.now)),
                (
                    "course",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="enrolments",
                        to="courses.course",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="enrolments",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "release",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="courses.courserelease",
                    ),
                ),
            ],
            options={
                "ordering": ("person_id", "course_id", "started_at"),
                "indexes": [
                    models.Index(fields=["person", "course"], name="courses_enrolment_person")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("closed_at__isnull", True)),
                        fields=("person", "course"),
                        name="courses_enrolment_one_open",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ModulePage",
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
                ("summary", models.CharField(max_length=300, verbose_name="summary")),
                (
                    "goals",
                    wagtail.fields.StreamField(
                        [("goal", 0)],
                        blank=True,
                        block_lookup={
                            0: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {
                                    "help_text": "It begins with a verb: “Say who you are”.",
                                    "label": "Goal",
                                },
                            )
                        },
                        verbose_name="goals",
                    ),
                ),
                (
                    "principle",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="module_pages",
                        to="courses.principle",
                        verbose_name="teaches",
                    ),
                ),
            ],
            options={
                "verbose_name": "module",
            },
            bases=("wagtailcore.page",),
        ),
        migrations.CreateModel(
            name="PrinciplePage",
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
                ("number", models.PositiveSmallIntegerField(null=True, verbose_name="number")),
                (
                    "code",
                    models.CharField(
                        max_length=20,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[A-Z0-9-]{1,50}\\Z", "Use capital letters, digits and hyphens."
                            )
                        ],
                        verbose_name="code",
                    ),
                ),
                (
                    "working_title",
                    models.CharField(blank=True, max_length=120, verbose_name="in short"),
                ),
                ("statement", models.TextField(max_length=300, verbose_name="statement")),
                ("meaning", models.TextField(verbose_name="what it means here")),
                (
                    "body",
                    wagtail.fields.StreamField(
                        [
                            ("text", 2),
                            ("statement", 4),
                            ("do_dont", 10),
                            ("example", 13),
                            ("case_study", 23),
                            ("figure", 33),
                            ("quote", 36),
                            ("check", 45),
                        ],
                        blank=True,
                        block_lookup={
                            0: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {
                                    "help_text": "Empty where the text goes on.",
                                    "label": "Heading",
                                    "required": False,
                                },
                            ),
                            1: (
                                "wagtail.blocks.RichTextBlock",
                                (),
                                {
                                    "features": [
                                        "bold",
                                        "italic",
                                        "link",
                                        "ul",
                                        "ol",
                                        "document-link",
                                    ],
                                    "label": "Text",
                                },
                            ),
                            2: ("wagtail.blocks.StructBlock", [[("heading", 0), ("body", 1)]], {}),
                            3: (
                                "wagtail.blocks.TextBlock",
                                (),
                                {
                                    "help_text": "One sentence that people can repeat.",
                                    "label": "Statement",
                                    "max_length": 240,
                                },
                            ),
                            4: ("wagtail.blocks.StructBlock", [[("text", 3)]], {}),
                            5: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {
                                    "help_text": "When it happens, in a few words.",
                                    "label": "Situation",
                                },
                            ),
                            6: ("wagtail.blocks.TextBlock", (), {}),
                            7: (
                                "wagtail.blocks.ListBlock",
                                (6,),
                                {
                                    "help_text": "One row for each thing to do.",
                                    "label": "Do",
                                    "min_num": 1,
                                },
                            ),
                            8: (
                                "wagtail.blocks.ListBlock",
                                (6,),
                                {
                                    "help_text": "One row for each thing to leave.",
                                    "label": "Don't",
                                    "min_num": 1,
                                },
                            ),
                            9: (
                                "wagtail.blocks.TextBlock",
                                (),
                                {
                                    "help_text": "What comes of the one and of the other.",
                                    "label": "Why",
                                    "required": False,
                                },
                            ),
                            10: (
                                "wagtail.blocks.StructBlock",
                                [[("title", 5), ("do", 7), ("dont", 8), ("why", 9)]],
                                {},
                            ),
                            11: ("wagtail.blocks.CharBlock", (), {"label": "Title"}),
                            12: (
                                "wagtail.blocks.RichTextBlock",
                                (),
                                {
                                    "features": [
                                        "bold",
                                        "italic",
                                        "link",
                                        "ul",
                                        "ol",
                                        "document-link",
                                    ],
                                    "help_text": "Short and concrete: who did what, and what came of it.",
                                    "label": "What happened",
                                },
                            ),
                            13: ("wagtail.blocks.StructBlock", [[("title", 11), ("body", 12)]], {}),
                            14: (
                                "wagtail.blocks.RichTextBlock",
                                (),
                                {
                                    "features": [
                                        "bold",
                                        "italic",
                                        "link",
                                        "ul",
                                        "ol",
                                        "document-link",
                                    ],
                                    "help_text": "What was done, and why.",
                                    "label": "Story",
                                },
                            ),
                            15: (
                                "wagtail.blocks.RichTextBlock",
                                (),
                                {
                                    "features": [
                                        "bold",
                                        "italic",
                                        "link",
                                        "ul",
                                        "ol",
                                        "document-link",
                                    ],
                                    "help_text": "What could be counted, in sentences.",
                                    "label": "Numbers",
                                },
                            ),
                            16: (
                                "wagtail.blocks.RichTextBlock",
                                (),
                                {
                                    "features": [
                                        "bold",
                                        "italic",
                                        "link",
                                        "ul",
                                        "ol",
                                        "document-link",
                                    ],
                                    "help_text": "Words of those whom it reached.",
                                    "label": "What people said",
                                },
                            ),
                            17: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {
                                    "help_text": "What is counted, such as “Tickets a month”.",
                                    "label": "Measure",
                                },
                            ),
                            18: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {"help_text": "The number with its unit.", "label": "Before"},
                            ),
                            19: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {"help_text": "The number with its unit.", "label": "After"},
                            ),
                            20: (
                                "wagtail.blocks.StructBlock",
                                [[("label", 17), ("before", 18), ("after", 19)]],
                                {},
                            ),
                            21: (
                                "wagtail.blocks.ListBlock",
                                (20,),
                                {
                                    "default": [],
                                    "help_text": "Numbers before and after, side by side.",
                                    "label": "Measures",
                                    "min_num": 0,
                                },
                            ),
                            22: (
                                "wagtail.blocks.BooleanBlock",
                                (),
                                {
                                    "help_text": "The numbers are invented.",
                                    "label": "Illustrative",
                                    "required": False,
                                },
                            ),
                            23: (
                                "wagtail.blocks.StructBlock",
                                [
                                    [
                                        ("title", 11),
                                        ("story", 14),
                                        ("numbers", 15),
                                        ("people_said", 16),
                                        ("measures", 21),
                                        ("illustrative", 22),
                                    ]
                                ],
                                {},
                            ),
                            24: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {
                                    "help_text": "What people should see in it, as a sentence.",
                                    "label": "Finding",
                                },
                            ),
                            25: (
                                "wagtail.images.blocks.ImageChooserBlock",
                                (),
                                {
                                    "help_text": "Without a picture, the bars are drawn.",
                                    "label": "Picture",
                                    "required": False,
                                },
                            ),
                            26: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {"help_text": "What the bar stands for.", "label": "Label"},
                            ),
                            27: (
                                "wagtail.blocks.DecimalBlock",
                                (),
                                {"help_text": "A number; its unit stands below.", "label": "Value"},
                            ),
                            28: (
                                "wagtail.blocks.StructBlock",
                                [[("label", 26), ("value", 27)]],
                                {},
                            ),
                            29: (
                                "wagtail.blocks.ListBlock",
                                (28,),
                                {
                                    "default": [],
                                    "help_text": "One row for each bar, in reading order.",
                                    "label": "Bars",
                                    "min_num": 0,
                                },
                            ),
                            30: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {
                                    "help_text": "Of the bars, such as “tickets”.",
                                    "label": "Unit",
                                    "required": False,
                                },
                            ),
                            31: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {
                                    "help_text": "In words, for people who cannot see the picture or the bars.",
                                    "label": "What it shows",
                                },
                            ),
                            32: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {
                                    "help_text": "Where and when it was seen or measured.",
                                    "label": "Caption",
                                    "required": False,
                                },
                            ),
                            33: (
                                "wagtail.blocks.StructBlock",
                                [
                                    [
                                        ("title", 24),
                                        ("picture", 25),
                                        ("rows", 29),
                                        ("unit", 30),
                                        ("alt", 31),
                                        ("caption", 32),
                                    ]
                                ],
                                {},
                            ),
                            34: ("wagtail.blocks.TextBlock", (), {"label": "Quote"}),
                            35: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {
                                    "help_text": "A name or a role, such as “A customer in Pune”.",
                                    "label": "Who said it",
                                    "required": False,
                                },
                            ),
                            36: (
                                "wagtail.blocks.StructBlock",
                                [[("text", 34), ("attribution", 35)]],
                                {},
                            ),
                            37: ("wagtail.blocks.CharBlock", (), {"label": "Question"}),
                            38: (
                                "wagtail.blocks.ChoiceBlock",
                                [],
                                {
                                    "choices": [
                                        ("single", "One answer"),
                                        ("multiple", "All that apply"),
                                    ],
                                    "help_text": "How many answers people may choose.",
                                    "label": "Kind",
                                },
                            ),
                            39: ("wagtail.blocks.CharBlock", (), {"label": "Answer"}),
                            40: (
                                "wagtail.blocks.BooleanBlock",
                                (),
                                {"label": "Right", "required": False},
                            ),
                            41: (
                                "wagtail.blocks.TextBlock",
                                (),
                                {
                                    "help_text": "Why this answer is right or not.",
                                    "label": "Reason",
                                },
                            ),
                            42: (
                                "wagtail.blocks.StructBlock",
                                [[("text", 39), ("correct", 40), ("reason", 41)]],
                                {},
                            ),
                            43: (
                                "wagtail.blocks.ListBlock",
                                (42,),
                                {
                                    "help_text": "Two or more, each with its reason.",
                                    "label": "Answers",
                                    "min_num": 2,
                                },
                            ),
                            44: (
                                "wagtail.blocks.TextBlock",
                                (),
                                {
                                    "help_text": "Told after any answer, below the reasons.",
                                    "label": "Why",
                                    "required": False,
                                },
                            ),
                            45: (
                                "wagtail.blocks.StructBlock",
                                [
                                    [
                                        ("question", 37),
                                        ("kind", 38),
                                        ("options", 43),
                                        ("summary", 44),
                                    ]
                                ],
                                {},
                            ),
                        },
                        verbose_name="examples, case study, check",
                    ),
                ),
                (
                    "principle",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="pages",
                        to="courses.principle",
                    ),
                ),
            ],
            options={
                "verbose_name": "principle",
            },
            bases=("wagtailcore.page",),
        ),
        migrations.CreateModel(
            name="ReleaseEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "what",
                    models.CharField(
                        choices=[
                            ("proposed", "Proposed"),
                            ("confirmed", "Confirmed"),
                            ("refused", "Refused"),
                            ("returned", "Changes asked for"),
                        ],
                        max_length=20,
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=500)),
                ("principles", models.JSONField(blank=True, default=list)),
                ("reason", models.CharField(max_length=500)),
                ("recorded_at", models.DateTimeField()),
                ("actor", models.CharField(max_length=120)),
                (
                    "release",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="events",
                        to="courses.courserelease",
                    ),
                ),
            ],
            options={
                "ordering": ("release_id", "id"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("what__in", ["proposed", "confirmed", "refused", "returned"])
                        ),
                        name="courses_release_event_known",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("what", "confirmed")),
                        fields=("release",),
                        name="courses_release_confirmed_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="StepCompletion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("step", models.UUIDField()),
                ("locale", models.CharField(max_length=12)),
                ("completed_at", models.DateTimeField()),
                (
                    "course",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="courses.course",
                    ),
                ),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "lesson that was read",
                "verbose_name_plural": "lessons that were read",
                "ordering": ("completed_at",),
                "constraints": [
                    models.UniqueConstraint(fields=("person", "step"), name="courses_step_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="VersionFloor",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("effective_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                ("actor", models.CharField(max_length=120)),
                ("reason", models.CharField(blank=True, max_length=500)),
                (
                    "course",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="floors",
                        to="courses.course",
                    ),
                ),
                (
                    "release",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="courses.courserelease",
                    ),
                ),
            ],
            options={
                "ordering": ("course_id", "effective_at"),
            },
        ),
        migrations.CreateModel(
            name="Assignment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("assigned_at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField()),
                ("due_on", models.DateField(blank=True, null=True)),
                ("reason", models.CharField(max_length=200)),
                ("actor", models.CharField(max_length=120)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("closed_why", models.CharField(blank=True, max_length=40)),
                (
                    "person",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assignments",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "course",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="assignments",
                        to="courses.course",
                    ),
                ),
            ],
            options={
                "ordering": ("person_id", "course_id", "assigned_at"),
                "indexes": [
                    models.Index(fields=["person", "course"], name="courses_assignment_person")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("closed_at__isnull", True)),
                        fields=("person", "course"),
                        name="courses_assignment_one_open",
                    )
                ],
            },
        ),
    ]
