from django.urls import path

from quotes.views import document, room

app_name = "quotes"
urlpatterns = [
    path("quotes/<str:number>/v<int:version_number>/document.pdf", document.document, name="document"),
    path("room/", room.room, name="room"),
    path("room/acceptance/", room.accept, name="room_accept"),
    path("room/refusal/", room.decline, name="room_decline"),
    path("room/document.pdf", room.document, name="room_document"),
    path("room/quote.json", room.snapshot, name="room_snapshot"),
    path("room/<str:token>/", room.enter, name="room_enter"),
]
