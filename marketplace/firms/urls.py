from django.urls import path

from .views import firms, permits, sites

app_name = "firms"
urlpatterns = [
    path("firms/start/", firms.start, name="start"),
    path("firms/mine/", firms.mine, name="mine"),
    path("firms/create/", firms.create, name="create"),
    path("firms/suggest/<slug:kind>/", firms.suggest, name="suggest"),
    path("firms/<int:pk>/", firms.detail, name="detail"),
    path("firms/<int:pk>/change/", firms.change, name="change"),
    path("firms/<int:pk>/members/add/", firms.member_add, name="member_add"),
    path("firms/<int:pk>/sites/add/", sites.add, name="site_add"),
    path("firms/<int:pk>/permits/add/", permits.add, name="permit_add"),
    path("sites/add/", sites.add_to_own_firm, name="site_add"),
    path("sites/<int:pk>/change/", sites.change, name="site_change"),
    path("permits/<int:pk>/", permits.detail, name="permit"),
    path("permits/<int:pk>/move/", permits.move, name="permit_move"),
    path("permits/<int:pk>/document/", permits.document, name="permit_document"),
]
