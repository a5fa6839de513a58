from django.urls import path, re_path

from promises.views import engagements, updates

app_name = "promises"
urlpatterns = [
    path("staff/engagements/", engagements.engagement_list, name="engagements"),
    path("staff/engagements/new/", engagements.engagement_new, name="engagement_new"),
    re_path(
        r"^staff/engagements/export\.(?P<kind>csv|xlsx)$",
        engagements.engagement_export,
        name="engagements_export",
    ),
    path("staff/engagements/<int:pk>/", engagements.engagement_detail, name="engagement"),
    path("staff/engagements/<int:pk>/edit/", engagements.engagement_edit, name="engagement_edit"),
    path(
        "staff/engagements/<int:pk>/withdraw/",
        engagements.engagement_withdraw,
        name="engagement_withdraw",
    ),
    path("staff/updates/", updates.update_list, name="updates"),
    path("staff/updates/<str:reference>/", updates.update_write, name="update_write"),
    path("staff/reviews/", updates.review_list, name="reviews"),
    path("staff/reviews/<int:pk>/", updates.update_review, name="update_review"),
]
