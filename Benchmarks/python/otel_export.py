"""What `Export spans` does, with opentelemetry-python: URL COUNT [default]. Prints one line of JSON.

Spans with the same ten attributes go through a BatchSpanProcessor to the OTLP exporter over HTTP. Its queue is large
enough to lose nothing, unless `default` asks for the settings of the SDK.
"""

import json
import resource
import statistics
import sys
import time

from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

ROUNDS = 5


def resident_mb():
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * resource.getpagesize() / 2**20


def record(tracer, count):
    for index in range(count):
        span = tracer.start_span("coordinator.attempt drafter")
        span.set_attributes(
            {
                "gen_ai.operation.name": "invoke_agent",
                "gen_ai.agent.name": "drafter",
                "coordinator.agent.role": "author",
                "coordinator.attempt.number": 1,
                "coordinator.attempt.timeout": 30.0,
                "coordinator.attempt.backoff": 0.0,
                "coordinator.context.version": index,
                "coordinator.attempt.abandoned": False,
                "coordinator.outcome": "succeeded",
                "error.type": "none",
            }
        )
        span.end()


def main():
    url, count = sys.argv[1], int(sys.argv[2])
    limits = {} if "default" in sys.argv[3:] else {"max_queue_size": 2 * count + 4096}
    provider = TracerProvider(resource=Resource({"service.name": "benchmark"}))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=url), **limits))
    tracer = provider.get_tracer("benchmark")
    record(tracer, min(count, 2000))
    provider.force_flush(60_000)
    at_rest, times, processor = resident_mb(), [], []
    for _ in range(ROUNDS):
        used, start = time.process_time(), time.perf_counter()
        record(tracer, count)
        provider.force_flush(300_000)
        times.append((time.perf_counter() - start) * 1e6 / count)
        processor.append((time.process_time() - used) * 1e6 / count)
    provider.shutdown()
    print(
        json.dumps(
            {
                "spans": count * ROUNDS,
                "per_second": int(1e6 / statistics.median(times)),
                "best_per_second": int(1e6 / min(times)),
                "cpu_us": statistics.median(processor),
                "best_cpu_us": min(processor),
                "rest_mb": at_rest,
                "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
            }
        )
    )


main()
