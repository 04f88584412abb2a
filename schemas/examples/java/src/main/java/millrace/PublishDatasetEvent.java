package millrace;

import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.kafka.clients.producer.ProducerRecord;

/** PublishDatasetEvent URI [EXTRA] [--json]: tells that a dataset was updated, which starts the DAGs that wait for it. */
public final class PublishDatasetEvent {
  public static void main(String[] args) throws Exception {
    String uri = args[0];
    String extra = args.length > 1 ? args[1] : "{}";
    boolean isJson = args.length > 2 && args[2].equals("--json");
    // Name the event after its cause (a file, a load, an order) where there is one: told twice, it counts once.
    String id = UUID.randomUUID().toString();
    try (var producer = Millrace.producer()) {
      producer.send(isJson ? asJson(uri, id, extra) : asAvro(uri, id, extra)).get();
    }
    System.out.println("told " + id);
  }

  private static ProducerRecord<String, byte[]> asAvro(String uri, String id, String extra) throws Exception {
    String topic = Millrace.topic("dataset-events");
    var event = new GenericRecordBuilder(Millrace.registry.schemaOf(topic))
        .set("uri", uri)
        .set("id", id)
        .set("at", System.currentTimeMillis())
        .set("extra", extra)
        .set("producer", "java-example")
        .build();
    return new ProducerRecord<>(topic, uri, Millrace.registry.encode(topic, event));
  }

  private static ProducerRecord<String, byte[]> asJson(String uri, String id, String extra) {
    String event = "{\"uri\": \"" + uri + "\", \"id\": \"" + id + "\", \"extra\": " + extra + "}";
    var record = new ProducerRecord<>(Millrace.topic("dataset-events"), uri, event.getBytes(StandardCharsets.UTF_8));
    record.headers().add("content-type", "application/json".getBytes(StandardCharsets.UTF_8));
    return record;
  }
}
