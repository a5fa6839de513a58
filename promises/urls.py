from django.urls import path, re_path

from promises.views import activities, engagements, updates

app_name = "promises"
# Any reference that an import may bring, but nothing that a database refuses to look for.
ACTIVITY = r"(?P<reference>[^/\x00-\x1f]{1,30})"
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
    re_path(rf"^staff/updates/{ACTIVITY}/$", updates.update_write, name="update_write"),
    path("staff/reviews/", updates.review_list, name="reviews"),
    path("staff/reviews/<int:pk>/", updates.update_review, name="update_review"),
    path("staff/activities/", activities.activity_list, name="activities"),
    re_path(rf"^staff/activities/{ACTIVITY}/$", activities.activity_detail, name="activity"),
    re_path(
        rf"^staff/activities/{ACTIVITY}/take/$", activities.activity_take, name="activity_take"
    ),
    re_path(
        rf"^staff/activities/{ACTIVITY}/owner/$", activities.activity_owner, name="activity_owner"
    ),
]
