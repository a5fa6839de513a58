"""The main job, end to end: files in, an engagement logged, progress reported, the quarter
published, the PDF in hand, and the public reading the same figures.

A real browser drives it against web server and worker as separate processes: PostgreSQL and Redis
in the servers lane, SQLite and the file broker in the embedded one.
"""

import json
import re
import subprocess
import urllib.request
from pathlib import Path

import pytest

from tests.browser import PHONE
from tests.journeys.files import Files, corrected, files_in

pytestmark = pytest.mark.journey

PASSWORD = "a-long-enough-password"
ROUND = "2025-26-Q1"
TITLE = "Évening of 龍 dragons & <b>bold</b> ideas"


def test_main_job(live_portal, new_page, axe, tmp_path, monkeypatch):
    files = files_in(tmp_path)
    reference = files.reporting_reference

    bring_in(live_portal, files, tmp_path, reference)
    add_people(live_portal, monkeypatch, files.unit_of(reference))
    people = {name: sign_in(new_page, live_portal, name) for name in ("olive", "oscar", "lena")}
    people["sam"] = sign_in(new_page, live_portal, "sam", viewport=PHONE)

    open_round(people["olive"], live_portal)
    log_and_edit(people["sam"], live_portal, axe, reference)
    report_progress(people, live_portal, axe, reference)
    publish(people, live_portal, axe)
    pdf = download(people["olive"], tmp_path)
    visitor = new_page(javascript=False)
    read_what_is_published(visitor, new_page(viewport=PHONE), live_portal, axe, files, pdf)


# 3 Import ------------------------------------------------------------------------------------------


def bring_in(portal, files: Files, folder: Path, reference: str) -> None:
    """Files as they arrive; every row accounted for; the same file twice changes nothing."""
    said = portal.manage("import_strategy", str(files.strategy))
    assert f"{len(files.promises)} promises, {len(files.commitments)} commitments" in said
    assert "adopted and current" in said
    said = portal.manage("import_activities", str(files.activities))
    assert f"Activities in the file: {len(files.references)}." in said
    assert f"Readings in the file: {files.measures}." in said
    assert "Nothing was changed" in portal.manage("import_activities", str(files.activities))

    said = portal.manage("import_engagements", str(files.engagements), status=1)
    assert "Nothing was changed" in said
    rejects = folder / "rejects.csv"
    portal.manage("import_engagements", str(files.engagements), "--rejects", str(rejects))
    said = portal.manage("import_engagements", str(corrected(rejects, reference)))
    assert ", 0 rejected" in said


def add_people(portal, monkeypatch, unit: str) -> None:
    monkeypatch.setitem(portal.env, "NEW_PASSWORD", PASSWORD)
    for username, role in (
        ("sam", "staff"),
        ("lena", "unit_lead"),
        ("olive", "office"),
        ("oscar", "office"),
    ):
        portal.manage(
            "add_user",
            username,
            f"--name={username.title()} Sample",
            f"--email={username}@example.org",
            f"--role={role}",
            f"--unit={unit}",
        )


