"""A post as a mail to the subscribers of its list."""

from django.utils import timezone

from forum.models import MailFormat, Post
from forum.outgoing import composing, showing
from forum.outgoing.composing import BY_A_PERSON, MIME, STOP_KEY, TO_PERSON, author_key, reply_key
from forum.outgoing.messages import MailTemplate, template_from
from forum.outgoing.showing import DELIMITER, FOOTER_BEGINS
from forum.outgoing.threads import message_id_of, post_of_message_id, thread_of

__all__ = ["DELIMITER", "FOOTER_BEGINS", "message_id_of", "post_of_message_id", "template_of"]


def template_of(post: Post, *, format: MailFormat) -> MailTemplate:  # noqa: A002  as the field of subscriptions is called
    """The mail with a post, for anybody: `keys` names what is needed of a person.

    As many queries for a long thread and many files as for short ones; those for the poster, the topic and the list come on top
    unless `post` was read with them.
    """
    mailing_list = post.topic.forum.mailing_list
    [shown] = showing.shown([post], timezone.now())
    sender, reply_words = composing.words_of_post(shown.by, mailing_list)
    head = composing.about_message(
        mailing_list=mailing_list,
        sender=sender,
        to=TO_PERSON,
        reply=shown.reply,
        reply_words=reply_words,
        subject=showing.subject_of(post),
        at=post.created,
        thread=thread_of(post),
    )
    context = {**showing.about_list(mailing_list), "shown": shown, "subject": showing.subject_of(post)}
    message = "".join(
        [
            head,
            composing.about_list(mailing_list),
            composing.archived_at(shown.url),
            BY_A_PERSON,
            MIME,
            showing.body(f"post-{post.pk}", "post", context, format),
        ]
    )
    keys = {"reply": reply_key(post.pk), "author": author_key(post.pk), "stop": STOP_KEY}
    return template_from(message, keys)
