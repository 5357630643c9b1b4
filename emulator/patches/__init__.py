"""What MiniStack lacks or does differently from AWS, as far as this project rests on it. One module per service."""


def apply_all() -> None:
    from .fingerprint import expect_version

    expect_version()

    from . import (
        buckets, callers, certificates, controls, delays, devices, dynamic_groups, functions, global_table, isolation, keys, limits, listing, loops, names, policies,
        principals, provisioning, redrive, regions, registry, rules, schedules, streams, trails, workflow, writes,
    )

    for module in (
        callers, buckets, writes, rules, schedules, workflow, global_table, keys, streams, functions, loops, limits, names, registry, listing, certificates, policies,
        principals, provisioning, dynamic_groups, redrive, delays, isolation, devices, trails, regions, controls,
    ):
        module.apply()