def sign_in(new_page, portal, username: str, **options):
    page = new_page(**options)
    page.goto(portal.url("/staff/"))
    page.get_by_label("User name").fill(username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/staff/")
    return page


# 4 Log ---------------------------------------------------------------------------------------------


def log_and_edit(page, portal, axe, reference: str) -> None:
    """On a phone: a refused entry keeps what was typed, a good one is listed, and is edited."""
    page.goto(portal.url("/staff/engagements/new/"))
    assert axe(page) == []
    page.get_by_label("In a few words").fill(TITLE)
    page.get_by_label("How many people came").fill("a lot")
    page.get_by_role("button", name="Log it").click()
    assert page.get_by_role("alert").is_visible()
    assert page.title().startswith("Error: ")
    assert page.get_by_label("In a few words").input_value() == TITLE
    assert page.get_by_label("How many people came").input_value() == "a lot"
    assert axe(page) == []

    for part, value in (("day", "18"), ("month", "9"), ("year", "2025")):
        page.locator(f"[name=starts_on_{part}]").fill(value)
    page.get_by_label("Type").select_option(index=1)
    page.locator("[name=other_activities]").locator(
        f"xpath=following-sibling::label[contains(., '{reference}')]"
    ).click()
    page.get_by_label("How many people came").fill("37")
    page.get_by_label("Counted", exact=True).check()
    page.get_by_role("button", name="Log it").click()
    page.wait_for_url("**/staff/engagements/")
    assert page.get_by_role("row").filter(has_text=TITLE).count() == 1
    assert axe(page) == []

    page.get_by_role("link", name=TITLE).first.click()
    page.get_by_role("link", name=re.compile("^Edit")).first.click()
    page.get_by_label("How many people came").fill("41")
    page.get_by_role("button", name="Save changes").click()
    page.get_by_text("41").first.wait_for()
    page.goto(portal.url("/staff/engagements/"))
    assert "41" in page.get_by_role("row").filter(has_text=TITLE).inner_text()


# 5 Report progress ---------------------------------------------------------------------------------


def open_round(page, portal) -> None:
    """The quarter went by before the portal was used; the office opens its round."""
    page.goto(portal.url("/office/quarters/"))
    page.get_by_label("Open an earlier round").fill(ROUND)
    page.get_by_role("button", name="Open the round").click()
    page.get_by_text(f"The round for {ROUND} is reviewing.").wait_for()


def report_progress(people, portal, axe, reference: str) -> None:
    """The owner takes the activity on and reports; the lead returns it, then approves."""
    owner, lead = people["sam"], people["lena"]
    owner.goto(portal.url(f"/staff/activities/{reference}/"))
    owner.get_by_role("button", name="Take it on").click()
    owner.goto(portal.url(f"/staff/updates/{reference}/"))
    assert axe(owner) == []
    owner.get_by_label("Delayed").check()
    owner.get_by_label("How much is done").fill("35")
    owner.get_by_role("button", name="Submit").click()
    assert owner.get_by_role("alert").is_visible()
    owner.get_by_label("What happened this quarter").fill("Two of three evenings took place.")
    owner.get_by_label("Why it stands so").fill("The hall was flooded.")
    owner.get_by_role("button", name="Submit").click()
    owner.wait_for_url("**/staff/updates/")

    lead.goto(portal.url("/staff/reviews/"))
    lead.get_by_role("main").get_by_role("link", name=re.compile(reference)).or_(
        lead.get_by_role("row").filter(has_text=reference).get_by_role("link")
    ).first.click()
    assert axe(lead) == []
    lead.get_by_label("What has to change").fill("Say how many came.")
    lead.get_by_role("button", name="Return to the owner").click()

    owner.goto(portal.url(f"/staff/updates/{reference}/"))
    assert "Say how many came." in owner.get_by_role("main").inner_text()
    owner.get_by_label("What happened this quarter").fill(
        "Two of three evenings took place; 41 people came."
    )
    owner.get_by_role("button", name="Submit").click()
    owner.wait_for_url("**/staff/updates/")

    lead.goto(portal.url("/staff/reviews/"))
    lead.get_by_role("row").filter(has_text=reference).get_by_role("link").or_(
        lead.get_by_role("main").get_by_role("link", name=re.compile(reference))
    ).first.click()
    lead.get_by_role("button", name="Approve").click()
    lead.wait_for_url("**/staff/reviews/")

    outbox = people["olive"]
    outbox.goto(portal.url("/outbox/"))
    assert "sam@example.org" in outbox.get_by_role("main").inner_text()


def publish(people, portal, axe) -> None:
    """One person of the office asks, another signs off; the page follows the report."""
    asker, signer = people["olive"], people["oscar"]
    asker.goto(portal.url("/office/"))
    assert axe(asker) == []
    asker.get_by_role("button", name="Ask for sign-off").click()
    asker.wait_for_url("**/office/publications/*/")
    assert asker.get_by_role("button", name="Sign off and publish").count() == 0

    signer.goto(portal.url("/office/"))
    signer.get_by_role("button", name="Check and sign off").click()
    assert axe(signer) == []
    signer.get_by_role("button", name="Sign off and publish").click()
    signer.wait_for_url("**/reports/*/")
    # The page follows the job by itself: queued, rendering, ready.
    signer.get_by_role("link", name="Download the report").wait_for(timeout=180_000)
    assert axe(signer) == []
    people["olive"].goto(signer.url)


def download(page, folder: Path) -> str:
    """The PDF as text, as laid out."""
    with page.expect_download() as started:
        page.get_by_role("link", name="Download the report").click()
    path = folder / "report.pdf"
    started.value.save_as(path)
    info = subprocess.run(["pdfinfo", path], capture_output=True, text=True, check=True).stdout
    assert re.search(r"^Tagged:\s+yes$", info, re.MULTILINE)
    return subprocess.run(
        ["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True
    ).stdout


# 6 Public ------------------------------------------------------------------------------------------


def read_what_is_published(page, phone, portal, axe, files: Files, pdf: str) -> None:
    """Page, API and PDF say the same, and nothing of what is private."""
    flowing = words(pdf)
    page.goto(portal.url(f"/progress/{ROUND}/"))
    for title in files.promises.values():
        assert words(title) in words(page.get_by_role("main").inner_text())
    for texts in files.commitments.values():
        for text in texts:
            assert words(text) in flowing, text

    table = page.get_by_role("table").filter(has_text="Done so far").first
    for row in table.locator("tbody tr, tfoot tr").all():
        head = words(row.locator("th").first.inner_text())
        figures = [words(cell.inner_text()) for cell in row.locator("td").all()]
        assert figures in pdf_rows(pdf, head), (head, figures)

    fingerprint = read(portal, f"/data/{ROUND}/snapshot.json")
    payload = json.loads(fingerprint)
    assert payload["quarter"] == ROUND
    assert len(payload["activities"]) == len(files.references)
    told = json.loads(read(portal, "/api/v1/promises/"))["results"]
    assert [row["counts"] for row in told] == [
        counts_of(payload, row["number"]) for row in payload["promises"]
    ]
    assert {row["title"] for row in told} == set(files.promises.values())

    reference = files.reporting_reference
    page.goto(portal.url(f"/activities/{reference}/"))
    shown = words(page.get_by_role("main").inner_text())
    for said in ("Delayed", "35%", "The hall was flooded.", "41 people came", TITLE):
        assert said in shown
    assert words(TITLE) in flowing
    assert "The hall was flooded." in flowing

    everything = flowing + fingerprint + shown
    for private in ("Sample", "sam@", "names of the young people", "olive", "Say how many came"):
        assert private not in everything

    first = next(iter(files.commitments))
    for address in (
        "/",
        "/progress/",
        "/promises/1/",
        f"/commitments/{first}/",
        "/data/",
        "/reports/",
    ):
        phone.goto(portal.url(address))
        assert axe(phone) == [], address
        assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], address


def words(text: str) -> str:
    """One space between words, whatever the layout did."""
    return " ".join(text.split())


def pdf_rows(pdf: str, head: str) -> list[list[str]]:
    """Figures of each line of the PDF that begins as `head` does and ends in figures."""
    begins = head.split()[0]
    found = []
    for line in pdf.splitlines():
        cells = re.split(r"\s{2,}", line.strip())
        if cells[0].split()[:1] == [begins]:
            found.append(cells[1:])
    return found


def counts_of(payload: dict, number: int) -> dict[str, int]:
    codes = {row["code"] for row in payload["commitments"] if row["promise"] == number}
    counts = dict.fromkeys(payload["rollup"]["counts"], 0)
    for activity in payload["activities"]:
        if codes.intersection(activity["commitments"]):
            counts[activity["delivery"]] += 1
    return counts


def read(portal, path: str) -> str:
    with urllib.request.urlopen(portal.url(path)) as answer:
        return answer.read().decode()
