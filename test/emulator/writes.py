"""Two threads write an item that must not exist yet, each with time between its condition and its write. Prints the statuses of both."""

import json
import sys
import threading
import time

sys.path.insert(0, sys.argv[1])

from patches import apply_all  # noqa: E402 - found by the line above

apply_all()

from ministack.core.responses import request_scope  # noqa: E402 - as it is patched
from ministack.services import dynamodb  # noqa: E402

SCOPE = ("000000000000", "us-east-1")

evaluate = dynamodb._evaluate_condition


def slowly(*arguments):
    result = evaluate(*arguments)
    time.sleep(0.2)
    return result


dynamodb._evaluate_condition = slowly
statuses = []


def put(value: str) -> None:
    with request_scope(*SCOPE):
        item = {"pk": {"S": "a"}, "value": {"S": value}}
        statuses.append(dynamodb._put_item({"TableName": "table", "Item": item, "ConditionExpression": "attribute_not_exists(pk)"})[0])


with request_scope(*SCOPE):
    dynamodb._create_table({
        "TableName": "table",
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
    })
threads = [threading.Thread(target=put, args=(value,)) for value in ("first", "second")]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(json.dumps(sorted(statuses)))
