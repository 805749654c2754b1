"""The rows of a database as text, told by the models of one migration."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from django.core.management import call_command
from django.core.management.color import no_style
from django.db import connections, models, transaction
from django.db.migrations.executor import MigrationExecutor

if TYPE_CHECKING:
    from collections.abc import Iterator

APP = "web"
Row = dict[str, Any]
Rows = dict[str, list[Row]]


def names(alias: str) -> list[str]:
    """Return the migrations that there are, oldest first."""
    return sorted(
        name for app, name in MigrationExecutor(connections[alias]).loader.graph.nodes if app == APP
    )


def models_at(alias: str, migration: str) -> list[type[models.Model]]:
    """Return the models as this migration left them."""
    loader = MigrationExecutor(connections[alias]).loader
    return [
        model
        for model in loader.project_state((APP, migration)).apps.get_models()
        if model._meta.app_label == APP
    ]


def migrate(alias: str, migration: str) -> None:
    call_command("migrate", APP, migration, database=alias, verbosity=0, skip_checks=True)


def dump(alias: str, migration: str) -> Rows:
    """Tell every row, with the fields that the models of this migration have."""
    return {
        model._meta.model_name or "": [
            _told(row, model) for row in model._default_manager.using(alias).order_by("pk")
        ]
        for model in models_at(alias, migration)
    }


def _told(row: models.Model, model: type[models.Model]) -> Row:
    return {
        field.attname: None if field.value_from_object(row) is None else field.value_to_string(row)
        for field in model._meta.concrete_fields
    }


def load(alias: str, migration: str, rows: Rows) -> None:
    """Write rows into the empty tables of this migration."""
    made = models_at(alias, migration)
    with transaction.atomic(using=alias), _in_any_order(alias):
        for model in made:
            told = rows[model._meta.model_name or ""]
            model._default_manager.using(alias).bulk_create(_read(row, model) for row in told)
    with connections[alias].cursor() as cursor:
        for statement in connections[alias].ops.sequence_reset_sql(no_style(), made):
            cursor.execute(statement)


def _read(row: Row, model: type[models.Model]) -> models.Model:
    fields = {field.attname: field for field in model._meta.concrete_fields}
    return model(
        **{
            name: None if value is None else fields[name].to_python(value)
            for name, value in row.items()
        }
    )


@contextlib.contextmanager
def _in_any_order(alias: str) -> Iterator[None]:
    """Let rows name others that come later; PostgreSQL looks only at the end anyway."""
    with connections[alias].cursor() as cursor:
        if connections[alias].vendor == "sqlite":
            cursor.execute("PRAGMA defer_foreign_keys = ON")
    yield
