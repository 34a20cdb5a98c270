"""Publishes one flight: python examples/python/producer.py [event id]

Needs `pip install confluent-kafka`. KAFKA_BROKERS (127.0.0.1:19092) and PIPELINE (flight-delay) say where.
"""

import json
import os
import pathlib
import sys

from confluent_kafka import Producer

pipeline = os.environ.get("PIPELINE", "flight-delay")
flight = json.loads((pathlib.Path(__file__).parent.parent / "flight.json").read_text())
event_id = sys.argv[1] if len(sys.argv) > 1 else flight["flight_id"]


def acknowledged(error, message):
    if error is not None:
        sys.exit(f"not acknowledged: {error}")
    print(f"published {event_id}")


producer = Producer(
    {
        "bootstrap.servers": os.environ.get("KAFKA_BROKERS", "127.0.0.1:19092"),
        "acks": "all",
        # Any codec may be used: the broker rewrites it for its readers.
        "compression.type": "lz4",
        # The partitioner of the Java client, so that all producers put an entity into one partition.
        "partitioner": "murmur2_random",
    }
)
producer.produce(
    f"{pipeline}.events.v1",
    key=flight["tailnum"],  # the entity: events of one aircraft keep their order
    value=json.dumps({**flight, "flight_id": event_id}),
    headers={  # CloudEvents 1.0 in binary mode; the id makes a repeated send harmless
        "ce_specversion": "1.0",
        "ce_id": event_id,
        "ce_source": f"/{pipeline}",
        "ce_type": "flight.departure-scheduled",
        "ce_time": flight["event_time"],
        "content-type": "application/json",
    },
    on_delivery=acknowledged,
)
if producer.flush(30) > 0:
    sys.exit("not acknowledged within 30 s")
