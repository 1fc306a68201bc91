from django.urls import path

from activities.views import duties as views

app_name = "duties"

urlpatterns = [
    path("duties/", views.DutyListView.as_view(), name="list"),
    path("duties/sheet/", views.DutySheetView.as_view(), name="sheet"),
    path("duties/<int:pk>/", views.DutyDetailView.as_view(), name="detail"),
    path("duties/<int:pk>/exempt/", views.ExemptView.as_view(), name="exempt"),
    path("duties/<int:pk>/deadline/", views.DeadlineView.as_view(), name="deadline"),
    path("reminders/", views.ReminderListView.as_view(), name="reminders"),
    path("reminders/seen/", views.RemindersSeenView.as_view(), name="seen"),
]
