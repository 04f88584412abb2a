package millrace;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;

/**
 * Avro in the schema registry's wire format: a zero byte, the schema's id, the record. With Confluent's repository at hand, KafkaAvroSerializer
 * (auto.register.schemas=false, use.latest.version=true) and KafkaAvroDeserializer do the same.
 */
final class Registry {
  record Known(int id, Schema schema) {}

  private final String url;
  private final HttpClient http = HttpClient.newHttpClient();
  private final ObjectMapper json = new ObjectMapper();
  private final Map<String, Known> latest = new ConcurrentHashMap<>();
  private final Map<Integer, Schema> byId = new ConcurrentHashMap<>();

  Registry(String url) {
    this.url = url;
  }

  /** The newest schema of a topic's values, to build records with. */
  Schema schemaOf(String topic) {
    return known(topic).schema();
  }

  byte[] encode(String topic, GenericRecord value) throws IOException {
    var bytes = new ByteArrayOutputStream();
    bytes.write(0);
    bytes.write(ByteBuffer.allocate(4).putInt(known(topic).id()).array());
    BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
    new GenericDatumWriter<GenericRecord>(value.getSchema()).write(value, encoder);
    encoder.flush();
    return bytes.toByteArray();
  }

  GenericRecord decode(byte[] bytes) throws IOException {
    int id = ByteBuffer.wrap(bytes, 1, 4).getInt();
    Schema schema = byId.computeIfAbsent(id, i -> new Schema.Parser().parse(ask("/schemas/ids/" + i).get("schema").asText()));
    return new GenericDatumReader<GenericRecord>(schema).read(null, DecoderFactory.get().binaryDecoder(bytes, 5, bytes.length - 5, null));
  }

  private Known known(String topic) {
    return latest.computeIfAbsent(topic, name -> {
      JsonNode answer = ask("/subjects/" + name + "-value/versions/latest");
      return new Known(answer.get("id").asInt(), new Schema.Parser().parse(answer.get("schema").asText()));
    });
  }

  private JsonNode ask(String path) {
    try {
      var answer = http.send(HttpRequest.newBuilder(URI.create(url + path)).build(), HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() != 200) throw new IOException("the registry answers " + answer.statusCode() + " for " + path + ": " + answer.body());
      return json.readTree(answer.body());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
