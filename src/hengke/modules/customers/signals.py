"""What other modules may want to know about customers."""

from __future__ import annotations

from django.dispatch import Signal

# Sent after a merge, its undoing or a split has been committed; carries `actor`.
identity_changed = Signal()
