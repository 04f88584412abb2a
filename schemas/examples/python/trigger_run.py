"""trigger_run.py DAG [CONF]: asks for a run. Sent again with the same id, a command has no second effect."""

import sys
import time
import uuid

import millrace

dag_id = sys.argv[1]
command = {
    "id": str(uuid.uuid4()),
    "dagId": dag_id,
    "kind": "trigger_run",
    "at": int(time.time() * 1000),
    "principal": "python-example",
    "conf": sys.argv[2] if len(sys.argv) > 2 else "{}",
}
# librdkafka's partitioner is not Kafka's own: the command may lie in another partition than its DAG's, and is sent on.
partition = millrace.send("commands", dag_id, millrace.encode("commands", command))
print(f"asked {command['id']} in partition {partition}")
