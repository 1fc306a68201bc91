from django.urls import path

from branches import views

app_name = "branches"

urlpatterns = [
    path("", views.PartyUnitListView.as_view(), name="unit_list"),
    path("alerts/", views.AlertListView.as_view(), name="alerts"),
    path("<str:code>/", views.PartyUnitDetailView.as_view(), name="unit_detail"),
    path("<str:code>/members/add/", views.MemberAddView.as_view(), name="member_add"),
    path("<str:code>/members/<int:pk>/", views.MemberDetailView.as_view(), name="member_detail"),
    path("<str:code>/members/<int:pk>/change/", views.MemberChangeView.as_view(), name="member_change"),
    path("<str:code>/members/<int:pk>/transfer/", views.TransferView.as_view(), name="member_transfer"),
    path("<str:code>/posts/add/", views.PostAddView.as_view(), name="post_add"),
    path("<str:code>/posts/end/", views.EndPostView.as_view(), name="post_end"),
    path("<str:code>/election/", views.ElectionView.as_view(), name="election"),
    path("<str:code>/extension/", views.ExtensionView.as_view(), name="extension"),
    path("<str:code>/hand-over/", views.HandOverView.as_view(), name="hand_over"),
    path("<str:code>/groups/add/", views.GroupAddView.as_view(), name="group_add"),
    path("<str:code>/group/", views.GroupChangeView.as_view(), name="group_change"),
    path("<str:code>/open/", views.OpenUnitView.as_view(), name="unit_open"),
    path("<str:code>/merge/", views.MergeView.as_view(), name="unit_merge"),
    path("<str:code>/rename/", views.RenameView.as_view(), name="unit_rename"),
    path("<str:code>/move/", views.MoveView.as_view(), name="unit_move"),
    path("<str:code>/close/", views.CloseView.as_view(), name="unit_close"),
]
