"""Mounted only where mail stays on this machine."""

from django.urls import path

from civic.portal.views import outbox

urlpatterns = [
    path("outbox/", outbox.outbox, name="outbox"),
    path("outbox/<int:pk>/", outbox.outbox_message, name="outbox_message"),
]
