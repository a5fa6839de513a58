"""The house rules find what they are for, and let pass what only looks like it."""

import json

import pytest

from scripts.house_rules import lock_breaches, machine_breaches, template_breaches


@pytest.mark.parametrize(
    "line",
    [
        '<p style="color: red">Late</p>',
        "<style>p { color: red }</style>",
        "<script>go()</script>",
        '<button type="button" onclick="go()">Go</button>',
        '<a href="javascript:go()">Go</a>',
        "<p\n  class='a'\n  style='color: red'>Late</p>",
    ],
)
def test_template_with_inline_style_or_script_is_refused(line: str):
    assert len(list(template_breaches("templates/page.html", line))) == 1


@pytest.mark.parametrize(
    "line",
    [
        '<script src="{% static "build/civic.js" %}" defer></script>',
        '<p class="style on">Once: on the day, in style</p>',
        "{# <p style='a'> is never written #}",
        '<dl data-style="wide"></dl>',
    ],
)
def test_template_without_inline_style_or_script_passes(line: str):
    assert list(template_breaches("templates/page.html", line)) == []


def test_mail_may_carry_style_attributes_and_no_script():
    style = list(template_breaches("templates/mail/sent.html", '<p style="margin: 0">Sent</p>'))
    script = list(template_breaches("templates/mail/sent.html", "<script>go()</script>"))

    assert style == []
    assert len(script) == 1


def test_breach_names_its_line():
    (breach,) = template_breaches("templates/page.html", "<p>\n</p>\n<style></style>")

    assert breach.startswith("templates/page.html:3: ")


@pytest.mark.parametrize(
    "words", ["see /" + "home/ann/civic/x", "https://registry.npm" + "js.org/"]
)
def test_what_is_true_of_one_machine_is_refused(words: str):
    assert len(list(machine_breaches("docs/page.md", words))) == 1


@pytest.mark.parametrize(
    "words", ["the path /staff/work/ is ours", "https://example.org/home/ann/"]
)
def test_addresses_of_the_site_are_no_machine_paths(words: str):
    assert list(machine_breaches("docs/page.md", words)) == []


def test_lock_file_that_names_a_registry_is_refused():
    lock = {"packages": {"a": {"version": "1"}, "b": {"resolved": "https://example.org/b.tgz"}}}

    (breach,) = lock_breaches("package-lock.json", json.dumps(lock))

    assert breach.startswith("package-lock.json: b ")
