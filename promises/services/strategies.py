"""Loading a strategy: its promises, commitments, themes and enablers, word for word."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from civic.accounts.queries import is_office
from civic.core.audit import audit_record
from civic.core.errors import NotAllowed, WrongState
from civic.core.models import Term, Vocabulary
from civic.core.periods import PartialDate
from promises.models import (
    Activity,
    Commitment,
    CommitmentWording,
    Promise,
    PromiseWording,
    Snapshot,
    Strategy,
)
from promises.services.publication import strategy_adopt, wording_publish

LABEL_KEYS = ("promise", "promises", "commitment", "commitments")
_FIELDS = ("title", "institution", "responsible", "introduced", "review")


@dataclass(frozen=True)
class CommitmentData:
    code: str
    text: str
    items: tuple[str, ...] = ()


@dataclass(frozen=True)
class PromiseData:
    number: int
    title: str
    commitments: tuple[CommitmentData, ...] = ()


@dataclass(frozen=True)
class StrategyData:
    """A strategy as its file gives it. Promise numbers and commitment codes are unique."""

    slug: str
    title: str
    institution: str
    promises: tuple[PromiseData, ...]
    responsible: str = ""
    introduced: int | None = None
    review: str = ""
    next_review: PartialDate | None = None
    labels: dict[str, str] = field(default_factory=dict)
    enablers: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    is_demo: bool = False


@dataclass(frozen=True)
class Difference:
    """One place where the file and the register differ. Blank before is new, blank after gone."""

    where: str
    before: str
    after: str


@dataclass
class StrategyLoaded:
    strategy: Strategy
    created: bool = False
    adopted: bool = False
    differences: list[Difference] = field(default_factory=list)
    # From when new wording counts.
    at: datetime = field(default_factory=timezone.now)

    @property
    def unchanged(self) -> bool:
        return not (self.created or self.adopted or self.differences)


@transaction.atomic
def strategy_load(
    *, actor: Any, data: StrategyData, adopt: bool = False, at: datetime | None = None
) -> StrategyLoaded:
    """Create the strategy, or bring it in line with the data; the same data changes nothing.

    The first strategy of an empty portal is adopted; `adopt` makes any other one current, `at`
    being now unless given. Once adopted, other wording becomes a new numbered version and the earlier one
    stays readable; before that it is simply replaced. Raises WrongState when the data leave out a
    promise or commitment of an adopted strategy, or one that activities serve; ValidationError;
    and NotAllowed for an actor outside the office (`actor` None is the portal itself).
    """
    if actor is not None and not is_office(actor):
        raise NotAllowed("Only the PVC office can load a strategy.")
    is_first = not Strategy.objects.exists()
    strategy = Strategy.objects.filter(slug=data.slug).first()
    loaded = StrategyLoaded(
        strategy or Strategy(slug=data.slug), created=strategy is None, at=at or timezone.now()
    )
    _refuse_missing(loaded.strategy, data)
    _save_facts(loaded, data)
    _save_terms(loaded, "themes", data.themes)
    _save_terms(loaded, "enablers", data.enablers)
    for promise in data.promises:
        _save_promise(loaded, promise, actor)
    _remove_missing(loaded, data)
    if not loaded.unchanged:
        audit_record(
            actor=actor,
            verb="strategy_load",
            instance=loaded.strategy,
            changes={d.where: [d.before, d.after] for d in loaded.differences},
        )
    was_adopted = loaded.strategy.adopted_at is not None
    if (is_first or adopt) and not loaded.strategy.is_current:
        strategy_adopt(actor=actor, strategy=loaded.strategy, at=at)
        loaded.adopted = True
    if was_adopted and loaded.differences and _shows_wording_alone(loaded.strategy):
        wording_publish(actor=actor, strategy=loaded.strategy, at=at)
    return loaded


def plural(label: str) -> str:
    """A plain English plural: promise, promises; priority, priorities; pledge class, classes."""
    if label.endswith("y") and label[-2:-1].lower() not in set("aeiou"):
        return f"{label[:-1]}ies"
    return f"{label}es" if label.endswith(("s", "x", "z", "ch", "sh")) else f"{label}s"


def full_labels(labels: dict[str, str]) -> dict[str, str]:
    """The labels with capitals and with the plurals that were not given."""
    full: dict[str, str] = {}
    for one, many in (("promise", "promises"), ("commitment", "commitments")):
        if one in labels:
            full[one] = _capital(labels[one])
            full[many] = _capital(labels.get(many) or plural(labels[one]))
        elif many in labels:
            full[many] = _capital(labels[many])
    return full


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _save_facts(loaded: StrategyLoaded, data: StrategyData) -> None:
    strategy = loaded.strategy
    new: dict[str, Any] = {name: getattr(data, name) for name in _FIELDS}
    new["labels"] = full_labels(data.labels)
    new["next_review_on"] = data.next_review.last_day if data.next_review else None
    new["next_review_precision"] = data.next_review.precision if data.next_review else ""
    new["is_demo"] = data.is_demo
    changed = {name: value for name, value in new.items() if getattr(strategy, name) != value}
    for name, value in changed.items():
        if not loaded.created:
            loaded.differences.append(
                Difference(name.replace("_", " "), _shown(getattr(strategy, name)), _shown(value))
            )
        setattr(strategy, name, value)
    if changed or loaded.created:
        strategy.full_clean(exclude=["themes", "enablers"])
        strategy.save()


def _shown(value: Any) -> str:
    return "" if value is None or value == {} else str(value)


def _save_terms(loaded: StrategyLoaded, name: str, labels: tuple[str, ...]) -> None:
    """The strategy's own vocabulary of themes or of enablers, in the order of the file."""
    strategy = loaded.strategy
    vocabulary: Vocabulary | None = getattr(strategy, name)
    if vocabulary is None:
        vocabulary, _ = Vocabulary.objects.get_or_create(
            slug=f"{strategy.slug}-{name}", defaults={"title": name.capitalize()}
        )
        setattr(strategy, name, vocabulary)
        strategy.save(update_fields=[name])
    present = {term.code: term for term in vocabulary.terms.all()}
    used: set[str] = set()
    for position, label in enumerate(labels, start=1):
        code = slugify(label)[:80] or f"{name}-{position}"
        # “Health” and “Health!” are two labels with one code.
        code = f"{code[:70]}-{position}" if code in used else code
        used.add(code)
        term = present.pop(code, None) or Term(vocabulary=vocabulary, code=code)
        if term.pk and (term.label, term.position) == (label, position):
            continue
        if not loaded.created:
            loaded.differences.append(Difference(f"{name}, {position}", term.label, label))
        term.label, term.position = label, position
        term.full_clean()
        term.save()
    for term in present.values():
        if Activity.terms.through.objects.filter(term_id=term.pk).exists():
            raise WrongState(
                f"“{term.label}” is no longer among the {name} in the file, but activities carry "
                "it. Take it off those activities first, or put it back in the file."
            )
        loaded.differences.append(Difference(name, term.label, ""))
        term.delete()


