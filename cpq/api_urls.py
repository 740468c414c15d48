from django.urls import path

from billing import api as billing

urlpatterns = [
    path("contracts/", billing.ContractList.as_view(), name="api_contracts"),
    path("contracts/<str:number>/", billing.ContractDetail.as_view(), name="api_contract"),
]
