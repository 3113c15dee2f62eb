// Kafka Streams: what a careful program does with it. Avro's generic reader (the fast one, its default), Jackson's
// generator straight to bytes, objects used again. The contract is in ../README.md.
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.ByteArrayBuilder;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;

public final class StreamsPeer {
  private static final String[] Q1 = {
    "time_generated", "source_ip", "dest_ip", "source_user", "app", "action", "bytes_sent", "bytes_received", "country", "rule"
  };

  private final GenericDatumReader<GenericRecord> reader;
  private final JsonFactory json = new JsonFactory();
  private final ByteArrayBuilder out = new ByteArrayBuilder(4096);
  private final boolean everything;
  private final int[] at = new int[Q1.length];
  private final int sent, received, geo, country, action, rule;
  private final long records;
  private long seen;
  private BinaryDecoder decoder;
  private GenericRecord event;

  private StreamsPeer(Schema schema, boolean everything, long records) {
    this.reader = new GenericDatumReader<>(schema);
    this.everything = everything;
    this.records = records;
    for (int i = 0; i < 8; i++) at[i] = schema.getField(Q1[i]).pos();
    sent = schema.getField("bytes_sent").pos();
    received = schema.getField("bytes_received").pos();
    action = schema.getField("action").pos();
    rule = schema.getField("rule").pos();
    geo = schema.getField("geo").pos();
    country = schema.getField("geo").schema().getField("country").pos();
  }

  /** The row as JSON, or null where the event isn't kept. One stream thread, so everything is used again. */
  private byte[] row(byte[] body) {
    try {
      if (++seen == records) System.out.println("{\"records\":" + seen + "}");
      decoder = DecoderFactory.get().binaryDecoder(body, decoder);
      event = reader.read(event, decoder);
      if (!everything && !kept()) return null;
      out.reset();
      try (JsonGenerator g = json.createGenerator(out)) {
        if (everything) write(g, event);
        else project(g);
      }
      return out.toByteArray();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private boolean kept() {
    if (!event.get(action).toString().equals("deny")) return false;
    if ((long) event.get(sent) + (long) event.get(received) <= 1000) return false;
    Object where = ((GenericRecord) event.get(geo)).get(country);
    return where != null && !where.toString().equals("US");
  }

  private void project(JsonGenerator g) throws IOException {
    g.writeStartObject();
    for (int i = 0; i < 8; i++) {
      g.writeFieldName(Q1[i]);
      write(g, event.get(at[i]));
    }
    g.writeFieldName("country");
    write(g, ((GenericRecord) event.get(geo)).get(country));
    g.writeStringField("rule", event.get(rule).toString().toUpperCase(Locale.ROOT));
    g.writeEndObject();
  }

  private static void write(JsonGenerator g, Object value) throws IOException {
    if (value == null) g.writeNull();
    else if (value instanceof Long v) g.writeNumber(v);
    else if (value instanceof Integer v) g.writeNumber(v);
    else if (value instanceof Double v) g.writeNumber(v);
    else if (value instanceof Boolean v) g.writeBoolean(v);
    else if (value instanceof ByteBuffer v) g.writeBinary(v.array(), v.arrayOffset() + v.position(), v.remaining());
    else if (value instanceof GenericRecord v) {
      g.writeStartObject();
      List<Schema.Field> fields = v.getSchema().getFields();
      for (int i = 0; i < fields.size(); i++) {
        g.writeFieldName(fields.get(i).name());
        write(g, v.get(i));
      }
      g.writeEndObject();
    } else if (value instanceof Map<?, ?> v) {
      g.writeStartObject();
      for (Map.Entry<?, ?> e : v.entrySet()) {
        g.writeFieldName(e.getKey().toString());
        write(g, e.getValue());
      }
      g.writeEndObject();
    } else if (value instanceof List<?> v) {
      g.writeStartArray();
      for (Object item : v) write(g, item);
      g.writeEndArray();
    } else g.writeString(value.toString());
  }

  public static void main(String[] args) throws Exception {
    JsonNode work = new ObjectMapper().readTree(System.getenv("WORK"));
    Schema schema = new Schema.Parser().parse(work.get("schema").asText());
    StreamsPeer peer = new StreamsPeer(schema, work.get("query").asText().equals("q2"), work.get("records").asLong());
    Properties config = new Properties();
    config.put(StreamsConfig.APPLICATION_ID_CONFIG, work.get("output").asText());
    config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, work.get("bootstrap").asText());
    config.put(StreamsConfig.STATE_DIR_CONFIG, Files.createTempDirectory("peer").toString());
    config.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 1);
    config.put(StreamsConfig.DEFAULT_KEY_SERDE_CLASS_CONFIG, Serdes.ByteArraySerde.class);
    config.put(StreamsConfig.DEFAULT_VALUE_SERDE_CLASS_CONFIG, Serdes.ByteArraySerde.class);
    boolean exactly = work.get("delivery").asText().equals("exactly_once");
    config.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, exactly ? StreamsConfig.EXACTLY_ONCE_V2 : StreamsConfig.AT_LEAST_ONCE);
    config.put("auto.offset.reset", "earliest");
    StreamsBuilder builder = new StreamsBuilder();
    builder.<byte[], byte[]>stream(work.get("input").asText())
        .mapValues(peer::row)
        .filter((key, row) -> row != null)
        .to(work.get("output").asText());
    KafkaStreams streams = new KafkaStreams(builder.build(), config);
    streams.setUncaughtExceptionHandler(
        e -> {
          e.printStackTrace();
          Runtime.getRuntime().halt(1);
          return null;
        });
    streams.start();
    // Ends when its input does.
    System.in.read();
    streams.close();
    Utils.delete(new java.io.File(config.getProperty(StreamsConfig.STATE_DIR_CONFIG)));
  }
}
