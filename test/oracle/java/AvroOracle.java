import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.file.DataFileReader;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.DecoderFactory;

/**
 * Reads Avro bytes as Apache Avro for Java does. A line of JSON in, {"writer": text, "reader": text, "hex": bytes}; a line
 * out, {"value": text} in the canonical form of test/oracle/avro/canonical.ts, or {"error": message}. Or {"schema": text,
 * "file": path} in: the value is the number of the container file's records.
 */
public final class AvroOracle {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int READERS_KEPT = 64;

  /** The classic reader: the fast one is an optimisation of it. No conversions: values stay what the bytes hold. */
  private static final GenericData DATA = new GenericData().setFastReaderEnabled(false);

  private static final Map<String, GenericDatumReader<Object>> READERS = new LinkedHashMap<>() {
    @Override
    protected boolean removeEldestEntry(Map.Entry<String, GenericDatumReader<Object>> eldest) {
      return size() > READERS_KEPT;
    }
  };

  public static void main(String[] args) throws Exception {
    var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    var out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      ObjectNode answer = JSON.createObjectNode();
      try {
        JsonNode question = JSON.readTree(line);
        answer.put("value", question.has("file") ? count(question) : read(question));
      } catch (RuntimeException | java.io.IOException | StackOverflowError | OutOfMemoryError e) {
        answer.put("error", e.getClass().getSimpleName() + ": " + e.getMessage());
      }
      out.println(answer);
      if (!in.ready()) out.flush();
    }
    out.flush();
  }

  private static String count(JsonNode question) throws java.io.IOException {
    new Schema.Parser().parse(question.get("schema").asText());
    int records = 0;
    try (var file = new DataFileReader<>(new File(question.get("file").asText()), new GenericDatumReader<>(null, null, DATA))) {
      for (; file.hasNext(); records++) file.next();
    }
    return String.valueOf(records);
  }

  private static String read(JsonNode question) throws java.io.IOException {
    GenericDatumReader<Object> reader = readerOf(question.get("writer").asText(), question.get("reader").asText());
    byte[] bytes = HexFormat.of().parseHex(question.get("hex").asText());
    BinaryDecoder decoder = DecoderFactory.get().binaryDecoder(bytes, null);
    Object value = reader.read(null, decoder);
    if (!decoder.isEnd()) throw new IllegalStateException("bytes are left over");
    var text = new StringBuilder();
    append(reader.getExpected(), value, text);
    return text.toString();
  }

  private static GenericDatumReader<Object> readerOf(String writer, String reader) {
    return READERS.computeIfAbsent(writer + '\0' + reader,
        key -> new GenericDatumReader<>(new Schema.Parser().parse(writer), new Schema.Parser().parse(reader), DATA));
  }

  private static void append(Schema schema, Object value, StringBuilder to) {
    switch (schema.getType()) {
      case NULL -> to.append("null");
      case BOOLEAN, INT, LONG -> to.append(value);
      case FLOAT -> to.append(String.format("\"f%08x\"", Float.floatToIntBits((Float) value)));
      case DOUBLE -> to.append(String.format("\"d%016x\"", Double.doubleToLongBits((Double) value)));
      case STRING, ENUM -> quote(value.toString(), to);
      case BYTES -> {
        ByteBuffer buffer = ((ByteBuffer) value).duplicate();
        byte[] bytes = new byte[buffer.remaining()];
        buffer.get(bytes);
        binary(schema, bytes, to);
      }
      case FIXED -> binary(schema, ((GenericFixed) value).bytes(), to);
      case ARRAY -> {
        String between = "[";
        for (Object item : (List<?>) value) {
          to.append(between);
          append(schema.getElementType(), item, to);
          between = ",";
        }
        to.append(between.equals("[") ? "[]" : "]");
      }
      case MAP -> {
        var sorted = new TreeMap<String, Object>();
        ((Map<?, ?>) value).forEach((key, item) -> sorted.put(key.toString(), item));
        String between = "{";
        for (var entry : sorted.entrySet()) {
          to.append(between);
          quote(entry.getKey(), to);
          append(schema.getValueType(), entry.getValue(), to.append(':'));
          between = ",";
        }
        to.append(between.equals("{") ? "{}" : "}");
      }
      case RECORD -> {
        String between = "{";
        for (Schema.Field field : schema.getFields()) {
          to.append(between);
          quote(field.name(), to);
          append(field.schema(), ((IndexedRecord) value).get(field.pos()), to.append(':'));
          between = ",";
        }
        to.append(between.equals("{") ? "{}" : "}");
      }
      case UNION -> {
        Schema branch = schema.getTypes().get(DATA.resolveUnion(schema, value));
        if (branch.getType() == Schema.Type.NULL) {
          to.append("null");
          return;
        }
        quote(branch.getFullName(), to.append('{'));
        append(branch, value, to.append(':'));
        to.append('}');
      }
    }
  }

  /** A decimal as its unscaled number, where there is no byte zero; everything else as hex digits. */
  private static void binary(Schema schema, byte[] bytes, StringBuilder to) {
    if (schema.getLogicalType() instanceof LogicalTypes.Decimal)
      to.append(bytes.length == 0 ? BigInteger.ZERO : new BigInteger(bytes));
    else to.append("\"x").append(HexFormat.of().formatHex(bytes)).append('"');
  }

  /** What is not printable ASCII is escaped, so that there is one form. */
  private static void quote(String text, StringBuilder to) {
    to.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') to.append('\\').append(c);
      else if (c < 0x20 || c > 0x7e) to.append(String.format("\\u%04x", (int) c));
      else to.append(c);
    }
    to.append('"');
  }
}
