"""The API's documentation: the OpenAPI description as a page that anybody can read.

Drawn here rather than by a script in the browser, so that it needs no JavaScript and a screen
reader finds headings and tables.
"""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator

Schema = dict[str, Any]
MAX_CHOICES = 12


@dataclass(frozen=True)
class Named:
    """One parameter of an address, or one field of an answer."""

    name: str
    kind: str
    about: str = ""
    choices: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Address:
    """One address of the API and what it answers with."""

    path: str
    about: str
    is_list: bool
    parameters: list[Named]
    fields: list[Named]


@login_not_required
@require_safe
def api_docs(request: HttpRequest) -> HttpResponse:
    return render(request, "api/docs.html", {"addresses": addresses()})


@lru_cache(maxsize=1)
def addresses() -> list[Address]:
    """Every address of version 1, in order. Read once: code does not change while it runs."""
    schema: Schema = SchemaGenerator(api_version="v1").get_schema(request=None, public=True)
    return [
        _address(path, operation["get"], schema)
        for path, operation in schema["paths"].items()
        if not path.endswith("/schema/")
    ]


def _address(path: str, operation: Schema, schema: Schema) -> Address:
    answer = _resolve(
        operation["responses"]["200"]["content"]["application/json"]["schema"], schema
    )
    is_list = "results" in answer.get("properties", {})
    if is_list:
        answer = _resolve(answer["properties"]["results"]["items"], schema)
    return Address(
        path=path,
        about=operation.get("description", ""),
        is_list=is_list,
        parameters=[
            _named(row["name"], row["schema"], schema, row.get("description", ""))
            for row in operation.get("parameters", [])
        ],
        fields=[_named(name, value, schema) for name, value in answer["properties"].items()],
    )


def _named(name: str, value: Schema, schema: Schema, about: str = "") -> Named:
    found = _resolve(value, schema)
    choices = [str(choice) for choice in found.get("enum", []) if choice not in ("", None)]
    about = about or value.get("description", "") or found.get("description", "")
    return Named(
        name=name,
        kind=_kind(value, schema),
        # What follows the first paragraph repeats the choices.
        about="" if about.startswith("* ") else about.split("\n\n")[0],
        choices=choices if len(choices) <= MAX_CHOICES else [],
    )


def _kind(value: Schema, schema: Schema) -> str:
    """'text', 'whole number', 'date', 'list of text', 'group of values'."""
    found = _resolve(value, schema)
    if found.get("type") == "array":
        return f"list of {_kind(found['items'], schema)}"
    if found.get("type") == "object":
        return "group of values"
    if found.get("format") == "decimal":
        return "number, as text"
    words = {"integer": "whole number", "number": "number", "boolean": "true or false"}
    return words.get(found.get("type", ""), found.get("format", "").replace("-", " and ") or "text")


def _resolve(value: Schema, schema: Schema) -> Schema:
    """The schema itself, where `value` only names it or is one of several."""
    for key in ("oneOf", "anyOf", "allOf"):
        if key in value:
            value = value[key][0]
    if "$ref" in value:
        resolved: Schema = schema["components"]["schemas"][value["$ref"].rsplit("/", 1)[-1]]
        return resolved
    return value
