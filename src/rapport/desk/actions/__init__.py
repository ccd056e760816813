"""Every write of the desk. Each is one transaction, says who (`by`) and when (`now`), and is recorded in the audit.

What cannot be done raises `Refused` with whole sentences, and changes nothing. Whether the person may do it at all
is the view's policy; what depends on whose entry it is (approval) is asked here too.
"""

from rapport.desk.actions.facts import correct_facts, save_facts
from rapport.desk.actions.issues import (
    overtaken_lines,
    place_entry,
    plan_issue,
    remove_entry,
    reorder,
    schedule_issue,
    unschedule_issue,
    write_teaser,
)
from rapport.desk.actions.notes import (
    answer_note,
    close_task,
    note_presence,
    settle_note,
    write_note,
)
from rapport.desk.actions.previews import make_preview_link, revoke_preview_link
from rapport.desk.actions.publishing import publish_correction, publish_translation, withdraw_entry
from rapport.desk.actions.releasing import release_due_issues, release_now
from rapport.desk.actions.stages import (
    acknowledge,
    approve,
    approve_translation,
    facts_changed,
    send_back,
    set_rules,
    submit_for_review,
    take_back_acknowledgement,
)
from rapport.desk.actions.writing import (
    confirm_translation,
    restore_version,
    save_words,
    set_shelves,
    start_entry,
)

__all__ = [
    "acknowledge",
    "answer_note",
    "approve",
    "approve_translation",
    "close_task",
    "confirm_translation",
    "correct_facts",
    "facts_changed",
    "make_preview_link",
    "note_presence",
    "overtaken_lines",
    "place_entry",
    "plan_issue",
    "publish_correction",
    "publish_translation",
    "release_due_issues",
    "release_now",
    "remove_entry",
    "reorder",
    "restore_version",
    "revoke_preview_link",
    "save_facts",
    "save_words",
    "schedule_issue",
    "send_back",
    "set_rules",
    "set_shelves",
    "settle_note",
    "start_entry",
    "submit_for_review",
    "take_back_acknowledgement",
    "unschedule_issue",
    "withdraw_entry",
    "write_note",
    "write_teaser",
]
