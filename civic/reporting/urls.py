from django.urls import path

from civic.reporting import views

app_name = "reporting"

urlpatterns = [
    path("<int:pk>/", views.report, name="report"),
    path("<int:pk>/download/", views.download, name="download"),
    path("<int:pk>/retry/", views.retry, name="retry"),
]
