"""What Prometheus reads: counted in this process."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

REGISTRY = CollectorRegistry()
REQUESTS = Counter(
    "mingjian_requests", "Answered requests of the API.", ("method", "route", "status"), registry=REGISTRY
)
SECONDS = Histogram(
    "mingjian_request_seconds", "Time to answer.", ("route",), registry=REGISTRY,
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)  # fmt: skip
SUBMITTED = Counter("mingjian_items_submitted", "Items taken in.", ("how",), registry=REGISTRY)
CHECKED = Counter("mingjian_items_checked", "Items checked without keeping them.", registry=REGISTRY)
DUTY_DONE = Counter("mingjian_duty_done", "Things a duty has done.", ("duty",), registry=REGISTRY)
DUTY_FAILED = Counter("mingjian_duty_failures", "Rounds of a duty that failed.", ("duty",), registry=REGISTRY)
SENT = Counter("mingjian_webhook_tries", "Tries to deliver.", ("outcome",), registry=REGISTRY)
PENDING = Gauge("mingjian_items_pending", "Items that wait to be judged, when last asked.", registry=REGISTRY)
