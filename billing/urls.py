from django.urls import path

from billing.views import changes, connections, contracts

app_name = "billing"
urlpatterns = [
    path("billing/", connections.connections, name="connections"),
    path("billing/routes/", connections.routes, name="routes"),
    path("billing/<slug:target>/<slug:mode>/", connections.connection, name="connection"),
    path("billing/<slug:target>/<slug:mode>/trial/", connections.trial, name="trial"),
    path("billing/<slug:target>/<slug:mode>/removal/", connections.removal, name="removal"),
    path("contracts/stuck/", contracts.stuck, name="stuck"),
    path("contracts/", contracts.contracts, name="contracts"),
    path("customers/<slug:slug>/contracts/", contracts.for_customer, name="for_customer"),
    path("contracts/<str:number>/", contracts.contract, name="contract"),
    path("contracts/<str:number>/changes/", changes.changes, name="changes"),
    path("contracts/<str:number>/terms.json", contracts.terms, name="terms"),
    path("contracts/<str:number>/delivery/retries/", contracts.retry, name="retry"),
    path("contracts/<str:number>/delivery/solution/", contracts.solve, name="solve"),
    path("contracts/<str:number>/delivery/check/", contracts.check, name="check"),
]
