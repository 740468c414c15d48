from django.urls import path

from billing import views

app_name = "billing"
urlpatterns = [
    path("contracts/stuck/", views.stuck, name="stuck"),
    path("contracts/", views.contracts, name="contracts"),
    path("customers/<slug:slug>/contracts/", views.for_customer, name="for_customer"),
    path("contracts/<str:number>/", views.contract, name="contract"),
    path("contracts/<str:number>/terms.json", views.terms, name="terms"),
    path("contracts/<str:number>/delivery/retries/", views.retry, name="retry"),
]
