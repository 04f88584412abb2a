package millrace;

import java.util.UUID;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.kafka.clients.producer.ProducerRecord;

/** TriggerRun DAG [CONF]: asks for a run. Sent again with the same id, a command has no second effect. */
public final class TriggerRun {
  public static void main(String[] args) throws Exception {
    String topic = Millrace.topic("commands");
    String id = UUID.randomUUID().toString();
    var command = new GenericRecordBuilder(Millrace.registry.schemaOf(topic))
        .set("id", id)
        .set("dagId", args[0])
        .set("kind", "trigger_run")
        .set("at", System.currentTimeMillis())
        .set("principal", "java-example")
        .set("conf", args.length > 1 ? args[1] : "{}")
        .build();
    try (var producer = Millrace.producer()) {
      var place = producer.send(new ProducerRecord<>(topic, args[0], Millrace.registry.encode(topic, command))).get();
      System.out.println("asked " + id + " in partition " + place.partition());
    }
  }
}
