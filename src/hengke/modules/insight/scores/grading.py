"""The page where experts grade the credit of proposed customers, or bring grades in as a file."""

from __future__ import annotations

from collections import Counter

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from hengke.engines.access import grants
from hengke.engines.access.requests import StaffRequest
from hengke.kernel.numbers import is_whole
from hengke.modules.customers.models import CustomerSummary
from hengke.modules.insight.services.scoring import grades, registry

PREFIX = "grade-"
NAMED, LONGEST_KEY = 10, 18


@require_GET
def page(request: StaffRequest) -> HttpResponse:
    """Proposed customers with what an expert wants to know of them, and how many grades are still needed."""
    grants.require(request.actor, "view", registry.SUBJECT)
    known = grades.newest()
    counts = Counter(known.values())
    proposed = grades.proposals(request.actor)
    rows = CustomerSummary.objects.filter(customer__in=proposed, laboratory="")
    told = {row.customer_id: row for row in rows}
    context = {
        "title": _("Experts' grades"),
        "rows": [{"customer": one, "summary": told[one.pk]} for one in proposed],
        "grades": [(band.value, band.label, counts[band.value]) for band in grades.GRADES],
        "count": len(known), "needed": grades.ENOUGH, "each": grades.ENOUGH_OF_EACH, "enough": grades.enough(known),
        "may_change": grants.may(request.actor, "change", registry.SUBJECT),
    }  # fmt: skip
    return render(request, "insight/scores/grades.html", context)


@require_POST
def save(request: StaffRequest) -> HttpResponse:
    """Keep the grades of the form; customers without one are proposed again."""
    named = {
        name.removeprefix(PREFIX): str(word) for name, word in request.POST.items() if name.startswith(PREFIX)
    }
    given = {int(key): word for key, word in named.items() if is_whole(key) and len(key) <= LONGEST_KEY}
    count = grades.grade(given, actor=request.actor)
    messages.success(request, _("%(count)s customers graded.") % {"count": count})
    return redirect("grades")


@require_POST
def bring(request: StaffRequest) -> HttpResponse:
    """Take grades from a file."""
    handed = request.FILES.get("file")
    data = handed.read(grades.LARGEST_FILE + 1) if isinstance(handed, UploadedFile) else b""
    done = grades.bring(data, actor=request.actor)
    messages.success(request, _("%(count)s customers graded.") % {"count": done.taken})
    if done.refused:
        lines = ", ".join(map(str, done.refused[:NAMED])) + (" …" if len(done.refused) > NAMED else "")
        messages.warning(
            request, _("Lines without a known number and grade were left out: %(lines)s") % {"lines": lines}
        )
    return redirect("grades")
