"""Pages of the shell itself: home, first administrator, health."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from hengke.engines.access import grants
from hengke.engines.access.requests import StaffRequest
from hengke.engines.account import gate
from hengke.faces import first_run
from hengke.faces.context import first_place
from hengke.faces.forms import AdministratorForm


@require_GET
def home(request: StaffRequest) -> HttpResponse:
    """The page a person starts with: the overview for those who may see it, else the first place of the menu."""
    if grants.may(request.actor, "view", "insight.dashboard"):
        return redirect("dashboard")
    return redirect(first_place(request.actor))


@login_not_required
@require_http_methods(["GET", "POST"])
def welcome(request: HttpRequest, token: str) -> HttpResponse:
    """The one-time link with which the first administrator sets name and password."""
    if not first_run.link_is_valid(token):
        raise Http404
    form = AdministratorForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        user = first_run.make_administrator(**form.cleaned_data)
        gate.enter(request, user, way="link")
        return redirect("home")
    return render(request, "access/welcome.html", {"form": form})


@login_not_required
@require_GET
def livez(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"status": "ok"})


@login_not_required
@require_GET
def readyz(request: HttpRequest) -> JsonResponse:
    """The database answers and is migrated."""
    try:
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except Exception:
        return JsonResponse({"status": "database unreachable"}, status=503)
    if pending:
        return JsonResponse({"status": "migrations pending"}, status=503)
    return JsonResponse({"status": "ok"})
