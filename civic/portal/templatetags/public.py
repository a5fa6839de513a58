"""Addresses of public pages, in the strategy that the page is about."""

from typing import Any

from django import template
from django.urls import reverse

from civic.core.words import spelled
from civic.portal.scope import Scope
from promises.models import Reading
from promises.words import Delivery, figure_words, unit_stands_apart

register = template.Library()
register.filter("spelled", spelled)
register.filter("figure_words", figure_words)
register.filter("stands_apart", unit_stands_apart)


@register.simple_tag(takes_context=True)
def page(context: template.Context, name: str, *args: Any) -> str:
    """`{% page "promise" 1 %}`: the address of a public page, under the same strategy as this one."""
    scope: Scope | None = context.get("scope")
    return scope.url(name, *args) if scope else reverse(f"portal:{name}", args=args)


@register.simple_tag
def text(*parts: Any) -> str:
    """Parts joined into one text, to hand to another tag."""
    return "".join(str(part) for part in parts)


@register.simple_tag
def delivery_word(value: str) -> str:
    """`on track`: the word within a sentence."""
    return str(Delivery(value).label).lower()


@register.filter
def reading_method(value: str) -> str:
    """How a reading was found, in words; a gap is said to be one."""
    return str(Reading.Method(value).label)
