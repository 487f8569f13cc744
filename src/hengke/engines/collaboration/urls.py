"""Addresses of comments, followers and files, the same for every record type."""

from __future__ import annotations

from django.urls import path

from hengke.engines.collaboration.views import comments, files, following

urlpatterns = [
    path("<slug:slug>/<int:pk>/comments", comments.write, name="comment"),
    path("<slug:slug>/<int:pk>/people", comments.people, name="people"),
    path("<slug:slug>/<int:pk>/follow", following.follow, name="follow"),
    path("<slug:slug>/<int:pk>/files", files.files, name="files"),
    path("comments/<int:pk>/change", comments.change, name="comment-change"),
    path("comments/<int:pk>/delete", comments.delete, name="comment-delete"),
    path("comments/<int:pk>/restore", comments.restore, name="comment-restore"),
    path("files/<int:pk>/download", files.download, name="file-download"),
    path("files/<int:pk>/show", files.show, name="file-show"),
    path("files/<int:pk>/delete", files.delete, name="file-delete"),
    path("files/<int:pk>/restore", files.restore, name="file-restore"),
]
