from django.urls import path

from crm.views import connections, inbound

app_name = "crm"
ONE = "crm/<slug:system>/"

urlpatterns = [
    path("crm/", connections.overview, name="overview"),
    path(ONE, connections.connection, name="connection"),
    path(f"{ONE}address/", connections.address, name="address"),
    path(f"{ONE}mapping/", connections.mapping, name="mapping"),
    path(f"{ONE}preview/", connections.example, name="preview"),
    path(f"{ONE}rotation/", connections.rotation, name="rotation"),
    path(f"{ONE}switch/", connections.switch, name="switch"),
    path(f"{ONE}removal/", connections.removal, name="removal"),
    path("api/crm/<slug:system>/messages/", inbound.messages, name="messages"),
]
