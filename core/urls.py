from django.urls import path

from core.views import account, notices, oidc, people, webhooks
from core.views.audit import log
from core.views.home import home
from core.views.keys import keys, revocation
from core.views.mailbox import letter, mailbox, resending
from core.views.preferences import choose_language, choose_theme
from core.views.session import SignIn, SignOut, login_code, session_end, sessions, sessions_end
from core.views.styleguide import styleguide

app_name = "core"
urlpatterns = [
    path("account/", account.account, name="account"),
    path("account/notices/", notices.ways, name="notice_ways"),
    path("account/password/", account.ChangePassword.as_view(), name="password"),
    path("account/password/forgotten/", account.password_forgotten, name="password_forgotten"),
    path("account/password/<uidb64>/<token>/", account.PasswordLink.as_view(), name="password_link"),
    path("account/second-factor/", account.set_up_second_factor, name="second_factor"),
    path("account/second-factor/ending/", account.turn_off_second_factor, name="second_factor_end"),
    path("account/second-factor/codes/", account.recovery_codes, name="recovery_codes"),
    path("audit/", log, name="audit"),
    path("", home, name="home"),
    path("keys/", keys, name="keys"),
    path("keys/<str:prefix>/revocation/", revocation, name="key_revocation"),
    path("language/", choose_language, name="language"),
    path("login/", SignIn.as_view(), name="login"),
    path("login/code/", login_code, name="login_code"),
    path("login/provider/", oidc.start, name="oidc"),
    path("login/provider/return/", oidc.finish, name="oidc_return"),
    path("logout/", SignOut.as_view(), name="logout"),
    path("mailbox/", mailbox, name="mailbox"),
    path("mailbox/<int:pk>/", letter, name="letter"),
    path("mailbox/<int:pk>/resending/", resending, name="resending"),
    path("notices/", notices.notices, name="notices"),
    path("notices/reading/", notices.reading, name="notices_reading"),
    path("notices/<int:pk>/reading/", notices.reading_one, name="notice_reading"),
    path("people/", people.people, name="people"),
    path("people/<str:username>/", people.one, name="person"),
    path("people/<str:username>/password-link/", people.password_link, name="person_password_link"),
    path("people/<str:username>/second-factor/ending/", people.second_factor_reset, name="person_second_factor_end"),
    path("people/<str:username>/identity/ending/", people.identity_removal, name="person_identity_end"),
    path("sessions/", sessions, name="sessions"),
    path("sessions/ending/", sessions_end, name="sessions_end"),
    path("sessions/<slug:name>/ending/", session_end, name="session_end"),
    path("styleguide/", styleguide, name="styleguide"),
    path("theme/", choose_theme, name="theme"),
    path("webhooks/", webhooks.webhooks, name="webhooks"),
    path("webhooks/<int:pk>/", webhooks.webhook, name="webhook"),
    path("webhooks/<int:pk>/messages/<int:message>/replay/", webhooks.webhook_replay, name="webhook_replay"),
    path("webhooks/<int:pk>/removal/", webhooks.webhook_removal, name="webhook_removal"),
    path("webhooks/<int:pk>/rotation/", webhooks.webhook_rotation, name="webhook_rotation"),
    path("webhooks/<int:pk>/switch/", webhooks.webhook_switch, name="webhook_switch"),
    path("webhooks/<int:pk>/test/", webhooks.webhook_test, name="webhook_test"),
]
