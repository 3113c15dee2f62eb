import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Properties;
import java.util.function.BiFunction;
import org.apache.calcite.DataContext;
import org.apache.calcite.jdbc.CalciteConnection;
import org.apache.calcite.linq4j.Enumerable;
import org.apache.calcite.linq4j.Linq4j;
import org.apache.calcite.rel.type.RelDataType;
import org.apache.calcite.rel.type.RelDataTypeFactory;
import org.apache.calcite.rel.type.RelDataTypeSystemImpl;
import org.apache.calcite.schema.ScannableTable;
import org.apache.calcite.schema.impl.AbstractTable;
import org.apache.calcite.sql.type.SqlTypeName;
import org.apache.calcite.sql.type.SqlTypeUtil;

/**
 * Evaluates SQL expressions as Apache Calcite does. A line of JSON in: {"columns": [{"name", "type"}], "rows": [[value]],
 * "expressions": [text]}; a line out: for each expression {"values": one per row}, where a value is null, its text, or
 * {"error": message}; or {"refused": message}. What the texts are: test/oracle/sql/outcome.ts.
 */
public final class CalciteOracle {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Flink's: 38 digits, rounded half up, and texts of several lengths become VARCHAR instead of being padded. */
  public static final class TypeSystem extends RelDataTypeSystemImpl {
    private static final int DIGITS = 38;
    private static final int FRACTION_KEPT = 6;

    @Override
    public int getMaxPrecision(SqlTypeName type) {
      return type == SqlTypeName.DECIMAL ? DIGITS : super.getMaxPrecision(type);
    }

    @Override
    public int getMaxScale(SqlTypeName type) {
      return type == SqlTypeName.DECIMAL ? DIGITS : super.getMaxScale(type);
    }

    @Override
    public RoundingMode roundingMode() {
      return RoundingMode.HALF_UP;
    }

    @Override
    public boolean shouldConvertRaggedUnionTypesToVarying() {
      return true;
    }

    @Override
    public RelDataType deriveDecimalPlusType(RelDataTypeFactory factory, RelDataType type1, RelDataType type2) {
      return derived(factory, type1, type2, (a, b) -> {
        int scale = Math.max(a.getScale(), b.getScale());
        return new int[] {Math.max(whole(a), whole(b)) + scale + 1, scale};
      });
    }

    @Override
    public RelDataType deriveDecimalMultiplyType(RelDataTypeFactory factory, RelDataType type1, RelDataType type2) {
      return derived(factory, type1, type2,
          (a, b) -> new int[] {a.getPrecision() + b.getPrecision() + 1, a.getScale() + b.getScale()});
    }

    @Override
    public RelDataType deriveDecimalDivideType(RelDataTypeFactory factory, RelDataType type1, RelDataType type2) {
      return derived(factory, type1, type2, (a, b) -> {
        int scale = Math.max(FRACTION_KEPT, a.getScale() + b.getPrecision() + 1);
        return new int[] {whole(a) + b.getScale() + scale, scale};
      });
    }

    @Override
    public RelDataType deriveDecimalModType(RelDataTypeFactory factory, RelDataType type1, RelDataType type2) {
      return derived(factory, type1, type2, (a, b) -> {
        int scale = Math.max(a.getScale(), b.getScale());
        return new int[] {Math.min(whole(a), whole(b)) + scale, scale};
      });
    }

    private static int whole(RelDataType type) {
      return type.getPrecision() - type.getScale();
    }

    private static RelDataType derived(RelDataTypeFactory factory, RelDataType type1, RelDataType type2,
        BiFunction<RelDataType, RelDataType, int[]> rule) {
      if (!SqlTypeUtil.isExactNumeric(type1) || !SqlTypeUtil.isExactNumeric(type2)) return null;
      if (!SqlTypeUtil.isDecimal(type1) && !SqlTypeUtil.isDecimal(type2)) return null;
      int[] made = rule.apply(decimalOf(factory, type1), decimalOf(factory, type2));
      int precision = made[0];
      int scale = made[1];
      if (precision > DIGITS) {
        scale = Math.max(DIGITS - (precision - scale), Math.min(scale, FRACTION_KEPT));
        precision = DIGITS;
      }
      return factory.createSqlType(SqlTypeName.DECIMAL, precision, scale);
    }

