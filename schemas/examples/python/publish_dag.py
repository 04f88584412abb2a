"""publish_dag.py FILE.json: a DAG as data. Published again after a change, it is a new version; runs that have begun keep theirs."""

import hashlib
import json
import sys
import time
from pathlib import Path

import millrace

definition = Path(sys.argv[1]).read_text()
dag_id = json.loads(definition)["dagId"]
value = {
    "dagId": dag_id,
    "version": hashlib.sha256(definition.encode()).hexdigest(),
    "definition": definition,
    "publishedBy": "python-example",
    "publishedAt": int(time.time() * 1000),
}
millrace.send("dags", dag_id, millrace.encode("dags", value))
print(f"published {dag_id}")
