// Flink SQL in a cluster inside this process: both queries as SQL, nothing of our own. The contract is in ../README.md.
// The plain avro format takes its writer schema from the table's columns and knows no enum: severity is read as the int
// that it is on the wire and named by CASE. Timestamps are read as the longs that they are, so that the rows equal the others'.
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.TableEnvironment;

public final class FlinkPeer {
  private static final String EVENT =
      """
      event_id STRING NOT NULL, time_generated BIGINT NOT NULL, time_received BIGINT NOT NULL, tenant_id STRING NOT NULL,
      device_name STRING NOT NULL, serial_number STRING NOT NULL, source_ip STRING NOT NULL, dest_ip STRING NOT NULL,
      source_port INT NOT NULL, dest_port INT NOT NULL, protocol STRING NOT NULL, app STRING NOT NULL, rule STRING NOT NULL,
      action STRING NOT NULL, source_user STRING, dest_user STRING, source_zone STRING NOT NULL, dest_zone STRING NOT NULL,
      bytes_sent BIGINT NOT NULL, bytes_received BIGINT NOT NULL, packets_sent BIGINT NOT NULL,
      packets_received BIGINT NOT NULL, session_id INT NOT NULL, elapsed_seconds INT NOT NULL, severity %s NOT NULL,
      url_category STRING, geo ROW<country STRING, latitude DOUBLE NOT NULL, longitude DOUBLE NOT NULL> NOT NULL,
      log_type STRING NOT NULL, inbound_interface STRING NOT NULL, outbound_interface STRING NOT NULL,
      is_encrypted BOOLEAN NOT NULL, is_decrypted BOOLEAN NOT NULL, tags ARRAY<STRING NOT NULL> NOT NULL,
      attributes MAP<STRING NOT NULL, STRING NOT NULL> NOT NULL, payload BYTES NOT NULL
      """;
  private static final String ROW =
      """
      time_generated BIGINT, source_ip STRING, dest_ip STRING, source_user STRING, app STRING, action STRING,
      bytes_sent BIGINT, bytes_received BIGINT, country STRING, rule STRING
      """;
  private static final String Q1 =
      """
      SELECT time_generated, source_ip, dest_ip, source_user, app, action, bytes_sent, bytes_received,
             geo.country, UPPER(rule)
      FROM firewall
      WHERE action = 'deny' AND bytes_sent + bytes_received > 1000 AND geo.country <> 'US'
      """;
  private static final String Q2 =
      """
      SELECT event_id, time_generated, time_received, tenant_id, device_name, serial_number, source_ip, dest_ip,
             source_port, dest_port, protocol, app, rule, action, source_user, dest_user, source_zone, dest_zone,
             bytes_sent, bytes_received, packets_sent, packets_received, session_id, elapsed_seconds,
             CASE severity WHEN 0 THEN 'INFO' WHEN 1 THEN 'LOW' WHEN 2 THEN 'MEDIUM' WHEN 3 THEN 'HIGH' ELSE 'CRITICAL' END,
             url_category, geo, log_type, inbound_interface, outbound_interface, is_encrypted, is_decrypted,
             tags, attributes, payload
      FROM firewall
      """;

  public static void main(String[] args) throws Exception {
    JsonNode work = new ObjectMapper().readTree(System.getenv("WORK"));
    boolean everything = work.get("query").asText().equals("q2");
    Configuration config = new Configuration();
    config.setString("parallelism.default", "1");
    config.setString("pipeline.object-reuse", "true");
    TableEnvironment tables =
        TableEnvironment.create(EnvironmentSettings.newInstance().inStreamingMode().withConfiguration(config).build());
    String kafka =
        "'connector' = 'kafka', 'properties.bootstrap.servers' = '%s', 'topic' = '%s'".formatted(work.get("bootstrap").asText(), "%s");
    // Bounded by where the topic ends as it begins: how a SQL job comes to its end.
    tables.executeSql(
        "CREATE TABLE firewall (%s) WITH (%s, 'format' = 'avro', 'scan.startup.mode' = 'earliest-offset', 'scan.bounded.mode' = 'latest-offset')"
            .formatted(EVENT.formatted("INT"), kafka.formatted(work.get("input").asText())));
    tables.executeSql(
        "CREATE TABLE output (%s) WITH (%s, 'format' = 'json')"
            .formatted(everything ? EVENT.formatted("STRING") : ROW, kafka.formatted(work.get("output").asText())));
    tables.executeSql("INSERT INTO output " + (everything ? Q2 : Q1)).await();
    System.out.println("{\"records\":" + work.get("records").asLong() + "}");
    System.in.read();
    System.exit(0);
  }
}
