"""Small invented files for the import tests, and where the real ones are."""

import os
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

STRATEGY = """\
strategy:
  slug: harbour-2024
  title: 'Harbour and Hill: a plan'
  institution: Harbour University
  responsible: Dean of Place
  introduced: 2024
  review: annual
  next_review: 2026-09
  enablers:
  - Listening first
  themes:
  - Skills for life
  - Green places
  promises:
  - number: 1
    title: We open our doors
    commitments:
    - code: '1.1'
      text: We keep one room free for neighbours
        on every weekday.
    - code: '1.10'
      text: 'We lend:'
      list:
      - tools
      - books
  - number: 2
    title: We plant
    commitments:
    - code: '2.1'
      text: We plant a tree a day.
"""

ACTIVITIES = """\
reference,title,description,commitment,theme,owner_role,unit,horizon,status,start,end,partners,\
measure,value,value_unit,kef_aspect,source
HH-01,Open room,A room for all,1.1;1.10,Skills for life,Porter,School of Rope,current,on track,\
2019,,Quay Trust,Visits,120,people,XX-1,Door book
HH-01,Open room,,1.1;1.10,Skills for life,Porter,,,,2019,2021,,Loans,"1,300",loans,XX-1,Shelf list
HH-02,Tree day,,2.1,,,,longer-term,,,2027-05,,,,,,
"""

ENGAGEMENTS = """\
Date,Activity ref,What happened,Type,Where,Attendees,Volunteers hours,Free?,Partners,Logged by,Notes
12/09/2025,HH-01,Rope talk,Talk,Room 1,"1,200",,free,,School of Rope,
2025-09-18,HH-01,Drop-in,Advice,Room 1,c. 40,36,Y,Quay Trust; New Dock,Rope desk,
18 Sep 2025,HH-01,drop-in,Advice,Room 1,40,36,Yes,Quay Trust,Rope desk,again?
,,,,,,,,,,
3.10.25,HH-02,Planting,Event,Hill,30-40,10.5,£5,,,runs to 12/10/2025
14/10/2025,HH-99,Fair,Event,Hill,25,,free,,,
12/09/2025,HH-01,Rope talk,Talk,Room 1,"1,200",,free,,School of Rope,
15/10/2025,HH-02,"=HYPERLINK(""http://example.org"")",Event,Hill,18 people,,n/a,,,
16/10/2025,HH-02,Open day,Open day,Hill,300,,,,,
31/11/2025,HH-02,Walk,Event,Hill,sixty,-3,maybe,,,
01/04/2099,HH-02,Later,Event,Hill,,,,,,
TOTAL,,,,,"1,700",,,,,
"""


def real(name: str) -> Path:
    """A file of the institution's own; the test is skipped, and says so, where there is none."""
    folder = os.environ.get("REAL_DATA_DIR")
    if not folder:
        pytest.skip("REAL_DATA_DIR is not set, so there is no real file to read")
    path = Path(folder) / name
    assert path.exists(), f"REAL_DATA_DIR holds no {name}"
    return path


def refused(capsys, *args, **options) -> str:
    """Run a command that must refuse; everything it said, its error last."""
    with pytest.raises(CommandError) as caught:
        call_command(*args, **options)
    assert str(caught.value.returncode) == "1"
    return capsys.readouterr().out + str(caught.value)
