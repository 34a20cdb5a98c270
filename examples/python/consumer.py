"""Prints decisions as they are made: python examples/python/consumer.py [how many]

Needs `pip install confluent-kafka`. KAFKA_BROKERS (127.0.0.1:19092), PIPELINE (flight-delay) and GROUP_ID say where.
"""

import json
import os
import sys

from confluent_kafka import Consumer

pipeline = os.environ.get("PIPELINE", "flight-delay")
wanted = float(sys.argv[1]) if len(sys.argv) > 1 else float("inf")

consumer = Consumer(
    {
        "bootstrap.servers": os.environ.get("KAFKA_BROKERS", "127.0.0.1:19092"),
        "group.id": os.environ.get("GROUP_ID", "example-python"),
        "auto.offset.reset": "earliest",
        "enable.auto.commit": False,
    }
)
consumer.subscribe([f"{pipeline}.results.v1"])

# Delivery is at least once: a copy has the same result id and the same bytes. Keep the ids where you act on them,
# best in the same transaction as the action; here they are kept in memory.
seen = set()
try:
    while len(seen) < wanted:
        message = consumer.poll(1.0)
        if message is None:
            continue
        if message.error():
            sys.exit(str(message.error()))
        result = json.loads(message.value())
        if result["resultId"] not in seen:
            seen.add(result["resultId"])
            score = "fallback" if result["score"] is None else result["score"]
            print(result["event"]["id"], result["decision"], score, flush=True)
        consumer.commit(message)  # only after the work is done
except KeyboardInterrupt:
    pass
finally:
    consumer.close()
