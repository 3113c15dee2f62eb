/** Millrace beside what else is there, in the same rounds: Kafka Streams, Flink SQL, and kafkajs with avsc (peers/README.md). */
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { classPath, type JavaProgram, withoutJava } from '../test/support/java.ts';
import { endToEnd, type Row } from './support/end-to-end.ts';
import type { BenchOptions } from './support/options.ts';
import type { Case } from './support/workbench.ts';
import { millrace } from './throughput.ts';

const artifact = (group: string, name: string, version: string) => ({ group, artifact: name, version });
/** Without a binding they complain on stderr. */
const nop = artifact('org.slf4j', 'slf4j-nop', '1.7.36');
const source = (path: string): URL => new URL(`./peers/${path}`, import.meta.url);

const streams: JavaProgram = {
  name: 'peer-kafka-streams-4.1.0',
  artifacts: [
    artifact('org.apache.kafka', 'kafka-streams', '4.1.0'),
    artifact('org.apache.avro', 'avro', '1.12.2'),
    artifact('com.fasterxml.jackson.core', 'jackson-core', '2.19.0'),
    artifact('com.fasterxml.jackson.core', 'jackson-databind', '2.19.0'),
    nop,
  ],
  source: source('kafka-streams/StreamsPeer.java'),
  heapMb: 1024,
};

const flinkVersion = '2.2.0';
const flink: JavaProgram = {
  name: `peer-flink-${flinkVersion}`,
  artifacts: [
    ...[
      'clients',
      'table-api-java-bridge',
      'table-planner-loader',
      'table-runtime',
      'connector-base',
      'avro',
      'json',
    ].map((name) => artifact('org.apache.flink', `flink-${name}`, flinkVersion)),
    artifact('org.apache.flink', 'flink-sql-connector-kafka', '5.0.0-2.2'),
    nop,
  ],
  source: source('flink/FlinkPeer.java'),
  heapMb: 1024,
};
/** What Flink's own scripts open to it from Java 17 on. */
const opens = ['lang', 'util', 'util.concurrent', 'net', 'io', 'nio', 'time', 'text', 'lang.reflect'].map(
  (name) => `--add-opens=java.base/java.${name}=ALL-UNNAMED`,
);

async function java(program: JavaProgram, options: readonly string[] = []): Promise<Case['command']> {
  const main = basename(fileURLToPath(program.source), '.java');
  return ['java', `-Xmx${program.heapMb}m`, ...options, '-cp', await classPath(program), main];
}

/** What can be measured here; says on stderr what can't, and why. */
async function cases(): Promise<readonly Case[]> {
  const found: Case[] = [millrace('q1'), millrace('q2')];
  const add = (name: string, command: Case['command'], query: Case['query'], delivery: Case['delivery']) =>
    found.push({ name: `${name} ${query.toUpperCase()}, ${delivery.replaceAll('_', ' ')}`, command, query, delivery });
  for (const program of [streams, flink]) {
    const why = await withoutJava(program);
    if (why !== undefined) {
      console.error(`${program.name} is left out: ${why}`);
      continue;
    }
    if (program === streams) {
      const command = await java(streams);
      add('Kafka Streams', command, 'q1', 'at_least_once');
      add('Kafka Streams', command, 'q1', 'exactly_once');
      add('Kafka Streams', command, 'q2', 'at_least_once');
    } else add('Flink SQL', await java(flink, opens), 'q1', 'at_least_once');
  }
  const kafkajs = [
    process.execPath,
    '--disable-warning=TimeoutNegativeWarning',
    fileURLToPath(source('kafkajs/peer.ts')),
  ];
  add('kafkajs + avsc', kafkajs as [string, ...string[]], 'q1', 'at_least_once');
  return found;
}

export const peers = async (options: BenchOptions): Promise<readonly Row[]> => endToEnd(await cases(), options);

/** Millrace over each peer at the same query, by medians. */
export function ratios(rows: readonly Row[]): string {
  const ours = (name: string): Row => rows.find((r) => r.name.includes(name.includes(' Q2') ? ' Q2' : ' Q1'))!;
  const over = (row: Row, figure: Parameters<Row['of']>[0]): string =>
    (ours(row.name).of(figure).median / row.of(figure).median).toFixed(1);
  return [
    '| Millrace over | events/s | per CPU-second, second half | … with its start |',
    '| --- | --- | --- | --- |',
    ...rows
      .filter((row) => !row.name.startsWith('Millrace'))
      .map((row) => {
        const all = (['eventsPerSecond', 'eventsPerCpuSecondHalf', 'eventsPerCpuSecond'] as const).map((f) =>
          over(row, f),
        );
        return `| ${row.name} | ${all.join(' | ')} |`;
      }),
  ].join('\n');
}
