import django.db.models.deletion
from django.db import migrations, models

import wagtail.fields

from benchmarks.plain.models import make_stock
from courses.blocks import LessonBlocks


class Migration(migrations.Migration):
    initial = True
    dependencies = [("wagtailcore", "__first__")]
    operations = [
        migrations.CreateModel(
            name="PlainPage",
            fields=[
                (
                    "page_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to="wagtailcore.page",
                    ),
                ),
                ("body", wagtail.fields.StreamField(make_stock(LessonBlocks()))),
            ],
            bases=("wagtailcore.page",),
        )
    ]
