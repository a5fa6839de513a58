"""What the OpenAPI description leaves out."""

from typing import Any

# drf-spectacular copies these from the columns: they differ between databases and promise nothing.
_COLUMN_LIMITS = {"minimum", "maximum"}


def without_column_limits(result: Any, **_kwargs: Any) -> Any:
    """The same description, whichever database it was made beside."""
    if isinstance(result, dict):
        is_whole_number = result.get("type") == "integer"
        return {
            key: without_column_limits(value)
            for key, value in result.items()
            if not (is_whole_number and (key in _COLUMN_LIMITS or value == "int64"))
        }
    if isinstance(result, list):
        return [without_column_limits(value) for value in result]
    return result
