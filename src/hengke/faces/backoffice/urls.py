"""Addresses of the back office."""

from __future__ import annotations

from django.urls import path

from hengke.faces.backoffice import people, places, roles, why

urlpatterns = [
    path("backoffice/people", people.listing, name="backoffice-people"),
    path("backoffice/people/new", people.new, name="backoffice-person-new"),
    path("backoffice/people/<int:pk>", people.page, name="backoffice-person"),
    path("backoffice/people/<int:pk>/act", people.act, name="backoffice-person-act"),
    path("backoffice/people/<int:pk>/absence", people.absence, name="backoffice-absence"),
    path("backoffice/people/<int:pk>/hand-over", people.hand_over, name="backoffice-hand-over"),
    path("backoffice/people/<int:pk>/rights", why.rights, name="backoffice-rights"),
    path("absence", people.my_absence, name="backoffice-my-absence"),
    path("backoffice/units", places.units, name="backoffice-units"),
    path("backoffice/units/new", places.add_unit, name="backoffice-unit-new"),
    path("backoffice/units/<int:pk>", places.unit, name="backoffice-unit"),
    path("backoffice/units/<int:pk>/move", places.move_unit, name="backoffice-unit-move"),
    path("backoffice/teams", places.teams, name="backoffice-teams"),
    path("backoffice/teams/new", places.team, name="backoffice-team-new"),
    path("backoffice/teams/<int:pk>", places.team, name="backoffice-team"),
    path("backoffice/territories", places.territories, name="backoffice-territories"),
    path("backoffice/territories/new", places.territory, name="backoffice-territory-new"),
    path("backoffice/territories/<int:pk>", places.territory, name="backoffice-territory"),
    path("backoffice/roles", roles.listing, name="backoffice-roles"),
    path("backoffice/roles/new", roles.new, name="backoffice-role-new"),
    path("backoffice/roles/<slug:key>", roles.page, name="backoffice-role"),
    path("backoffice/roles/<slug:key>/reset", roles.undo_all, name="backoffice-role-reset"),
    path("backoffice/roles/<slug:key>/<str:subject>", roles.rule, name="backoffice-rule"),
    path("backoffice/why", why.why, name="backoffice-why"),
    path("backoffice/undo/<int:event>", people.undo, name="backoffice-undo"),
]
