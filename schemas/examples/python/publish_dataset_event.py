"""publish_dataset_event.py URI [EXTRA] [--json]: tells that a dataset was updated, which starts the DAGs that wait for it."""

import json
import sys
import time
import uuid

import millrace

uri = sys.argv[1]
extra = sys.argv[2] if len(sys.argv) > 2 else "{}"
# Name the event after its cause (a file, a load, an order) where there is one: told twice, it counts once.
event_id = str(uuid.uuid4())

if "--json" in sys.argv:
    value = json.dumps({"uri": uri, "id": event_id, "extra": json.loads(extra)}).encode()
    millrace.send("dataset-events", uri, value, headers={"content-type": b"application/json"})
else:
    event = {"uri": uri, "id": event_id, "at": int(time.time() * 1000), "extra": extra, "producer": "python-example"}
    millrace.send("dataset-events", uri, millrace.encode("dataset-events", event))
print(f"told {event_id}")
