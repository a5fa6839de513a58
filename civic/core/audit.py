"""Writing down who did what. Call it inside the transaction of the act itself."""

from typing import Any

from django.db import models

from civic.core.models import AuditEvent


def audit_event(
    *,
    actor: Any,
    verb: str,
    instance: models.Model | None = None,
    changes: dict[str, Any] | None = None,
    note: str = "",
) -> AuditEvent:
    """An unsaved audit row; `actor` None means the portal itself."""
    return AuditEvent(
        actor=actor,
        verb=verb,
        entity=instance._meta.label_lower if instance is not None else "",
        entity_id=str(instance.pk) if instance is not None else "",
        changes=changes or {},
        note=note,
    )


def audit_record(
    *,
    actor: Any,
    verb: str,
    instance: models.Model | None = None,
    changes: dict[str, Any] | None = None,
    note: str = "",
) -> None:
    """Record that `actor` did `verb` to `instance`, with values before and after by field."""
    audit_event(actor=actor, verb=verb, instance=instance, changes=changes, note=note).save()


def field_values(instance: models.Model, fields: list[str]) -> dict[str, Any]:
    """Plain values of concrete fields, ready for JSON."""
    return {name: _plain(getattr(instance, name)) for name in fields}


def changes_between(before: dict[str, Any], after: dict[str, Any]) -> dict[str, list[Any]]:
    """{field: [before, after]} for the fields that differ."""
    return {
        name: [before.get(name), value]
        for name, value in after.items()
        if before.get(name) != value
    }


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return str(value)
