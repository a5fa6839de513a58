"""Who may do what with reports."""

import rules

from promises.rules import is_office_member, is_staff

rules.add_perm("reporting.follow_report", is_staff)
rules.add_perm("reporting.retry_report", is_office_member)
