package millrace;

import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Where the installation is: the environment variables that its services have, too. */
final class Millrace {
  private static final String brokers = env("KAFKA_BROKERS", "127.0.0.1:9092");
  static final Registry registry = new Registry(env("SCHEMA_REGISTRY_URL", "http://127.0.0.1:8081/apis/ccompat/v7"));

  static String topic(String name) {
    return env("MILLRACE_TOPIC_PREFIX", "millrace.") + name;
  }

  /** KAFKA_PRODUCER: more settings of the producer, as name=value lines. */
  static KafkaProducer<String, byte[]> producer() throws java.io.IOException {
    var settings = new Properties();
    settings.putAll(Map.of("bootstrap.servers", brokers, "acks", "all", "linger.ms", "0"));
    settings.load(new java.io.StringReader(env("KAFKA_PRODUCER", "")));
    return new KafkaProducer<>(settings, new StringSerializer(), new ByteArraySerializer());
  }

  static KafkaConsumer<String, byte[]> consumer() {
    return new KafkaConsumer<>(
        Map.of("bootstrap.servers", brokers, "enable.auto.commit", "false"), new StringDeserializer(), new ByteArrayDeserializer());
  }

  private static String env(String name, String otherwise) {
    return System.getenv().getOrDefault(name, otherwise);
  }
}
