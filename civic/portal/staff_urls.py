from django.urls import path

from civic.portal.views import staff

urlpatterns = [
    path("", staff.my_tasks, name="my_tasks"),
]
