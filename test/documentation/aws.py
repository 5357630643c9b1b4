"""The pinned AWS CLI with nothing behind it: arguments are parsed and held against the model of the service, and every call answers with one of everything that the
model says it may answer. So a misspelt option, a missing parameter, and a query for what no answer has fail, without an account and without an emulator."""

import datetime
import sys

import jmespath
from awscli.clidriver import create_clidriver

# With one of these in it an answer is a page of several.
TOKENS = {"nexttoken", "marker", "nextmarker", "lastevaluatedkey", "nextpagetoken", "paginationtoken"}
SIMPLE = {"integer": 1, "long": 1, "float": 1.0, "double": 1.0, "boolean": True, "blob": b"text", "timestamp": datetime.datetime(2026, 11, 25)}
# Messages of this library are JSON, which pages take apart; and what pages wait for is the end of a stack.
NAMED = {"Body": "{}", "StackStatus": "DELETE_COMPLETE"}


class Success:
    status_code = 200
    headers = {}
    raw = b""


def sample(shape, above=()):
    if shape is None:
        return {}
    if shape.type_name == "structure":
        if shape.name in above:
            return {}
        members = {name: each for name, each in shape.members.items() if name.lower() not in TOKENS}
        return {name: NAMED.get(name) or sample(each, (*above, shape.name)) for name, each in members.items()}
    if shape.type_name == "list":
        return [sample(shape.member, above)]
    if shape.type_name == "map":
        # The keys of a table of this library, wherever there are any.
        return {key: sample(shape.value, above) for key in ("pk", "sk")}
    return SIMPLE.get(shape.type_name) or (shape.enum[0] if getattr(shape, "enum", None) else "text")


def lacks(value):
    """Whether a query has asked for something that is not there."""
    if isinstance(value, dict):
        return any(lacks(each) for each in value.values())
    if isinstance(value, list):
        return any(lacks(each) for each in value)
    return value is None


def main(arguments):
    # A command that is merely named has no parameters, and is to exist.
    if not any(each.startswith("--") for each in arguments):
        arguments = [*arguments, "--generate-cli-skeleton"]
    query = arguments[arguments.index("--query") + 1] if "--query" in arguments else None
    driver = create_clidriver()

    def answer(model, **_):
        found = sample(model.output_shape)
        if query is not None:
            result = jmespath.search(query, found)
            # What is filtered may be nothing.
            if lacks(result) or (result == [] and "[?" not in query):
                sys.exit(f"aws {' '.join(arguments)}: {model.name} answers with nothing for the query {query}")
        return Success(), {**found, "ResponseMetadata": {"HTTPStatusCode": 200}}

    driver.session.register("before-call", answer)
    return driver.main(arguments)


sys.exit(main(sys.argv[1:]))
