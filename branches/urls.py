from django.urls import path

from branches import views

app_name = "branches"

urlpatterns = [
    path("", views.PartyUnitListView.as_view(), name="unit_list"),
    path("alerts/", views.AlertListView.as_view(), name="alerts"),
    path("<text:code>/", views.PartyUnitDetailView.as_view(), name="unit_detail"),
    path("<text:code>/members/add/", views.MemberAddView.as_view(), name="member_add"),
    path("<text:code>/members/<int:pk>/", views.MemberDetailView.as_view(), name="member_detail"),
    path("<text:code>/members/<int:pk>/change/", views.MemberChangeView.as_view(), name="member_change"),
    path("<text:code>/members/<int:pk>/transfer/", views.TransferView.as_view(), name="member_transfer"),
    path(
        "<text:code>/members/<int:pk>/transfer/take-back/",
        views.TransferTakeBackView.as_view(),
        name="transfer_take_back",
    ),
    path("<text:code>/posts/add/", views.PostAddView.as_view(), name="post_add"),
    path("<text:code>/posts/end/", views.EndPostView.as_view(), name="post_end"),
    path("<text:code>/election/", views.ElectionView.as_view(), name="election"),
    path("<text:code>/extension/", views.ExtensionView.as_view(), name="extension"),
    path("<text:code>/hand-over/", views.HandOverView.as_view(), name="hand_over"),
    path("<text:code>/groups/add/", views.GroupAddView.as_view(), name="group_add"),
    path("<text:code>/group/", views.GroupChangeView.as_view(), name="group_change"),
    path("<text:code>/second/", views.SecondView.as_view(), name="second"),
    path("<text:code>/second/end/", views.EndSecondmentView.as_view(), name="second_end"),
    path("<text:code>/open/", views.OpenUnitView.as_view(), name="unit_open"),
    path("<text:code>/merge/", views.MergeView.as_view(), name="unit_merge"),
    path("<text:code>/rename/", views.RenameView.as_view(), name="unit_rename"),
    path("<text:code>/move/", views.MoveView.as_view(), name="unit_move"),
    path("<text:code>/close/", views.CloseView.as_view(), name="unit_close"),
    path("<text:code>/open/take-back/", views.OpeningTakeBackView.as_view(), name="opening_take_back"),
    path("<text:code>/close/take-back/", views.ClosureTakeBackView.as_view(), name="closure_take_back"),
]
