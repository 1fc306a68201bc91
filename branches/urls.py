from django.urls import path

from branches import views

app_name = "branches"

urlpatterns = [
    path("", views.PartyUnitListView.as_view(), name="unit_list"),
    path("<str:code>/", views.PartyUnitDetailView.as_view(), name="unit_detail"),
]
