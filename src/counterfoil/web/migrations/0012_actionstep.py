"""A firm's Actionstep: its grant, how far it was read, its names, divisions and bills."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("web", "0011_permissions"),
    ]

    operations = [
        migrations.CreateModel(
            name="Actionstep",
            fields=[
                (
                    "firm",
                    models.OneToOneField(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="actionstep",
                        serialize=False,
                        to="web.firm",
                    ),
                ),
                ("connected", models.BooleanField(default=False)),
                ("reason", models.TextField(blank=True, default="")),
                ("since", models.DateTimeField(null=True)),
                ("connected_by", models.CharField(blank=True, default="", max_length=255)),
                ("state", models.CharField(blank=True, default="", max_length=64)),
                ("state_until", models.DateTimeField(null=True)),
                ("orgkey", models.CharField(blank=True, default="", max_length=255)),
                ("endpoint", models.CharField(blank=True, default="", max_length=500)),
                ("expires_at", models.DateTimeField(null=True)),
                ("access_token", models.BinaryField(default=b"")),
                ("refresh_token", models.BinaryField(default=b"")),
                ("start", models.DateField(null=True)),
                ("rule", models.JSONField(default=dict)),
                ("place", models.JSONField(null=True)),
                ("begun_at", models.DateTimeField(null=True)),
                ("swept_at", models.DateTimeField(null=True)),
                ("pulled_at", models.DateTimeField(null=True)),
                ("busy_until", models.DateTimeField(null=True)),
                ("not_before", models.DateTimeField(null=True)),
                ("tries", models.PositiveIntegerField(default=0)),
                ("trouble", models.TextField(blank=True, default="")),
                ("there", models.JSONField(default=dict)),
                ("hook_secret", models.CharField(blank=True, default="", max_length=64)),
                ("told_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="ActionstepBill",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("row_id", models.CharField(max_length=64)),
                ("status", models.CharField(blank=True, default="", max_length=32)),
                ("number", models.CharField(blank=True, default="", max_length=255)),
                ("date", models.DateField(null=True)),
                ("due_date", models.DateField(null=True)),
                ("currency", models.CharField(blank=True, default="", max_length=10)),
                ("total", models.BigIntegerField(default=0)),
                ("net", models.BigIntegerField(default=0)),
                ("tax", models.BigIntegerField(default=0)),
                ("paid", models.BigIntegerField(default=0)),
                ("due", models.BigIntegerField(default=0)),
                ("client", models.CharField(blank=True, default="", max_length=64)),
                ("matters", models.JSONField(default=list)),
                ("division", models.CharField(blank=True, default="", max_length=64)),
                ("source_id", models.CharField(blank=True, default="", max_length=255)),
                ("elsewhere", models.BooleanField(default=False)),
                ("lines_from", models.CharField(blank=True, default="", max_length=255)),
                ("lines_revision", models.PositiveIntegerField(default=0)),
                ("trouble", models.TextField(blank=True, default="")),
                ("paid_changed_at", models.DateTimeField(null=True)),
                ("waits", models.BooleanField(default=True)),
                ("missed", models.PositiveIntegerField(default=0)),
                ("seen_at", models.DateTimeField()),
                (
                    "actionstep",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="bills",
                        to="web.actionstep",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="web.organisation",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["actionstep", "waits"], name="actionstep_bill_waits"),
                    models.Index(fields=["organisation", "number"], name="actionstep_bill_number"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("actionstep", "row_id"), name="actionstep_bill_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ActionstepDivision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("row_id", models.CharField(max_length=64)),
                ("contact", models.CharField(blank=True, default="", max_length=64)),
                (
                    "actionstep",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="divisions",
                        to="web.actionstep",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="web.organisation",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("actionstep", "row_id"), name="actionstep_division_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ActionstepName",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("resource", models.CharField(max_length=20)),
                ("row_id", models.CharField(max_length=64)),
                ("name", models.CharField(blank=True, default="", max_length=500)),
                ("number", models.CharField(blank=True, default="", max_length=255)),
                ("email", models.CharField(blank=True, default="", max_length=320)),
                (
                    "actionstep",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="names",
                        to="web.actionstep",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("actionstep", "resource", "row_id"), name="actionstep_name_once"
                    )
                ],
            },
        ),
    ]
