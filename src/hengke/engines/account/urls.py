"""Addresses of the way in, of one's own account and of the rules for logging in."""

from __future__ import annotations

from django.contrib.auth.views import LogoutView
from django.urls import path

from hengke.engines.account.views import account, confirmed, login, passkey, security, steps

urlpatterns = [
    path("login", login.LoginView.as_view(), name="login"),
    path("login/second", login.second, name="login-second"),
    path("login/setup", login.setup, name="login-setup"),
    path("login/passkey/begin", passkey.begin_use, name="passkey-begin"),
    path("login/passkey", passkey.finish_use, name="passkey-use"),
    path("login/link/<int:pk>/<str:token>", login.by_link, name="login-link"),
    path("logout", LogoutView.as_view(), name="logout"),
    path("account", account.page, name="account"),
    path("account/confirm", confirmed.confirm, name="account-confirm"),
    path("account/password", account.password, name="password"),
    path("account/app", steps.add_app, name="account-app"),
    path("account/app/remove", steps.remove_app, name="account-app-remove"),
    path("account/codes", steps.new_codes, name="account-codes"),
    path("account/passkeys/new", steps.new_passkey, name="account-passkey"),
    path("account/passkeys/begin", passkey.begin_add, name="account-passkey-begin"),
    path("account/passkeys/add", passkey.finish_add, name="account-passkey-add"),
    path("account/passkeys/<int:pk>/rename", steps.rename_passkey, name="account-passkey-rename"),
    path("account/passkeys/<int:pk>/remove", steps.remove_passkey, name="account-passkey-remove"),
    path("account/sessions/end", account.end_others, name="account-sessions-end"),
    path("account/sessions/<str:handle>/end", account.end_session, name="account-session-end"),
    path("account/tokens/new", account.new_token, name="account-token"),
    path("account/tokens/<int:pk>/revoke", account.revoke_token, name="account-token-revoke"),
    path("security", security.page, name="security"),
    path("security/rules", security.save, name="security-rules"),
    path("security/people/<int:pk>", security.help_person, name="security-person"),
]
