from django.urls import path

from pairings import views

app_name = "partners"

urlpatterns = [
    path("", views.PartnerListView.as_view(), name="list"),
    path("new/", views.PartnerCreateView.as_view(), name="create"),
    path("<text:code>/", views.PartnerDetailView.as_view(), name="detail"),
    path("<text:code>/edit/", views.PartnerChangeView.as_view(), name="change"),
    path("<text:code>/contact/", views.ContactView.as_view(), name="contact"),
    path("<text:code>/merge/", views.PartnerMergeView.as_view(), name="merge"),
]
