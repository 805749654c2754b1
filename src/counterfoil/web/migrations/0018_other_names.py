"""Ids under which documents came as well; until now a bill of Actionstep's kept one of its file."""

import django.db.models.deletion
from django.db import migrations, models

CARRY_OVER = """
INSERT INTO web_othername
    (firm_id, organisation_id, kind, source_id, revision, document_id, became, fingerprint, client)
SELECT d.firm_id, d.organisation_id, d.kind, b.lines_from, b.lines_revision, d.id, d.revision,
    d.fingerprint, ''
FROM web_actionstepbill b
JOIN web_document d
    ON d.organisation_id = b.organisation_id AND d.kind = 'bill' AND d.source_id = b.source_id
WHERE b.lines_from <> ''
"""


class Migration(migrations.Migration):
    dependencies = [
        ("web", "0017_erased"),
    ]

    operations = [
        migrations.CreateModel(
            name="OtherName",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=32)),
                ("source_id", models.CharField(max_length=255)),
                ("revision", models.PositiveIntegerField()),
                ("became", models.PositiveIntegerField()),
                ("fingerprint", models.CharField(max_length=64)),
                ("client", models.CharField(blank=True, default="", max_length=255)),
                (
                    "document",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="other_names",
                        to="web.document",
                    ),
                ),
                (
                    "firm",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="web.firm",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="web.organisation",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=(
                            "organisation",
                            "kind",
                            "source_id",
                            "revision",
                            "document",
                            "became",
                            "fingerprint",
                        ),
                        name="other_name_once",
                    )
                ],
            },
        ),
        migrations.RunSQL(CARRY_OVER, migrations.RunSQL.noop, elidable=True),
        migrations.RemoveField(model_name="actionstepbill", name="lines_from"),
        migrations.RemoveField(model_name="actionstepbill", name="lines_revision"),
    ]