    private static RelDataType decimalOf(RelDataTypeFactory factory, RelDataType type) {
      return SqlTypeUtil.isDecimal(type) ? type : factory.decimalOf(type);
    }
  }

  /** The rows of the question, or one of them. */
  private static final class Rows extends AbstractTable implements ScannableTable {
    private final JsonNode columns;
    private final List<Object[]> all;
    private List<Object[]> shown;

    Rows(JsonNode columns, List<Object[]> all) {
      this.columns = columns;
      this.all = all;
      this.shown = all;
    }

    @Override
    public RelDataType getRowType(RelDataTypeFactory factory) {
      RelDataTypeFactory.Builder builder = factory.builder();
      for (JsonNode column : columns) {
        RelDataType type = typeOf(factory, column.get("type").asText());
        builder.add(column.get("name").asText(), factory.createTypeWithNullability(type, true));
      }
      return builder.build();
    }

    @Override
    public Enumerable<Object[]> scan(DataContext root) {
      return Linq4j.asEnumerable(shown);
    }
  }

  public static void main(String[] args) throws Exception {
    System.setProperty("calcite.default.charset", "UTF-8");
    System.setProperty("calcite.default.nationalcharset", "UTF-8");
    System.setProperty("calcite.default.collation.name", "UTF-8$en_US");
    var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    var out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    try (Connection connection = DriverManager.getConnection("jdbc:calcite:", properties())) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        out.println(answer(connection.unwrap(CalciteConnection.class), JSON.readTree(line)));
        if (!in.ready()) out.flush();
      }
    }
    out.flush();
  }

  private static Properties properties() {
    var properties = new Properties();
    properties.setProperty("typeSystem", TypeSystem.class.getName());
    properties.setProperty("unquotedCasing", "UNCHANGED");
    properties.setProperty("quotedCasing", "UNCHANGED");
    properties.setProperty("caseSensitive", "true");
    properties.setProperty("quoting", "DOUBLE_QUOTE");
    // One in which an integer overflow is an error. It has no % but MOD.
    properties.setProperty("conformance", "SQL_SERVER_2008");
    properties.setProperty("fun", "standard,bigquery,postgresql,mssql,spark");
    return properties;
  }

  private static ArrayNode answer(CalciteConnection connection, JsonNode question) {
    var rows = new ArrayList<Object[]>();
    for (JsonNode row : question.get("rows")) {
      Object[] values = new Object[row.size()];
      for (int i = 0; i < values.length; i++)
        values[i] = valueOf(question.get("columns").get(i).get("type").asText(), row.get(i));
      rows.add(values);
    }
    var table = new Rows(question.get("columns"), rows);
    connection.getRootSchema().add("t", table);
    var expressions = new ArrayList<String>();
    question.get("expressions").forEach(e -> expressions.add(e.asText()));
    ArrayNode answers = JSON.createArrayNode();
    evaluate(connection, table, expressions, answers);
    return answers;
  }

  /** All in one query, which is much faster; where one of them fails, each half for itself. */
  private static void evaluate(CalciteConnection connection, Rows table, List<String> expressions, ArrayNode answers) {
    int count = expressions.size();
    if (count == 1) evaluateAlone(connection, table, expressions.get(0), answers);
    else if (!evaluateTogether(connection, table, expressions, answers)) {
      evaluate(connection, table, expressions.subList(0, count / 2), answers);
      evaluate(connection, table, expressions.subList(count / 2, count), answers);
    }
  }

  private static boolean evaluateTogether(CalciteConnection connection, Rows table, List<String> expressions, ArrayNode answers) {
    var values = new ArrayList<ArrayNode>();
    for (int i = 0; i < expressions.size(); i++) values.add(JSON.createArrayNode());
    try (PreparedStatement statement = connection.prepareStatement(query(expressions))) {
      table.shown = table.all;
      try (ResultSet found = statement.executeQuery()) {
        while (found.next()) for (int i = 0; i < values.size(); i++) values.get(i).add(textOf(found, i + 1));
      }
      for (ArrayNode list : values) answers.addObject().set("values", list);
      return true;
    } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
      return false;
    }
  }

  private static void evaluateAlone(CalciteConnection connection, Rows table, String expression, ArrayNode answers) {
    ObjectNode answer = answers.addObject();
    try (PreparedStatement statement = connection.prepareStatement(query(List.of(expression)))) {
      ArrayNode values = answer.putArray("values");
      for (Object[] row : table.all) {
        table.shown = Collections.singletonList(row);
        try (ResultSet found = statement.executeQuery()) {
          found.next();
          values.add(textOf(found, 1));
        } catch (Exception | LinkageError | StackOverflowError e) {
          values.addObject().put("error", messageOf(e));
        }
      }
    } catch (Exception | LinkageError | AssertionError | StackOverflowError e) {
      answer.removeAll();
      answer.put("refused", messageOf(e));
    }
  }

  private static String query(List<String> expressions) {
    var text = new StringBuilder("SELECT ");
    for (int i = 0; i < expressions.size(); i++)
      text.append(i == 0 ? "" : ", ").append(expressions.get(i)).append(" AS c").append(i);
    return text.append(" FROM t").toString();
  }

  private static String messageOf(Throwable e) {
    var text = new StringBuilder();
    for (Throwable cause = e; cause != null; cause = cause.getCause())
      text.append(text.isEmpty() ? "" : "; ").append(cause.getClass().getSimpleName()).append(": ").append(cause.getMessage());
    return text.length() > 600 ? text.substring(0, 600) : text.toString();
  }

  private static RelDataType typeOf(RelDataTypeFactory factory, String type) {
    if (type.endsWith(" ARRAY")) {
      RelDataType element = typeOf(factory, type.substring(0, type.length() - " ARRAY".length()));
      return factory.createArrayType(factory.createTypeWithNullability(element, true), -1);
    }
    if (type.startsWith("DECIMAL(")) {
      String[] parameters = type.substring("DECIMAL(".length(), type.length() - 1).split(",");
      return factory.createSqlType(
          SqlTypeName.DECIMAL, Integer.parseInt(parameters[0].trim()), Integer.parseInt(parameters[1].trim()));
    }
    return switch (type) {
      case "INT" -> factory.createSqlType(SqlTypeName.INTEGER);
      case "FLOAT" -> factory.createSqlType(SqlTypeName.REAL);
      case "TIME" -> factory.createSqlType(SqlTypeName.TIME, 3);
      case "TIMESTAMP" -> factory.createSqlType(SqlTypeName.TIMESTAMP, 3);
      case "VARCHAR" -> factory.createTypeWithCharsetAndCollation(
          factory.createSqlType(SqlTypeName.VARCHAR), StandardCharsets.UTF_8, org.apache.calcite.sql.SqlCollation.IMPLICIT);
      default -> factory.createSqlType(SqlTypeName.valueOf(type));
    };
  }

  private static Object valueOf(String type, JsonNode json) {
    if (json.isNull()) return null;
    if (type.endsWith(" ARRAY")) {
      var items = new ArrayList<Object>();
      for (JsonNode item : json) items.add(valueOf(type.substring(0, type.length() - " ARRAY".length()), item));
      return items;
    }
    String text = json.asText();
    return switch (type) {
      case "BOOLEAN" -> json.asBoolean();
      case "INT", "DATE", "TIME" -> Integer.valueOf(text);
      case "BIGINT", "TIMESTAMP" -> Long.valueOf(text);
      case "FLOAT" -> Float.valueOf(text);
      case "DOUBLE" -> Double.valueOf(text);
      case "VARCHAR" -> text;
      default -> new BigDecimal(text);
    };
  }

  private static JsonNode textOf(ResultSet found, int column) throws SQLException {
    Object value = found.getObject(column);
    if (value == null) return JSON.nullNode();
    if (value instanceof BigDecimal decimal) return JSON.getNodeFactory().textNode(plain(decimal));
    if (value instanceof java.sql.Date || value instanceof java.sql.Timestamp || value instanceof java.sql.Time)
      return JSON.getNodeFactory().textNode(String.valueOf(found.getLong(column)));
    if (value instanceof java.sql.Array array) {
      return JSON.getNodeFactory().textNode(JSON.valueToTree(array.getArray()).toString());
    }
    return JSON.getNodeFactory().textNode(String.valueOf(value));
  }

  private static String plain(BigDecimal decimal) {
    return decimal.signum() == 0 ? "0" : decimal.stripTrailingZeros().toPlainString();
  }
}
