package millrace;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/** FollowDag DAG: tells what the DAG's next run and its tasks do, until the run has ended. Leaves with 1 when it failed. */
public final class FollowDag {
  public static void main(String[] args) throws Exception {
    String dagId = args[0];
    // Feeds come at least once: an event whose number is not above the last one of its key was seen before.
    Map<String, Long> seen = new HashMap<>();
    String ended = null;
    try (var consumer = Millrace.consumer()) {
      var partitions = List.of("run-events", "task-events").stream()
          .flatMap(name -> consumer.partitionsFor(Millrace.topic(name)).stream())
          .map(info -> new TopicPartition(info.topic(), info.partition()))
          .toList();
      consumer.assign(partitions);
      consumer.seekToEnd(partitions);
      partitions.forEach(consumer::position); // asked for now: what happens from here on is told
      System.out.println("following " + dagId);
      while (true) {
        var records = consumer.poll(Duration.ofMillis(500));
        // The two topics are not in order with each other: the last task events may come after the run's end.
        if (ended != null && records.isEmpty()) break;
        for (ConsumerRecord<String, byte[]> record : records) {
          if (record.value() == null) continue; // the history of a run was forgotten
          GenericRecord event = Millrace.registry.decode(record.value());
          if (!dagId.equals(event.get("dagId").toString())) continue;
          String kind = event.hasField("kind") ? event.get("kind").toString() : "task";
          long n = (Long) event.get("n");
          if (n <= seen.getOrDefault(kind + record.key(), 0L)) continue;
          seen.put(kind + record.key(), n);
          if (kind.equals("task")) System.out.println("task " + event.get("taskId") + " " + event.get("state"));
          if (kind.equals("run")) {
            String state = event.get("state").toString();
            System.out.println("run " + event.get("runId") + " " + state);
            if (state.equals("success") || state.equals("failed")) ended = state;
          }
        }
      }
    }
    System.exit("success".equals(ended) ? 0 : 1);
  }
}
