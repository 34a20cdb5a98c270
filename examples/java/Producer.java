// Publishes one flight: java -cp 'infra/kafka/libs/*' examples/java/Producer.java [event id]
// KAFKA_BROKERS (127.0.0.1:19092) and PIPELINE (flight-delay) say where.
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;

class Producer {
  public static void main(String[] arguments) throws Exception {
    var pipeline = System.getenv().getOrDefault("PIPELINE", "flight-delay");
    var json = new ObjectMapper();
    var flight = (ObjectNode) json.readTree(Path.of("examples/flight.json").toFile());
    var id = arguments.length > 0 ? arguments[0] : flight.get("flight_id").asText();
    flight.put("flight_id", id);

    Map<String, Object> settings = Map.of(
        "bootstrap.servers", System.getenv().getOrDefault("KAFKA_BROKERS", "127.0.0.1:19092"),
        "acks", "all");

    // The key is the entity: events of one aircraft keep their order.
    var record = new ProducerRecord<>(
        pipeline + ".events.v1", flight.get("tailnum").asText(), json.writeValueAsString(flight));
    // CloudEvents 1.0 in binary mode. The id makes a repeated send harmless: it is a duplicate.
    Map.of(
            "ce_specversion", "1.0",
            "ce_id", id,
            "ce_source", "/" + pipeline,
            "ce_type", "flight.departure-scheduled",
            "ce_time", flight.get("event_time").asText(),
            "content-type", "application/json")
        .forEach((name, value) -> record.headers().add(name, value.getBytes(StandardCharsets.UTF_8)));

    try (var producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
      producer.send(record).get();
    }
    System.out.println("published " + id);
  }
}
