"""The import rule, where import-linter cannot see: names of models written as strings."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import Field, Model

ROOT = Path(__file__).resolve().parents[2]
# From the top room down, as in pyproject.toml.
ROOMS = ["portal", "reporting", "kef", "promises", "partners", "accounts", "core"]
FOLDERS = {
    "portal": "civic/portal",
    "reporting": "civic/reporting",
    "kef": "kef",
    "promises": "promises",
    "partners": "partners",
    "accounts": "civic/accounts",
    "core": "civic/core",
}
# Core's rows say who did a thing, and a Django project has one user model, named by
# settings.AUTH_USER_MODEL. Core reads nothing of it but its key and its name.
SANCTIONED = {("core", "accounts.User")}


def level(room: str) -> int:
    return ROOMS.index(room)


def own_models() -> list[type[Model]]:
    return [
        model
        for config in apps.get_app_configs()
        if config.label in ROOMS
        for model in config.get_models(include_auto_created=True)
    ]


def relations(model: type[Model]) -> Iterator[tuple[Field, type[Model]]]:
    for field in [*model._meta.local_fields, *model._meta.local_many_to_many]:
        if field.is_relation and isinstance(field.related_model, type):
            yield field, field.related_model


def test_rooms_are_those_of_the_import_rule():
    pyproject = (ROOT / "pyproject.toml").read_text()
    layers = pyproject.split("layers = [")[1].split("]")[0]

    listed = [line.strip(' ",\n') for line in layers.splitlines() if line.strip()]

    assert [name.rpartition(".")[2] for name in listed[2:]] == ROOMS


@pytest.mark.parametrize("room", ROOMS)
def test_relations_point_to_the_same_room_or_one_below(room: str):
    upward = [
        f"{model._meta.label}.{field.name} points up to {target._meta.label}"
        for model in own_models()
        if model._meta.app_label == room
        for field, target in relations(model)
        if target._meta.app_label in ROOMS
        and level(target._meta.app_label) < level(room)
        and (room, target._meta.label) not in SANCTIONED
    ]

    assert upward == []


@pytest.mark.parametrize("room", ROOMS)
def test_no_source_names_a_model_of_a_room_above_in_a_string(room: str):
    above = {
        model._meta.label.lower(): model._meta.label
        for model in own_models()
        if level(model._meta.app_label) < level(room)
    }
    named = [
        f"{path.relative_to(ROOT)}:{node.lineno} names {node.value}"
        for path in sorted((ROOT / FOLDERS[room]).rglob("*.py"))
        # Written by makemigrations from the models, which the test above covers.
        if "migrations" not in path.parts
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and node.value.lower() in above
        and (room, above[node.value.lower()]) not in SANCTIONED
    ]

    assert named == []
