from django.urls import path

from core.views.audit import log
from core.views.home import home
from core.views.keys import keys, revocation
from core.views.mailbox import letter, mailbox, resending
from core.views.preferences import choose_language, choose_theme
from core.views.session import SignIn, SignOut, session_end, sessions, sessions_end
from core.views.styleguide import styleguide

app_name = "core"
urlpatterns = [
    path("audit/", log, name="audit"),
    path("", home, name="home"),
    path("keys/", keys, name="keys"),
    path("keys/<str:prefix>/revocation/", revocation, name="key_revocation"),
    path("language/", choose_language, name="language"),
    path("login/", SignIn.as_view(), name="login"),
    path("logout/", SignOut.as_view(), name="logout"),
    path("mailbox/", mailbox, name="mailbox"),
    path("mailbox/<int:pk>/", letter, name="letter"),
    path("mailbox/<int:pk>/resending/", resending, name="resending"),
    path("sessions/", sessions, name="sessions"),
    path("sessions/ending/", sessions_end, name="sessions_end"),
    path("sessions/<slug:name>/ending/", session_end, name="session_end"),
    path("styleguide/", styleguide, name="styleguide"),
    path("theme/", choose_theme, name="theme"),
]
