import django.core.validators
import django.db.models.deletion
import modelsearch.index
import wagtail.fields
import wagtail.models.preview
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ("courses", "0002_append_only"),
        ("wagtailcore", "0098_apitoken"),
    ]

    operations = [
        migrations.CreateModel(
            name="ItemBank",
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
                ("title", models.CharField(max_length=200, verbose_name="title")),
            ],
            options={
                "verbose_name": "question bank",
                "verbose_name_plural": "question banks",
                "ordering": ("code",),
            },
        ),
        migrations.CreateModel(
            name="Item",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("live", models.BooleanField(default=True, editable=False, verbose_name="live")),
                (
                    "has_unpublished_changes",
                    models.BooleanField(
                        default=False, editable=False, verbose_name="has unpublished changes"
                    ),
                ),
                (
                    "first_published_at",
                    models.DateTimeField(
                        blank=True, db_index=True, null=True, verbose_name="first published at"
                    ),
                ),
                (
                    "last_published_at",
                    models.DateTimeField(
                        editable=False, null=True, verbose_name="last published at"
                    ),
                ),
                (
                    "go_live_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="go live date/time"),
                ),
                (
                    "expire_at",
                    models.DateTimeField(blank=True, null=True, verbose_name="expiry date/time"),
                ),
                (
                    "expired",
                    models.BooleanField(default=False, editable=False, verbose_name="expired"),
                ),
                (
                    "locked",
                    models.BooleanField(default=False, editable=False, verbose_name="locked"),
                ),
                (
                    "locked_at",
                    models.DateTimeField(editable=False, null=True, verbose_name="locked at"),
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
                (
                    "kind",
                    models.CharField(
                        blank=True, editable=False, max_length=30, verbose_name="kind"
                    ),
                ),
                (
                    "difficulty",
                    models.PositiveSmallIntegerField(
                        choices=[(1, "Easy"), (2, "Medium"), (3, "Hard")],
                        default=2,
                        verbose_name="difficulty",
                    ),
                ),
                (
                    "critical",
                    models.BooleanField(
                        default=False,
                        help_text="A wrong answer alone fails the try.",
                        verbose_name="critical",
                    ),
                ),
                ("stem", wagtail.fields.RichTextField(verbose_name="question")),
                (
                    "body",
                    wagtail.fields.StreamField(
                        [
                            ("single", 6),
                            ("multiple", 10),
                            ("true_false", 14),
                            ("confidence", 16),
                            ("number", 22),
                            ("short_text", 31),
                            ("gap", 44),
                            ("ordering", 51),
                            ("ranking", 55),
                            ("matching", 64),
                            ("categorise", 72),
                            ("rate_post", 82),
                            ("spot", 89),
                            ("image_choice", 96),
                            ("hotspot", 107),
                            ("scenario", 124),
                            ("free_text", 136),
                            ("survey", 142),
                            ("description", 143),
                        ],
                        blank=True,
                        block_lookup={
                            0: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {"label": "Answer", "max_length": 500},
                            ),
                            1: (
                                "wagtail.blocks.BooleanBlock",
                                (),
                                {"label": "Right", "required": False},
                            ),
                            2: (
                                "wagtail.blocks.TextBlock",
                                (),
                                {
                                    "help_text": "Shown to those who chose it, once allowed.",
                                    "label": "Reason",
                                },
                            ),
                            3: (
                                "wagtail.blocks.StructBlock",
                                [[("text", 0), ("correct", 1), ("reason", 2)]],
                                {},
                            ),
                            4: (
                                "wagtail.blocks.ListBlock",
                                (3,),
                                {
                                    "help_text": "One of them is right. With three or more, guessing is hard.",
                                    "label": "Answers",
                                    "min_num": 2,
                                },
                            ),
                            5: (
                                "wagtail.blocks.BooleanBlock",
                                (),
                                {
                                    "default": True,
                                    "help_text": "Everybody gets another order. Take the tick away where the order means something.",
                                    "label": "Mix the answers",
                                    "required": False,
                                },
                            ),
                            6: (
                                "wagtail.blocks.StructBlock",
                                [[("options", 4), ("shuffle", 5)]],
                                {},
                            ),
                            7: (
                                "wagtail.blocks.ListBlock",
                                (3,),
                                {
                                    "help_text": "At least one of them is right.",
                                    "label": "Answers",
                                    "min_num": 2,
                                },
                            ),
                            8: (
                                "wagtail.blocks.ChoiceBlock",
                                [],
                                {
                                    "choices": [
                                        (
                                            "proportional",
                                            "Proportional: every answer ticked or left rightly counts",
                                        ),
                                        ("exact", "Exact: all or nothing"),
                                        (
                                            "proportional_correct",
                                            "Right ticks only, nothing if one tick is wrong",
                                        ),
                                    ],
                                    "help_text": "With 3 right answers among 5, and 2 right and 1 wrong ticked: proportional earns 3/5 of the points (three of five are ticked or left rightly), exact 0, right ticks only 0, or 7/15 with a penalty of 0.2 (2/3 − 0.2).",
                                    "label": "Credit",
                                },
                            ),
                            9: (
                                "wagtail.blocks.DecimalBlock",
                                (),
                                {
                                    "default": 0,
                                    "help_text": "From 0 to 1: the part of the points that each wrong tick takes, never below 0. With “right ticks only” it takes the place of losing everything.",
                                    "label": "Penalty",
                                    "max_value": 1,
                                    "min_value": 0,
                                },
                            ),
                            10: (
                                "wagtail.blocks.StructBlock",
                                [[("options", 7), ("credit", 8), ("penalty", 9), ("shuffle", 5)]],
                                {},
                            ),
                            11: (
                                "wagtail.blocks.BooleanBlock",
                                (),
                                {
                                    "help_text": "Tick it if what the question says is so.",
                                    "label": "The statement is true",
                                    "required": False,
                                },
                            ),
                            12: (
                                "wagtail.blocks.TextBlock",
                                (),
                                {"label": "Reason shown to those who say true"},
                            ),
                            13: (
                                "wagtail.blocks.TextBlock",
                                (),
                                {"label": "Reason shown to those who say false"},
                            ),
                            14: (
                                "wagtail.blocks.StructBlock",
                                [[("answer", 11), ("reason_true", 12), ("reason_false", 13)]],
                                {},
                            ),
                            15: (
                                "wagtail.blocks.ChoiceBlock",
                                [],
                                {
                                    "choices": [
                                        (
                                            "answer",
                                            "Only the answer counts: right earns all, wrong nothing",
                                        ),
                                        (
                                            "quadratic",
                                            "Honesty pays: sure and right earns most, sure and wrong nothing",
                                        ),
                                    ],
                                    "help_text": "When honesty pays, a right answer earns 1 point if sure, 0.94 if fairly sure, 0.75 if guessing; a wrong one 0 if sure, 0.44 if fairly sure, 0.75 if guessing. Right always means that the answer is right.",
                                    "label": "Credit",
                                },
                            ),
                            16: (
                                "wagtail.blocks.StructBlock",
                                [
                                    [
                                        ("answer", 11),
                                        ("reason_true", 12),
                                        ("reason_false", 13),
                                        ("credit", 15),
                                    ]
                                ],
                                {},
                            ),
                            17: (
                                "wagtail.blocks.DecimalBlock",
                                (),
                                {"help_text": "Without its unit.", "label": "Right number"},
                            ),
                            18: (
                                "wagtail.blocks.DecimalBlock",
                                (),
                                {
                                    "default": 0,
                                    "help_text": "With 85 and 0.5, everything from 84.5 to 85.5 is right, the ends too.",
                                    "label": "Accept this much more or less",
                                    "min_value": 0,
                                },
                            ),
                            19: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {
                                    "help_text": "Shown beside the box. People may write it or leave it out.",
                                    "label": "Unit",
                                    "max_length": 20,
                                    "required": False,
                                },
                            ),
                            20: (
                                "wagtail.blocks.TextBlock",
                                (),
                                {"help_text": "Shown once allowed.", "label": "Reason when right"},
                            ),
                            21: (
                                "wagtail.blocks.TextBlock",
                                (),
                                {"help_text": "Shown once allowed.", "label": "Reason when not"},
                            ),
                            22: (
                                "wagtail.blocks.StructBlock",
                                [
                                    [
                                        ("answer", 17),
                                        ("tolerance", 18),
                                        ("unit", 19),
                                        ("reason_right", 20),
                                        ("reason_wrong", 21),
                                    ]
                                ],
                                {},
                            ),
                            23: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {
                                    "help_text": "As people would write them.",
                                    "label": "Words",
                                    "max_length": 200,
                                },
                            ),
                            24: (
                                "wagtail.blocks.DecimalBlock",
                                (),
                                {
                                    "default": 1,
                                    "help_text": "1 is all of the points, 0.5 half of them.",
                                    "label": "Earns",
                                    "max_value": 1,
                                    "min_value": 0,
                                },
                            ),
                            25: (
                                "wagtail.blocks.TextBlock",
                                (),
                                {
                                    "help_text": "Shown once allowed.",
                                    "label": "Reason",
                                    "required": False,
                                },
                            ),
                            26: (
                                "wagtail.blocks.BooleanBlock",
                                (),
                                {
                                    "help_text": "A regular expression that the whole answer has to fit: “northligh?t( group)?”. Look-ahead and references back are not known.",
                                    "label": "This is a pattern",
                                    "required": False,
                                },
                            ),
                            27: (
                                "wagtail.blocks.StructBlock",
                                [[("text", 23), ("credit", 24), ("reason", 25), ("pattern", 26)]],
                                {},
                            ),
                            28: (
                                "wagtail.blocks.ListBlock",
                                (27,),
                                {
                                    "help_text": "The first that earns 1, and is not a pattern, is shown as the right answer. Spaces, quotes and a full stop at the end make no difference.",
                                    "label": "Accepted answers",
                                    "min_num": 1,
                                },
                            ),
                            29: (
                                "wagtail.blocks.TextBlock",
                                (),
                                {
                                    "help_text": "Shown once allowed.",
                                    "label": "Reason for any other answer",
                                },
                            ),
                            30: (
                                "wagtail.blocks.BooleanBlock",
                                (),
                                {
                                    "help_text": "“PR” is then not “pr”.",
                                    "label": "Capital letters count",
                                    "required": False,
                                },
                            ),
                            31: (
                                "wagtail.blocks.StructBlock",
                                [[("accept", 28), ("reason_wrong", 29), ("case_sensitive", 30)]],
                                {},
                            ),
                            32: (
                                "wagtail.blocks.TextBlock",
                                (),
                                {
                                    "help_text": "Write [[1]] where the first gap stands, [[2]] for the second, and so on.",
                                    "label": "Text with gaps",
                                },
                            ),
                            33: ("wagtail.blocks.CharBlock", (), {"max_length": 200}),
                            34: (
                                "wagtail.blocks.ListBlock",
                                (33,),
                                {
                                    "help_text": "One row for each spelling that is right.",
                                    "label": "Right answers",
                                    "min_num": 1,
                                },
                            ),
                            35: (
                                "wagtail.blocks.ListBlock",
                                (33,),
                                {
                                    "default": [],
                                    "help_text": "With wrong choices people choose from a list; without any they type.",
                                    "label": "Wrong choices",
                                },
                            ),
                            36: (
                                "wagtail.blocks.DecimalBlock",
                                (),
                                {
                                    "default": "0.5",
                                    "help_text": "1 is all of the gap, 0.5 half of it.",
                                    "label": "Earns",
                                    "max_value": 1,
                                    "min_value": 0,
                                },
                            ),
                            37: (
                                "wagtail.blocks.StructBlock",
                                [[("text", 23), ("credit", 36)]],
                                {},
                            ),
                            38: (
                                "wagtail.blocks.ListBlock",
                                (37,),
                                {
                                    "default": [],
                                    "help_text": "Beside wrong choices they are choices as well.",
                                    "label": "Answers that earn a part",
                                },
                            ),
                            39: (
                                "wagtail.blocks.ChoiceBlock",
                                [],
                                {
                                    "choices": [
                                        ("words", "as words"),
                                        ("capitals", "as words, capital letters count"),
                                        ("number", "as numbers"),
                                    ],
                                    "help_text": "As numbers, “4.0” is the same as “4”.",
                                    "label": "Typed answers are compared",
                                },
                            ),
                            40: (
                                "wagtail.blocks.DecimalBlock",
                                (),
                                {
                                    "default": 0,
                                    "help_text": "For numbers only.",
                                    "label": "Accept this much more or less",
                                    "min_value": 0,
                                },
                            ),
                            41: (
                                "wagtail.blocks.DecimalBlock",
                                (),
                                {
                                    "default": 1,
                                    "help_text": "A gap that counts 2 earns twice as much as one that counts 1.",
                                    "label": "Counts",
                                    "min_value": 0,
                                },
                            ),
                            42: (
                                "wagtail.blocks.StructBlock",
                                [
                                    [
                                        ("answers", 34),
                                        ("others", 35),
                                        ("reason", 25),
                                        ("partly", 38),
                                        ("compare", 39),
                                        ("tolerance", 40),
                                        ("weight", 41),
                                    ]
                                ],
                                {},
                            ),
                            43: (
                                "wagtail.blocks.ListBlock",
                                (42,),
                                {
                                    "collapsed": True,
                                    "help_text": "Each gap earns the same part, unless you say what it counts: 3 of 4 filled rightly earn 3/4 of the points.",
                                    "label": "Gaps",
                                    "min_num": 1,
                                },
                            ),
                            44: ("wagtail.blocks.StructBlock", [[("text", 32), ("gaps", 43)]], {}),
                            45: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {"label": "Step", "max_length": 300},
                            ),
                            46: (
                                "wagtail.blocks.TextBlock",
                                (),
                                {
                                    "help_text": "Shown once allowed.",
                                    "label": "Why here",
                                    "required": False,
                                },
                            ),
                            47: (
                                "wagtail.blocks.StructBlock",
                                [[("text", 45), ("reason", 46)]],
                                {},
                            ),
                            48: (
                                "wagtail.blocks.ListBlock",
                                (47,),
                                {
                                    "help_text": "People get them in another order.",
                                    "label": "Steps in the right order",
                                    "min_num": 3,
                                },
                            ),
                            49: (
                                "wagtail.blocks.TextBlock",
                                (),
                                {"help_text": "Shown once allowed.", "label": "Why in this order"},
                            ),
                            50: (
                                "wagtail.blocks.ChoiceBlock",
                                [],
                                {
                                    "choices": [
                                        (
                                            "distance",
                                            "Distance: nearly right earns part of the points",
                                        ),
                                        ("exact", "Exact: all or nothing"),
                                    ],
                                    "help_text": "With 4 rows, distance earns 3/4 of the points when two neighbours are swapped, 1/2 when the first stands third and the third first, and 0 when all is upside down.",
                                    "label": "Credit",
                                },
                            ),
                            51: (
                                "wagtail.blocks.StructBlock",
                                [[("steps", 48), ("reason", 49), ("credit", 50)]],
                                {},
                            ),
                            52: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {"label": "Choice", "max_length": 300},
                            ),
                            53: (
                                "wagtail.blocks.StructBlock",
                                [[("text", 52), ("reason", 46)]],
                                {},
                            ),
                            54: (
                                "wagtail.blocks.ListBlock",
                                (53,),
                                {
                                    "help_text": "People get them in another order.",
                                    "label": "Choices, the best first",
                                    "min_num": 3,
                                },
                            ),
                            55: (
                                "wagtail.blocks.StructBlock",
                                [[("steps", 54), ("reason", 49), ("credit", 50)]],
                                {},
                            ),
                            56: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {"label": "Match this", "max_length": 300},
                            ),
                            57: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {"label": "with this", "max_length": 300},
                            ),
                            58: (
                                "wagtail.blocks.TextBlock",
                                (),
                                {
                                    "help_text": "Shown once allowed.",
                                    "label": "Why",
                                    "required": False,
                                },
                            ),
                            59: (
                                "wagtail.blocks.StructBlock",
                                [[("left", 56), ("right", 57), ("reason", 58)]],
                                {},
                            ),
                            60: (
                                "wagtail.blocks.ListBlock",
                                (59,),
                                {
                                    "help_text": "Each pair earns the same part: 3 of 4 right earn 3/4 of the points.",
                                    "label": "Pairs",
                                    "min_num": 2,
                                },
                            ),
                            61: ("wagtail.blocks.CharBlock", (), {"max_length": 300}),
                            62: (
                                "wagtail.blocks.ListBlock",
                                (61,),
                                {
                                    "default": [],
                                    "help_text": "With them, nobody gets the last pair by what is left.",
                                    "label": "More answers that match nothing",
                                    "min_num": 0,
                                },
                            ),
                            63: (
                                "wagtail.blocks.TextBlock",
                                (),
                                {"help_text": "Shown once allowed.", "label": "Why they match"},
                            ),
                            64: (
                                "wagtail.blocks.StructBlock",
                                [[("pairs", 60), ("extra", 62), ("reason", 63)]],
                                {},
                            ),
                            65: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {
                                    "help_text": "Its name, which people see.",
                                    "label": "Group",
                                    "max_length": 200,
                                },
                            ),
                            66: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {"label": "Belongs here", "max_length": 300},
                            ),
                            67: (
                                "wagtail.blocks.StructBlock",
                                [[("text", 66), ("reason", 58)]],
                                {},
                            ),
                            68: (
                                "wagtail.blocks.ListBlock",
                                (67,),
                                {
                                    "default": [],
                                    "help_text": "A group may stay empty.",
                                    "label": "What belongs in it",
                                },
                            ),
                            69: ("wagtail.blocks.StructBlock", [[("text", 65), ("items", 68)]], {}),
                            70: (
                                "wagtail.blocks.ListBlock",
                                (69,),
                                {
                                    "help_text": "Everything in a group earns the same part: 5 of 6 sorted rightly earn 5/6.",
                                    "label": "Groups",
                                    "min_num": 2,
                                },
                            ),
                            71: (
                                "wagtail.blocks.TextBlock",
                                (),
                                {
                                    "help_text": "Shown once allowed.",
                                    "label": "Why they belong there",
                                },
                            ),
                            72: (
                                "wagtail.blocks.StructBlock",
                                [[("categories", 70), ("reason", 71)]],
                                {},
                            ),
                            73: (
                                "wagtail.blocks.TextBlock",
                                (),
                                {
                                    "help_text": "Its words, as people would read them.",
                                    "label": "The post",
                                },
                            ),
                            74: (
                                "wagtail.blocks.ListBlock",
                                (33,),
                                {
                                    "help_text": "Each in words, such as “not at all” and “fully”.",
                                    "label": "Points of the scale, from low to high",
                                    "min_num": 2,
                                },
                            ),
                            75: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {
                                    "help_text": "One thing about the post, such as “It is clear”.",
                                    "label": "What to rate",
                                    "max_length": 300,
                                },
                            ),
                            76: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {
                                    "help_text": "One of the points of the scale, in the same words.",
                                    "label": "The expert's rating",
                                    "max_length": 200,
                                },
                            ),
                            77: (
                                "wagtail.blocks.TextBlock",
                                (),
                                {
                                    "help_text": "Shown once allowed.",
                                    "label": "Why the expert says so",
                                },
                            ),
                            78: (
                                "wagtail.blocks.StructBlock",
                                [[("text", 75), ("expert", 76), ("reason", 77)]],
                                {},
                            ),
                            79: (
                                "wagtail.blocks.ListBlock",
                                (78,),
                                {
                                    "help_text": "Each earns the same part of the points.",
                                    "label": "What to rate",
                                    "min_num": 1,
                                },
                            ),
                            80: (
                                "wagtail.blocks.TextBlock",
                                (),
                                {
                                    "help_text": "Shown once allowed.",
                                    "label": "What to take from it",
                                    "required": False,
                                },
                            ),
                            81: (
                                "wagtail.blocks.ChoiceBlock",
                                [],
                                {
                                    "choices": [
                                        (
                                            "near",
                                            "Near: a step off the expert earns part of the points",
                                        ),
                                        ("exact", "Exact: only the expert's rating counts"),
                                    ],
                                    "help_text": "On a scale of 5, near earns 3/4 of a rating's part when one step off, 1/2 when two steps off, 0 at the other end. Exact earns all or nothing of it.",
                                    "label": "Credit",
                                },
                            ),
                            82: (
                                "wagtail.blocks.StructBlock",
                                [
                                    [
                                        ("post", 73),
                                        ("scale", 74),
                                        ("aspects", 79),
                                        ("reason", 80),
                                        ("credit", 81),
                                    ]
                                ],
                                {},
                            ),
                            83: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {
                                    "help_text": "A sentence, or part of one.",
                                    "label": "Part of the draft",
                                    "max_length": 500,
                                },
                            ),
                            84: (
                                "wagtail.blocks.BooleanBlock",
                                (),
                                {"label": "This is a fault", "required": False},
                            ),
                            85: (
                                "wagtail.blocks.TextBlock",
                                (),
                                {
                                    "help_text": "Shown once allowed.",
                                    "label": "Why it is, or is not",
                                    "required": False,
                                },
                            ),
                            86: (
                                "wagtail.blocks.StructBlock",
                                [[("text", 83), ("fault", 84), ("reason", 85)]],
                                {},
                            ),
                            87: (
                                "wagtail.blocks.ListBlock",
                                (86,),
                                {
                                    "help_text": "People read the parts as one text, and mark those that are not right.",
                                    "label": "The draft, part by part, in reading order",
                                    "min_num": 2,
                                },
                            ),
                            88: (
                                "wagtail.blocks.ChoiceBlock",
                                [],
                                {
                                    "choices": [
                                        (
                                            "proportional",
                                            "Proportional: every answer ticked or left rightly counts",
                                        ),
                                        ("exact", "Exact: all or nothing"),
                                        (
                                            "proportional_correct",
                                            "Right ticks only, nothing if one tick is wrong",
                                        ),
                                    ],
                                    "help_text": "With 2 faults among 5 parts, and 1 fault and 1 good part marked: right ticks only earns 0, or 3/10 of the points with a penalty of 0.2 (1/2 − 0.2); proportional 3/5; exact 0. Proportional pays for leaving good parts alone, so marking everything still earns 2/5.",
                                    "label": "Credit",
                                },
                            ),
                            89: (
                                "wagtail.blocks.StructBlock",
                                [[("segments", 87), ("credit", 88), ("penalty", 9)]],
                                {},
                            ),
                            90: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {
                                    "help_text": "Say what can be seen, for people who cannot see it. Never say whether it is right.",
                                    "label": "What it shows",
                                    "max_length": 500,
                                },
                            ),
                            91: (
                                "wagtail.images.blocks.ImageChooserBlock",
                                (),
                                {"label": "Picture"},
                            ),
                            92: (
                                "wagtail.blocks.StructBlock",
                                [[("alt", 90), ("image", 91), ("correct", 1), ("reason", 2)]],
                                {},
                            ),
                            93: (
                                "wagtail.blocks.ListBlock",
                                (92,),
                                {
                                    "help_text": "Each with words for what can be seen.",
                                    "label": "Pictures",
                                    "min_num": 2,
                                },
                            ),
                            94: (
                                "wagtail.blocks.BooleanBlock",
                                (),
                                {
                                    "help_text": "Without the tick, people choose one picture.",
                                    "label": "Several may be right",
                                    "required": False,
                                },
                            ),
                            95: (
                                "wagtail.blocks.BooleanBlock",
                                (),
                                {
                                    "default": True,
                                    "help_text": "Everybody gets another order. Take the tick away where the order means something.",
                                    "label": "Mix the pictures",
                                    "required": False,
                                },
                            ),
                            96: (
                                "wagtail.blocks.StructBlock",
                                [
                                    [
                                        ("options", 93),
                                        ("several", 94),
                                        ("credit", 8),
                                        ("penalty", 9),
                                        ("shuffle", 95),
                                    ]
                                ],
                                {},
                            ),
                            97: (
                                "wagtail.blocks.TextBlock",
                                (),
                                {
                                    "help_text": "Say what can be seen, for people who cannot see it. Never say whether it is right.",
                                    "label": "What it shows",
                                },
                            ),
                            98: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {
                                    "help_text": "Say what can be seen, for people who cannot see it. Never say whether it is right.",
                                    "label": "What is there",
                                    "max_length": 300,
                                },
                            ),
                            99: (
                                "wagtail.blocks.DecimalBlock",
                                (),
                                {
                                    "help_text": "In percent of the picture, from 0 to 100.",
                                    "label": "From the left",
                                    "max_value": 100,
                                    "min_value": 0,
                                },
                            ),
                            100: (
                                "wagtail.blocks.DecimalBlock",
                                (),
                                {
                                    "help_text": "In percent of the picture, from 0 to 100.",
                                    "label": "From the top",
                                    "max_value": 100,
                                    "min_value": 0,
                                },
                            ),
                            101: (
                                "wagtail.blocks.DecimalBlock",
                                (),
                                {
                                    "help_text": "In percent of the picture, from 0 to 100.",
                                    "label": "Width",
                                    "max_value": 100,
                                    "min_value": 0,
                                },
                            ),
                            102: (
                                "wagtail.blocks.DecimalBlock",
                                (),
                                {
                                    "help_text": "In percent of the picture, from 0 to 100.",
                                    "label": "Height",
                                    "max_value": 100,
                                    "min_value": 0,
                                },
                            ),
                            103: (
                                "wagtail.blocks.BooleanBlock",
                                (),
                                {"label": "It is a fault", "required": False},
                            ),
                            104: (
                                "wagtail.blocks.TextBlock",
                                (),
                                {
                                    "help_text": "Why it is a fault, or why not.",
                                    "label": "Reason",
                                    "required": False,
                                },
                            ),
                            105: (
                                "wagtail.blocks.StructBlock",
                                [
                                    [
                                        ("label", 98),
                                        ("x", 99),
                                        ("y", 100),
                                        ("width", 101),
                                        ("height", 102),
                                        ("fault", 103),
                                        ("reason", 104),
                                    ]
                                ],
                                {},
                            ),
                            106: (
                                "wagtail.blocks.ListBlock",
                                (105,),
                                {
                                    "collapsed": True,
                                    "help_text": "Rectangles on the picture. The preview shows where they lie.",
                                    "label": "Places",
                                    "min_num": 2,
                                },
                            ),
                            107: (
                                "wagtail.blocks.StructBlock",
                                [
                                    [
                                        ("image", 91),
                                        ("alt", 97),
                                        ("regions", 106),
                                        ("credit", 8),
                                        ("penalty", 9),
                                    ]
                                ],
                                {},
                            ),
                            108: (
                                "wagtail.blocks.RegexBlock",
                                ("^[A-Za-z0-9_-]{1,64}$",),
                                {
                                    "error_messages": {
                                        "invalid": "Use letters, digits and hyphens."
                                    },
                                    "help_text": "Short, for you only: learners never see it.",
                                    "label": "Name",
                                },
                            ),
                            109: (
                                "wagtail.blocks.TextBlock",
                                (),
                                {
                                    "help_text": "What people read before they choose.",
                                    "label": "What happens",
                                },
                            ),
                            110: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {
                                    "help_text": "What the person does next.",
                                    "label": "Choice",
                                    "max_length": 500,
                                },
                            ),
                            111: (
                                "wagtail.blocks.TextBlock",
                                (),
                                {
                                    "help_text": "Told as soon as the step is taken, and the step is final.",
                                    "label": "What comes of it",
                                    "required": False,
                                },
                            ),
                            112: (
                                "wagtail.blocks.RegexBlock",
                                ("^[A-Za-z0-9_-]{1,64}$",),
                                {
                                    "error_messages": {
                                        "invalid": "Use letters, digits and hyphens."
                                    },
                                    "help_text": "The name of a scene or of an ending. No way may lead back.",
                                    "label": "Leads to",
                                },
                            ),
                            113: (
                                "wagtail.blocks.DecimalBlock",
                                (),
                                {
                                    "default": 0,
                                    "help_text": "From 0 to 1.",
                                    "label": "Credit",
                                    "max_value": 1,
                                    "min_value": 0,
                                },
                            ),
                            114: (
                                "wagtail.blocks.StructBlock",
                                [
                                    [
                                        ("text", 110),
                                        ("consequence", 111),
                                        ("to", 112),
                                        ("credit", 113),
                                    ]
                                ],
                                {},
                            ),
                            115: (
                                "wagtail.blocks.ListBlock",
                                (114,),
                                {
                                    "help_text": "Each leads to another scene, or to an ending.",
                                    "label": "Choices",
                                    "min_num": 1,
                                },
                            ),
                            116: (
                                "wagtail.blocks.StructBlock",
                                [[("name", 108), ("text", 109), ("choices", 115)]],
                                {},
                            ),
                            117: (
                                "wagtail.blocks.ListBlock",
                                (116,),
                                {
                                    "collapsed": True,
                                    "help_text": "The story begins with the first scene. A path earns the mean of the credits of its choices, divided by the best mean of any path. With 1 for asking first and 1 for thanking, “ask, thank” earns all of the points; “argue (0), apologise (1), thank (1)” earns 2/3. Who stops early gets 0 for every step of the longest way on.",
                                    "label": "Scenes",
                                },
                            ),
                            118: (
                                "wagtail.blocks.TextBlock",
                                (),
                                {"help_text": "What people read last.", "label": "How it ends"},
                            ),
                            119: (
                                "wagtail.blocks.ChoiceBlock",
                                [],
                                {
                                    "choices": [
                                        ("good", "Good"),
                                        ("mixed", "Mixed"),
                                        ("bad", "Bad"),
                                    ],
                                    "help_text": "How well the way went that leads here.",
                                    "label": "Verdict",
                                },
                            ),
                            120: (
                                "wagtail.blocks.TextBlock",
                                (),
                                {
                                    "help_text": "Why it ended like this. Shown once allowed.",
                                    "label": "Reason",
                                },
                            ),
                            121: (
                                "wagtail.blocks.StructBlock",
                                [[("name", 108), ("text", 118), ("verdict", 119), ("reason", 120)]],
                                {},
                            ),
                            122: (
                                "wagtail.blocks.ListBlock",
                                (121,),
                                {
                                    "help_text": "Every way comes to one of them.",
                                    "label": "Endings",
                                    "min_num": 2,
                                },
                            ),
                            123: (
                                "wagtail.blocks.BooleanBlock",
                                (),
                                {
                                    "default": True,
                                    "help_text": "Everybody gets another order. Take the tick away where the order means something.",
                                    "label": "Mix the choices",
                                    "required": False,
                                },
                            ),
                            124: (
                                "wagtail.blocks.StructBlock",
                                [[("nodes", 117), ("endings", 122), ("shuffle", 123)]],
                                {},
                            ),
                            125: (
                                "wagtail.blocks.IntegerBlock",
                                (),
                                {
                                    "default": 0,
                                    "help_text": "A wish, not a wall: people are told, and may hand in all the same. 0 for no limit.",
                                    "label": "Least words",
                                    "min_value": 0,
                                },
                            ),
                            126: (
                                "wagtail.blocks.IntegerBlock",
                                (),
                                {
                                    "default": 0,
                                    "help_text": "A wish, not a wall: people are told, and may hand in all the same. 0 for no limit.",
                                    "label": "Most words",
                                    "min_value": 0,
                                },
                            ),
                            127: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {
                                    "help_text": "People see this before they write.",
                                    "label": "What the reviewer looks at",
                                    "max_length": 200,
                                },
                            ),
                            128: (
                                "wagtail.blocks.CharBlock",
                                (),
                                {"label": "What such an answer does", "max_length": 500},
                            ),
                            129: (
                                "wagtail.blocks.DecimalBlock",
                                (),
                                {
                                    "default": 0,
                                    "help_text": "From 0 to 1. One level has to be worth 1.",
                                    "label": "Credit",
                                    "max_value": 1,
                                    "min_value": 0,
                                },
                            ),
                            130: (
                                "wagtail.blocks.StructBlock",
                                [[("text", 128), ("points", 129)]],
                                {},
                            ),
                            131: (
                                "wagtail.blocks.ListBlock",
                                (130,),
                                {
                                    "help_text": "From the best answer to none, in words that reviewers can tell apart.",
                                    "label": "Levels",
                                    "min_num": 2,
                                },
                            ),
                            132: (
                                "wagtail.blocks.StructBlock",
                                [[("title", 127), ("levels", 131)]],
                                {},
                            ),
                            133: (
                                "wagtail.blocks.ListBlock",
                                (132,),
                                {
                                    "collapsed": True,
                                    "help_text": "A reviewer picks one level for each. The answer earns the mean: with 1, 0.5 and 0, half the points.",
                                    "label": "Rubric",
                                },
                            ),
                            134: (
                                "wagtail.blocks.TextBlock",
                                (),
                                {
                                    "help_text": "Shown beside the person's own words, once allowed.",
                                    "label": "Model answer",
                                    "required": False,
                                },
                            ),
                            135: (
                                "wagtail.blocks.TextBlock",
                                (),
                                {
                                    "help_text": "What to look for while marking. Learners never see it.",
                                    "label": "For the reviewer",
                                    "required": False,
                                },
                            ),
                            136: (
                                "wagtail.blocks.StructBlock",
                                [
                                    [
                                        ("min_words", 125),
                                        ("max_words", 126),
                                        ("criteria", 133),
                                        ("model", 134),
                                        ("guide", 135),
                                    ]
                                ],
                                {},
                            ),
                            137: (
                                "wagtail.blocks.TextBlock",
                                (),
                                {
                                    "help_text": "Shown to those who chose it, once allowed.",
                                    "label": "Reply",
                                    "required": False,
                                },
                            ),
                            138: (
                                "wagtail.blocks.StructBlock",
                                [[("text", 0), ("reason", 137)]],
                                {},
                            ),
                            139: (
                                "wagtail.blocks.ListBlock",
                                (138,),
                                {
                                    "help_text": "None of them is right or wrong.",
                                    "label": "Answers",
                                    "min_num": 2,
                                },
                            ),
                            140: (
                                "wagtail.blocks.BooleanBlock",
                                (),
                                {"label": "People may choose several", "required": False},
                            ),
                            141: (
                                "wagtail.blocks.BooleanBlock",
                                (),
                                {
                                    "default": False,
                                    "help_text": "Everybody gets another order. Take the tick away where the order means something.",
                                    "label": "Mix the answers",
                                    "required": False,
                                },
                            ),
                            142: (
                                "wagtail.blocks.StructBlock",
                                [[("options", 139), ("several", 140), ("shuffle", 141)]],
                                {},
                            ),
                            143: ("wagtail.blocks.StructBlock", [[]], {}),
                        },
                        verbose_name="answers",
                    ),
                ),
                ("feedback", models.TextField(blank=True, verbose_name="explanation")),
                (
                    "hint",
                    models.TextField(
                        blank=True,
                        help_text="Shown with the question, before any answer.",
                        verbose_name="hint",
                    ),
                ),
                (
                    "points",
                    models.DecimalField(
                        decimal_places=2,
                        default=1,
                        help_text="What a right answer earns. Surveys and descriptions earn nothing.",
                        max_digits=5,
                        validators=[django.core.validators.MinValueValidator(Decimal("0.01"))],
                        verbose_name="points",
                    ),
                ),
                (
                    "retired",
                    models.BooleanField(
                        default=False, help_text="No longer drawn.", verbose_name="retired"
                    ),
                ),
                (
                    "latest_revision",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="wagtailcore.revision",
                        verbose_name="latest revision",
                    ),
                ),
                (
                    "live_revision",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="wagtailcore.revision",
                        verbose_name="live revision",
                    ),
                ),
                (
                    "locked_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="locked_%(class)ss",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="locked by",
                    ),
                ),
                (
                    "principle",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="courses.principle",
                        verbose_name="principle",
                    ),
                ),
                (
                    "bank",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="items.itembank",
                        verbose_name="bank",
                    ),
                ),
            ],
            options={
                "verbose_name": "question",
                "verbose_name_plural": "questions",
                "ordering": ("bank_id", "code"),
                "constraints": [
                    models.UniqueConstraint(fields=("bank", "code"), name="items_item_code_once")
                ],
            },
            bases=(
                wagtail.models.preview.PreviewableMixin,
                modelsearch.index.Indexed,
                models.Model,
            ),
        ),
        migrations.CreateModel(
            name="ItemVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                ("kind", models.CharField(max_length=30)),
                ("difficulty", models.PositiveSmallIntegerField()),
                ("critical", models.BooleanField()),
                ("content", models.JSONField()),
                ("sha256", models.CharField(max_length=64)),
                ("published_at", models.DateTimeField()),
                ("actor", models.CharField(max_length=120)),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="versions",
                        to="items.item",
                    ),
                ),
                (
                    "principle",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="courses.principle",
                    ),
                ),
            ],
            options={
                "verbose_name": "version of a question",
                "verbose_name_plural": "versions of questions",
                "ordering": ("item_id", "number"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("item", "number"), name="items_item_version_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("number__gte", 1)),
                        name="items_item_version_counts_from_one",
                    ),
                ],
            },
        ),
    ]
