"""What MiniStack lacks or does differently from AWS, as far as this project rests on it. One module per service."""


def apply_all() -> None:
    from .fingerprint import expect_version

    expect_version()

    from . import callers, global_table, registry, rules, streams, workflow

    for module in (callers, rules, workflow, global_table, streams, registry):
        module.apply()
