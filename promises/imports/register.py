"""What imported rows refer to: strategy, organisations, terms, units and people.

Looked up once, made where the import may make them, and remembered so that the report can list
what was made.
"""

from collections.abc import Iterable
from typing import Any

from django.utils.text import slugify

from civic.accounts.models import Unit, User
from civic.core.audit import audit_record
from civic.core.errors import NotFound
from civic.core.imports.outcomes import Report
from civic.core.models import Term, Vocabulary
from partners.models import Organisation
from partners.queries import name_key
from partners.services import organisations_ensure
from promises.models import Strategy


def find_strategy(slug: str | None) -> Strategy:
    """The strategy of that slug, or the current one. Raises NotFound."""
    if slug:
        strategy = Strategy.objects.filter(slug=slug).first()
        if strategy is None:
            known = ", ".join(Strategy.objects.values_list("slug", flat=True)) or "none yet"
            raise NotFound(f"There is no strategy “{slug}”. Those loaded are: {known}.")
        return strategy
    strategy = Strategy.objects.filter(is_current=True).first()
    if strategy is None:
        raise NotFound("There is no current strategy. Load one first with import_strategy.")
    return strategy


class Register:
    """Lookups of one import. Use one for each run, inside its transaction."""

    def __init__(self, actor: Any) -> None:
        self._actor = actor
        self._organisations: dict[str, Organisation] = {}
        self._terms: dict[str, dict[str, Term]] = {}
        self._units = {name_key(unit.name): unit for unit in Unit.objects.all()}
        self._people = self._unambiguous_people()
        self._made: dict[str, list[str]] = {}

    def organisations(self, names: Iterable[str]) -> list[Organisation]:
        """One organisation for each name; unknown ones are made and stand as unconfirmed."""
        names = list(names)
        unknown = [name for name in names if name_key(name) not in self._organisations]
        if unknown:
            found, made = organisations_ensure(actor=self._actor, names=unknown)
            self._organisations |= found
            self._note("Organisations made, unconfirmed", [row.name for row in made])
        return list(
            {row.pk: row for row in (self._organisations[name_key(n)] for n in names)}.values()
        )

    def unit(self, name: str) -> Unit:
        """The unit of that name, made if need be."""
        unit = self._units.get(name_key(name))
        if unit is None:
            unit = Unit(name=name, slug=_free_slug(name, set(_slugs(self._units.values()))))
            unit.full_clean()
            unit.save()
            audit_record(actor=self._actor, verb="unit_create", instance=unit)
            self._units[name_key(name)] = unit
            self._note("Units made", [unit.name])
        return unit

    def known_unit(self, name: str) -> Unit | None:
        return self._units.get(name_key(name))

    def person(self, name: str) -> User | None:
        """The one active user of that name or user name; None when nobody or several."""
        return self._people.get(name_key(name))

    def term(self, vocabulary: str, title: str, label: str, *, keep_code: bool = False) -> Term:
        """The term with that label or code, made if need be; `keep_code` keeps codes like LGR-2."""
        terms = self._vocabulary(vocabulary, title)
        term = terms.get(name_key(label)) or terms.get(slugify(label))
        if term is None:
            owner = Vocabulary.objects.get(slug=vocabulary)
            codes = {row.code for row in terms.values()}
            plain_code = keep_code and slugify(label) == label.casefold()
            code = label if plain_code else _free_slug(label, codes)
            term = Term(vocabulary=owner, code=code, label=label, position=len(codes) + 1)
            term.full_clean()
            term.save()
            audit_record(actor=self._actor, verb="term_create", instance=term)
            terms[name_key(label)] = terms[code.casefold()] = term
            self._note(f"{title} made", [label])
        return term

    def tell(self, report: Report) -> None:
        """Put what was made on the report."""
        for heading, names in self._made.items():
            report.note_made(heading, names)

    def _vocabulary(self, slug: str, title: str) -> dict[str, Term]:
        if slug not in self._terms:
            vocabulary, _ = Vocabulary.objects.get_or_create(slug=slug, defaults={"title": title})
            self._terms[slug] = terms_by_key(vocabulary.terms.all())
        return self._terms[slug]

    def _unambiguous_people(self) -> dict[str, User]:
        people: dict[str, User | None] = {}
        users = list(User.objects.filter(is_active=True).select_related("unit"))
        for user in users:
            if user.name:
                key = name_key(user.name)
                people[key] = None if key in people else user
        for user in users:
            people[name_key(user.username)] = user
        return {key: user for key, user in people.items() if user is not None}

    def _note(self, heading: str, names: list[str]) -> None:
        if names:
            self._made.setdefault(heading, []).extend(names)


def terms_by_key(terms: Iterable[Term]) -> dict[str, Term]:
    """{label or code, without case: term}."""
    found: dict[str, Term] = {}
    for term in terms:
        found.setdefault(name_key(term.label), term)
        found.setdefault(term.code.casefold(), term)
    return found


def _slugs(units: Iterable[Unit]) -> Iterable[str]:
    return (unit.slug for unit in units)


def _free_slug(name: str, taken: set[str]) -> str:
    base = slugify(name)[:70] or "other"
    slug, number = base, 2
    while slug in taken:
        slug, number = f"{base}-{number}", number + 1
    return slug