def _save_promise(loaded: StrategyLoaded, data: PromiseData, actor: Any) -> None:
    strategy = loaded.strategy
    promise = strategy.promises.filter(number=data.number).first()
    where = f"{strategy.label_words['promise']} {data.number}"
    if promise is None:
        promise = Promise(strategy=strategy, number=data.number, title=data.title)
        promise.full_clean()
        promise.save()
        PromiseWording.objects.create(
            promise=promise, number=1, text=data.title, author=actor, since=loaded.at
        )
        _note_new(loaded, where, data.title)
    elif promise.title != data.title:
        loaded.differences.append(Difference(where, promise.title, data.title))
        promise.title = data.title
        promise.full_clean()
        promise.save()
        wording = _next_wording(strategy, promise, PromiseWording(promise=promise))
        wording.text, wording.author, wording.since = data.title, actor, loaded.at
        wording.save()
    for position, commitment in enumerate(data.commitments, start=1):
        _save_commitment(loaded, promise, commitment, position, actor)


def _save_commitment(
    loaded: StrategyLoaded, promise: Promise, data: CommitmentData, position: int, actor: Any
) -> None:
    strategy, items = loaded.strategy, list(data.items)
    commitment = strategy.commitments.filter(code=data.code).select_related("promise").first()
    where = f"{strategy.label_words['commitment']} {data.code}"
    if commitment is None:
        commitment = Commitment(
            promise=promise,
            strategy=strategy,
            code=data.code,
            position=position,
            text=data.text,
            items=items,
        )
        commitment.full_clean()
        commitment.save()
        CommitmentWording.objects.create(
            commitment=commitment,
            number=1,
            text=data.text,
            items=items,
            author=actor,
            since=loaded.at,
        )
        _note_new(loaded, where, _worded(data.text, items))
        return
    if commitment.promise_id != promise.pk or commitment.position != position:
        loaded.differences.append(
            Difference(
                f"{where}, place",
                f"{commitment.promise.number}, {commitment.position}",
                f"{promise.number}, {position}",
            )
        )
        commitment.promise, commitment.position = promise, position
        commitment.save()
    if (commitment.text, commitment.items) != (data.text, items):
        loaded.differences.append(
            Difference(where, _worded(commitment.text, commitment.items), _worded(data.text, items))
        )
        commitment.text, commitment.items = data.text, items
        commitment.full_clean()
        commitment.save()
        wording = _next_wording(strategy, commitment, CommitmentWording(commitment=commitment))
        wording.text, wording.items = data.text, items
        wording.author, wording.since = actor, loaded.at
        wording.save()


