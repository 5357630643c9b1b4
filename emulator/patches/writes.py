"""Writes of DynamoDB, one after the other: MiniStack's workflows and requests write in threads of their own, and a condition was evaluated before another write and obeyed after it."""

import functools
import threading

from ministack.services import dynamodb

from .fingerprint import expect

_WRITES = {
    "_put_item": "bedd46ca55246529",
    "_update_item": "4ae0d444448996b6",
    "_delete_item": "5486628915304419",
    "_batch_write_item": "7c31fe8286aeea2e",
    "_transact_write_items": "d931eab087546b66",
}

_writing = threading.RLock()


def apply() -> None:
    for name, expected in _WRITES.items():
        setattr(dynamodb, name, _alone(expect(getattr(dynamodb, name), expected)))


def _alone(write):
    @functools.wraps(write)
    def write_alone(data):
        with _writing:
            return write(data)

    return write_alone
