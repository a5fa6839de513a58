"""Saving a versioned record: a conditional update that works on every database."""

from typing import Any

from civic.core.errors import StaleVersion
from civic.core.models import Versioned


def save_version(instance: Versioned, *, expected: int, actor: Any) -> None:
    """Save `instance` if nobody has saved it since version `expected`.

    Validates first, so a refused record is not counted. Raises ValidationError or StaleVersion;
    on StaleVersion nothing was written. The change joins the record's history under `actor`.
    """
    instance.full_clean()
    manager = type(instance)._default_manager
    taken = manager.filter(pk=instance.pk, version=expected).update(version=expected + 1)
    if not taken:
        raise StaleVersion(
            "Somebody saved this while you were writing. Your text is still below. "
            "Compare it with theirs, then save again."
        )
    instance.version = expected + 1
    instance._history_user = actor  # type: ignore[attr-defined]
    instance.save()


def create_version(instance: Versioned, *, actor: Any) -> None:
    """Validate and save a new versioned record; its history begins under `actor`."""
    instance.full_clean()
    instance._history_user = actor  # type: ignore[attr-defined]
    instance.save()