WordingT = TypeVar("WordingT", PromiseWording, CommitmentWording)


def _next_wording(strategy: Strategy, owner: Promise | Commitment, new: WordingT) -> WordingT:
    """A further version of an adopted strategy; otherwise the present one, to be replaced."""
    last: Any = owner.wordings.order_by("-number").first()
    if last is not None and strategy.adopted_at is None:
        return last
    new.number = last.number + 1 if last else 1
    return new


def _worded(text: str, items: list[str]) -> str:
    return "\n".join([text, *(f"- {item}" for item in items)])


def _note_new(loaded: StrategyLoaded, where: str, text: str) -> None:
    if not loaded.created:
        loaded.differences.append(Difference(where, "", text))


def _shows_wording_alone(strategy: Strategy) -> bool:
    """Adopted, and no quarter published yet: the public page shows what we have just changed."""
    return (
        strategy.adopted_at is not None
        and not Snapshot.objects.filter(strategy=strategy, quarter__isnull=False).exists()
    )


def _missing(strategy: Strategy, data: StrategyData) -> tuple[list[Promise], list[Commitment]]:
    if strategy.pk is None:
        return [], []
    numbers = {promise.number for promise in data.promises}
    codes = {row.code for promise in data.promises for row in promise.commitments}
    return (
        list(strategy.promises.exclude(number__in=numbers)),
        list(strategy.commitments.exclude(code__in=codes)),
    )


def _refuse_missing(strategy: Strategy, data: StrategyData) -> None:
    promises, commitments = _missing(strategy, data)
    words = strategy.label_words
    names = [f"{words['promise'].lower()} {row.number}" for row in promises]
    names += [f"{words['commitment'].lower()} {row.code}" for row in commitments]
    if names and strategy.adopted_at is not None:
        raise WrongState(
            f"The file leaves out {', '.join(names)}. This strategy was adopted, so what it "
            "promised stays. Put it back in the file, or load the file under another slug as a "
            "new strategy."
        )
    if served := [row.code for row in commitments if row.activities.exists()]:
        raise WrongState(
            f"The file leaves out {', '.join(served)}, which activities serve. Move those "
            "activities first, or put it back in the file."
        )


def _remove_missing(loaded: StrategyLoaded, data: StrategyData) -> None:
    """Only an unadopted strategy comes this far with something missing."""
    promises, commitments = _missing(loaded.strategy, data)
    words = loaded.strategy.label_words
    for commitment in commitments:
        loaded.differences.append(
            Difference(f"{words['commitment']} {commitment.code}", commitment.text, "")
        )
        commitment.delete()
    for promise in promises:
        loaded.differences.append(
            Difference(f"{words['promise']} {promise.number}", promise.title, "")
        )
        promise.delete()
