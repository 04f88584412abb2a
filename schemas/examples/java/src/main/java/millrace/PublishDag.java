package millrace;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.kafka.clients.producer.ProducerRecord;

/** PublishDag FILE.json: a DAG as data. Published again after a change, it is a new version; runs that have begun keep theirs. */
public final class PublishDag {
  public static void main(String[] args) throws Exception {
    String definition = Files.readString(Path.of(args[0]));
    String dagId = new ObjectMapper().readTree(definition).get("dagId").asText();
    String topic = Millrace.topic("dags");
    var value = new GenericRecordBuilder(Millrace.registry.schemaOf(topic))
        .set("dagId", dagId)
        .set("version", HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(definition.getBytes("UTF-8"))))
        .set("definition", definition)
        .set("publishedBy", "java-example")
        .set("publishedAt", System.currentTimeMillis())
        .build();
    try (var producer = Millrace.producer()) {
      producer.send(new ProducerRecord<>(topic, dagId, Millrace.registry.encode(topic, value))).get();
    }
    System.out.println("published " + dagId);
  }
}
