"""Addresses of the office, below `/office/`. They answer 404 to everybody else."""

from django.urls import path

from civic.portal.views import office

urlpatterns = [
    path("", office.office, name="office"),
    path("quarters/", office.quarters, name="office_quarters"),
    path("quarters/<str:key>/move/", office.quarter_move_on, name="office_quarter_move"),
    path("quarters/<str:key>/chase/", office.chase, name="office_chase"),
    path("quarters/<str:key>/sign-off/", office.ask_sign_off, name="office_ask_sign_off"),
    path("publications/<int:pk>/", office.publication, name="office_publication"),
    path("publications/<int:pk>/sign-off/", office.sign_off, name="office_sign_off"),
    path("publications/<int:pk>/withdraw/", office.withdraw, name="office_withdraw"),
]
