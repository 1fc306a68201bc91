"""The names ``account_…`` are those by which allauth finds its way; its other routes are not opened."""

from django.urls import include, path

from accounts import views

own = [
    path("activate/", views.ActivationView.as_view(), name="activate"),
    path("profile/", views.ProfileView.as_view(), name="profile"),
]

urlpatterns = [
    path("login/", views.SignInView.as_view(), name="account_login"),
    path("logout/", views.sign_out, name="account_logout"),
    path("password/change/", views.PasswordChangeView.as_view(), name="account_change_password"),
    path("", include((own, "accounts"))),
]
