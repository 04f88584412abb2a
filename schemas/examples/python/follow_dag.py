"""follow_dag.py DAG: tells what the DAG's next run and its tasks do, until the run has ended. Leaves with 1 when it failed."""

import sys

from confluent_kafka import TopicPartition

import millrace

dag_id = sys.argv[1]
consumer = millrace.consumer()
partitions = []
for name in ("run-events", "task-events"):
    found = consumer.list_topics(millrace.topic(name)).topics[millrace.topic(name)].partitions
    for partition in found:
        place = TopicPartition(millrace.topic(name), partition)
        place.offset = consumer.get_watermark_offsets(place)[1]  # what happens from here on is told
        partitions.append(place)
consumer.assign(partitions)
print(f"following {dag_id}", flush=True)

# Feeds come at least once: an event whose number is not above the last one of its key was seen before.
seen: dict[str, int] = {}
ended = None
while True:
    message = consumer.poll(0.5)
    if message is None:
        # The two topics are not in order with each other: the last task events may come after the run's end.
        if ended is not None:
            break
        continue
    if message.error():
        raise RuntimeError(message.error())
    if message.value() is None:
        continue  # the history of a run was forgotten
    event = millrace.decode(message)
    if event["dagId"] != dag_id:
        continue
    kind = event.get("kind", "task")
    key = f"{kind}/{message.key().decode()}"
    if event["n"] <= seen.get(key, 0):
        continue
    seen[key] = event["n"]
    if kind == "task":
        print(f"task {event['taskId']} {event['state']}", flush=True)
    elif kind == "run":
        print(f"run {event['runId']} {event['state']}", flush=True)
        if event["state"] in ("success", "failed"):
            ended = event["state"]

consumer.close()
sys.exit(0 if ended == "success" else 1)
