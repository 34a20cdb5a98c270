// Prints decisions as they are made: java -cp 'infra/kafka/libs/*' examples/java/Consumer.java [how many]
// KAFKA_BROKERS (127.0.0.1:19092), PIPELINE (flight-delay) and GROUP_ID say where.
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.StringDeserializer;

class Consumer {
  public static void main(String[] arguments) throws Exception {
    var pipeline = System.getenv().getOrDefault("PIPELINE", "flight-delay");
    var wanted = arguments.length > 0 ? Integer.parseInt(arguments[0]) : Integer.MAX_VALUE;
    Map<String, Object> settings = Map.of(
        "bootstrap.servers", System.getenv().getOrDefault("KAFKA_BROKERS", "127.0.0.1:19092"),
        "group.id", System.getenv().getOrDefault("GROUP_ID", "example-java"),
        "auto.offset.reset", "earliest",
        "enable.auto.commit", "false");

    // Delivery is at least once: a copy has the same result id and the same bytes. Keep the ids where you act on them,
    // best in the same transaction as the action; here they are kept in memory.
    var seen = new HashSet<String>();
    var json = new ObjectMapper();
    try (var consumer = new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
      consumer.subscribe(List.of(pipeline + ".results.v1"));
      while (seen.size() < wanted) {
        for (var record : consumer.poll(Duration.ofSeconds(1))) {
          var result = json.readTree(record.value());
          if (seen.size() >= wanted || !seen.add(result.get("resultId").asText())) continue;
          var score = result.get("score").isNull() ? "fallback" : result.get("score").asText();
          System.out.println(result.at("/event/id").asText() + " " + result.get("decision").asText() + " " + score);
        }
        consumer.commitSync(); // only after the work is done
      }
    }
  }
}
