"""Add somebody who signs in: how an installation gets its first administrator."""

import getpass
import os
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from civic.accounts.models import Role, Unit
from civic.accounts.services import role_assign, user_create


class Command(BaseCommand):
    help = "Add a user with a role. The password is asked for, or read from NEW_PASSWORD."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--name", required=True, help="As it is shown, like “Sam Sample”.")
        parser.add_argument("--email", required=True)
        parser.add_argument("--role", required=True, choices=Role.values)
        parser.add_argument("--unit", help="Name of the unit; a unit lead needs one.")

    def handle(self, **options: Any) -> None:
        unit = self._unit(options["unit"])
        password = os.environ.get("NEW_PASSWORD") or self._ask()
        leads = options["role"] == Role.UNIT_LEAD
        try:
            with transaction.atomic():
                user = user_create(
                    actor=None,
                    username=options["username"],
                    name=options["name"],
                    email=options["email"],
                    password=password,
                    unit=unit,
                )
                role_assign(
                    actor=None, user=user, role=options["role"], unit=unit if leads else None
                )
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(f"{user.username} can sign in as {Role(options['role']).label}.")

    def _ask(self) -> str:
        if sys.stdin is None or not sys.stdin.isatty():
            raise CommandError(
                "There is no terminal to ask for a password. Put it in NEW_PASSWORD, and run again."
            )
        return getpass.getpass("Password: ")

    def _unit(self, name: str | None) -> Unit | None:
        if not name:
            return None
        unit = Unit.objects.filter(name__iexact=name.strip()).first()
        if unit is None:
            known = ", ".join(Unit.objects.values_list("name", flat=True)[:20]) or "none yet"
            raise CommandError(f"There is no unit “{name}”. There are: {known}.")
        return unit
