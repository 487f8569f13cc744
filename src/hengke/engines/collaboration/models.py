"""What people leave on a record of any type: comments, files, and that they follow it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from hengke.engines.access.models import User


class OnRecord(models.Model):
    """Belongs to the object `subject_id` of the model `subject_type`; the object's rights are its rights."""

    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()

    class Meta:
        abstract = True


class Comment(OnRecord):
    """Plain text; `mentions` are pairs of a person's key and the words that name the person in the text."""

    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="replies")
    author = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    text = models.TextField(_("comment"))
    mentions = models.JSONField(default=list)
    created_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)
    deleted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("comment")
        indexes = (
            models.Index(fields=("subject_type", "subject_id", "-created_at"), name="comment_subject"),
        )

    def __str__(self) -> str:
        return self.text[:60]


class Follow(OnRecord):
    """Whether a person follows an object; a row with `on` false says that the person does not want to."""

    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    on = models.BooleanField(default=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("subject_type", "subject_id", "user"), name="follow_once"),
        )


class Attachment(OnRecord):
    """A file under its name; what it was before stands in older versions."""

    name = models.CharField(_("file name"), max_length=200)
    latest = models.ForeignKey("FileVersion", models.SET_NULL, null=True, related_name="+")
    deleted_at = models.DateTimeField(null=True, db_index=True)
    deleted_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("file")
        constraints = (
            models.UniqueConstraint(
                fields=("subject_type", "subject_id", "name"),
                condition=models.Q(deleted_at=None),
                name="attachment_once",
            ),
        )

    def __str__(self) -> str:
        return self.name


class FileVersion(models.Model):
    """One content of a file; `digest` names the stored bytes, `kind` is told from them."""

    attachment = models.ForeignKey(Attachment, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    digest = models.CharField(max_length=64, db_index=True)
    size = models.BigIntegerField()
    kind = models.CharField(max_length=100)
    by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("attachment", "number"), name="file_version_once"),)
