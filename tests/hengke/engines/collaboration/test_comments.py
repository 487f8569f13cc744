"""Comments: who is named, who may change what, who hears of it, and the way back."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from hengke.engines.access.actor import Actor
from hengke.engines.access.enums import Role
from hengke.engines.access.models import Event, User
from hengke.engines.collaboration.models import Comment, Follow
from hengke.engines.collaboration.services import comments, mentions
from hengke.engines.collaboration.subjects import Subject, by_slug
from hengke.engines.notices.models import Notice
from hengke.kernel.errors import InputError, NotAllowed, NotFound
from hengke.modules.customers.services import merging
from tests.factories import customers as make
from tests.factories.people import person, unit

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss() -> User:
    return person("boss")


@pytest.fixture
def subject(boss: User) -> Subject:
    owner = person("owner", Role.ACCOUNT_MANAGER, unit("Department A"))
    customer = make.customer(unit=unit("Department A"), owner=owner)
    return by_slug("customers", customer.pk, Actor.of(boss))


def _named(username: str, name: str, role: str = Role.DIRECTOR, at: Any = None) -> User:
    user = person(username, role, at)
    user.name = name
    user.save()
    return user


def test_people_are_named_by_name_or_user_name_longest_first(subject: Subject) -> None:
    short, long = _named("zwb", "赵文"), _named("zhaowb", "赵文斌")
    _named("ann", "Ann")
    anna = _named("anna", "Anna")
    assert mentions.read(subject, "请@赵文斌看，@赵文 也看") == [(long.pk, "赵文斌"), (short.pk, "赵文")]
    assert [pk for pk, _word in mentions.read(subject, "hello @Anna, mail x@example.org")] == [anna.pk]
    assert mentions.read(subject, "@zwb和@nobody") == [(short.pk, "zwb")]


def test_two_people_of_one_name_are_named_by_user_name_only(subject: Subject) -> None:
    _named("zhang1", "张伟"), _named("zhang2", "张伟")
    assert mentions.read(subject, "@张伟") == []
    assert sorted(offer.word for offer in mentions.offers(subject, "zhangw")) == ["zhang1", "zhang2"]


@pytest.mark.parametrize("typed", ["赵", "文斌", "zhao", "zwb", "ZWB", "wenbin"])
def test_people_are_offered_by_name_and_sound(subject: Subject, typed: str) -> None:
    _named("u7", "赵文斌")
    assert [offer.user.name for offer in mentions.offers(subject, typed)] == ["赵文斌"]


def test_who_may_not_see_the_record_is_offered_greyed_and_cannot_be_named(
    subject: Subject, boss: User
) -> None:
    outsider = _named("b_sales", "李外人", Role.ACCOUNT_MANAGER, unit("Department B"))
    assert mentions.read(subject, "@李外人") == []
    client = Client()
    client.force_login(boss)
    answer = client.get(f"/customers/{subject.target.pk}/people", {"q": "liw"}).json()["people"]
    assert [(one["name"], bool(one["reason"])) for one in answer] == [("李外人", True)]
    comments.write(subject, "@李外人 请看")
    assert not Notice.objects.filter(recipient=outsider).exists()


def test_comment_tells_the_named_once_and_the_followers(subject: Subject) -> None:
    named, follower = _named("zwb", "赵文斌"), person("follower")
    for user in (named, follower):
        Follow.objects.create(user=user, **subject.place)
    comments.write(subject, "@赵文斌 报价请复核")
    told = dict(Notice.objects.values_list("recipient__username", "kind"))
    assert told == {"zwb": "mention", "follower": "comment", "owner": "comment"}
    assert Event.objects.get(kind="comment.created").party_id == subject.target.pk
    assert Follow.objects.filter(user__username="boss", on=True).exists()


def test_replies_stay_one_level_and_on_their_record(subject: Subject) -> None:
    first = comments.write(subject, "一")
    reply = comments.write(subject, "二", parent=first.pk)
    assert comments.write(subject, "三", parent=reply.pk).parent_id == first.pk
    elsewhere = by_slug("customers", make.customer("芜湖计量所").pk, subject.actor)
    with pytest.raises(NotFound):
        comments.write(elsewhere, "四", parent=first.pk)


def test_only_the_author_changes_and_only_author_or_deleter_deletes(subject: Subject) -> None:
    row = comments.write(subject, "原话")
    owner = Actor.of(User.objects.get(username="owner"))
    for forbidden in (
        lambda: comments.change(row, "别人的话", actor=owner),
        lambda: comments.delete(row, actor=owner),
    ):
        with pytest.raises(NotAllowed):
            forbidden()
    row.refresh_from_db()
    assert (row.text, row.deleted_at) == ("原话", None)
    other_boss = Actor.of(person("admin", Role.ADMINISTRATOR))
    comments.delete(row, actor=other_boss)
    assert Event.objects.filter(kind="comment.deleted", actor__username="admin").count() == 1


def test_deleting_can_be_taken_back_from_the_toast(subject: Subject, boss: User) -> None:
    row = comments.write(subject, "这句话回得来")
    client = Client()
    client.force_login(boss)
    page = client.post(f"/comments/{row.pk}/delete", follow=True).content.decode()
    assert "这句话回得来" not in page
    assert f'action="/comments/{row.pk}/restore"' in page
    assert "这句话回得来" in client.post(f"/comments/{row.pk}/restore", follow=True).content.decode()


@pytest.mark.parametrize("text", ["", "  \n ", "a\x00b", "字" * 10_001])
def test_text_is_bounded(subject: Subject, text: str) -> None:
    with pytest.raises(InputError):
        comments.write(subject, text)
    assert not Comment.objects.exists()


def test_text_is_escaped_and_addresses_become_links() -> None:
    shown = mentions.markup(
        '<img src=x onerror="1"> @赵文斌 https://example.org/?a=1&b=2 javascript:alert(1)', [(1, "赵文斌")]
    )
    assert "<img" not in shown
    assert '<b class="at">@赵文斌</b>' in shown
    assert 'href="https://example.org/?a=1&amp;b=2" rel="nofollow"' in shown
    assert 'href="javascript' not in shown


def test_timeline_shows_one_kind_of_entries_alone(subject: Subject, boss: User) -> None:
    comments.write(subject, "只看评论")
    make.activity(subject.target, "电话回访", state="done")
    client = Client()
    client.force_login(boss)
    here = f"/customers/{subject.target.pk}/timeline"
    shown = {
        key: client.get(here, {"show": key}).content.decode()
        for key in ("", "comments", "activities", "changes")
    }
    assert [("只看评论" in shown[key], "电话回访" in shown[key]) for key in shown] == [
        (True, True), (True, False), (False, True), (False, False),
    ]  # fmt: skip
    assert client.get(here, {"show": "nothing"}).status_code == 400


def test_comments_and_followers_move_with_a_merge_and_back(subject: Subject, boss: User) -> None:
    row = comments.write(subject, "随客户走")
    survivor = make.customer("合肥供水有限公司", unit=unit("Department A"))
    event = merging.merge(survivor, subject.target, actor=Actor.of(boss))
    row.refresh_from_db()
    assert row.subject_id == survivor.pk
    assert Follow.objects.get(user=boss).subject_id == survivor.pk
    merging.unmerge(event, actor=Actor.of(boss))
    row.refresh_from_db()
    assert row.subject_id == subject.target.pk
