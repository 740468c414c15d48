from django.urls import path

from forecasting.views import forecast, portfolio, scenarios

app_name = "forecasting"
CUSTOMER = "customers/<slug:slug>/"
SCENARIO = f"{CUSTOMER}scenarios/<int:pk>/"
urlpatterns = [
    path(f"{CUSTOMER}forecast/", forecast.forecast, name="forecast"),
    path(f"{CUSTOMER}forecasts/<slug:inputs_hash>/", forecast.run, name="run"),
    path(f"{CUSTOMER}scenarios/", scenarios.create, name="scenarios"),
    path(SCENARIO, scenarios.detail, name="scenario"),
    path(f"{SCENARIO}drivers/", scenarios.drivers, name="drivers"),
    path(f"{SCENARIO}drivers/<int:place>/", scenarios.driver, name="driver"),
    path(f"{SCENARIO}drivers/<int:place>/removal/", scenarios.driver_removal, name="driver_removal"),
    path("forecasts/", portfolio.overview, name="overview"),
    path("forecasts/runs/", portfolio.start, name="start"),
    path("forecasts/runs/<int:pk>/", portfolio.detail, name="portfolio"),
    path("forecasts/runs/<int:pk>/cancellation/", portfolio.cancellation, name="cancellation"),
    path("forecasts/runs/<int:pk>/resumption/", portfolio.resumption, name="resumption"),
    path(f"{SCENARIO}removal/", scenarios.removal, name="scenario_removal"),
]
