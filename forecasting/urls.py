from django.urls import path

from forecasting import views

app_name = "forecasting"
urlpatterns = [
    path("customers/<slug:slug>/forecast/", views.forecast, name="forecast"),
    path("customers/<slug:slug>/forecasts/<slug:inputs_hash>/", views.run, name="run"),
]
