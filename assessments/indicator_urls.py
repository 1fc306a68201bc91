from django.urls import path

from assessments.views import indicator_entry, indicator_values, indicators

app_name = "indicators"

urlpatterns = [
    path("", indicators.IndicatorListView.as_view(), name="list"),
    path("new/", indicators.IndicatorAddView.as_view(), name="add"),
    path("default/", indicators.DefaultLibraryView.as_view(), name="default"),
    path("library/<text:code>/", indicators.IndicatorDetailView.as_view(), name="detail"),
    path("library/<text:code>/edit/", indicators.IndicatorChangeView.as_view(), name="change"),
    path("library/<text:code>/figures/<text:period>/", indicators.FigureListView.as_view(), name="figures"),
    path("library/<text:code>/history/<text:unit>/", indicators.HistoryView.as_view(), name="history"),
    path("entry/", indicator_entry.EntryChoiceView.as_view(), name="entry"),
    path(
        "entry/indicator/<text:code>/<text:period>/",
        indicator_entry.IndicatorGridView.as_view(),
        name="enter_indicator",
    ),
    path("entry/unit/<text:unit>/<text:period>/", indicator_entry.UnitGridView.as_view(), name="enter_unit"),
    path("verify/", indicator_values.VerifyListView.as_view(), name="verify"),
    path("values/<int:pk>/", indicator_values.ValueDetailView.as_view(), name="value"),
    path("values/<int:pk>/decide/", indicator_values.ValueDecideView.as_view(), name="decide"),
    path("values/<int:pk>/exclude/", indicator_values.ExcludeView.as_view(), name="exclude"),
    path("values/<int:pk>/document/", indicator_values.DocumentView.as_view(), name="document"),
    path("exclusions/<int:pk>/", indicator_values.ExclusionDecideView.as_view(), name="exclusion"),
]
