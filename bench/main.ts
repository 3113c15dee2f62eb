/**
 * `npm run bench [-- section … --minutes=N --events=N --runs=N]`: the figures of the README beside it, each with its spread
 * and its bar. Measures and prints; it never fails over a figure.
 */
import { availableParallelism, cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { absences, away } from './away.ts';
import { benchCodecs } from './codecs.ts';
import { compileTable } from './compile.ts';
import { deploy } from './deploy.ts';
import { fuzz } from './fuzz.ts';
import { benchKernel, kernelTable } from './kernel.ts';
import { lifecycle } from './lifecycle.ts';
import { many } from './many.ts';
import { peers, ratios } from './peers.ts';
import { table } from './support/end-to-end.ts';
import type { BenchOptions } from './support/options.ts';
import { show, spread } from './support/statistics.ts';
import { costOfExactlyOnce, throughput } from './throughput.ts';

const deploys = 7;
const manyJobs = 100;

interface Section {
  readonly title: string;
  readonly run: (options: BenchOptions) => string | Promise<string>;
}

const sections: Readonly<Record<string, Section>> = {
  kernel: {
    title: 'Kernel alone, one core (bars over avsc: Q1 17, Q2 3.5, Q3 9; over by hand: 0.75)',
    run: async (options) => kernelTable(await benchKernel(options)),
  },
  compile: {
    title: 'Compile time of a query of 200 expressions over 300 columns (bar: 200 ms)',
    run: compileTable,
  },
  fuzz: {
    title: 'Damaged records through the kernels',
    run: fuzz,
  },
  codecs: {
    title: 'Unpacking alone, one core (bar: LZ4 800 MB/s)',
    run: benchCodecs,
  },
  throughput: {
    title: 'Through a real broker on the same cores (bars: 700,000 events/s; exactly once costs at most 10 %)',
    run: async (options) => {
      const rows = await throughput(options);
      return `${table(rows)}\n\n${costOfExactlyOnce(rows)}`;
    },
  },
  peers: {
    title:
      'Beside others in the same rounds (bars per CPU-second: 5 times Kafka Streams, 10 times Flink SQL, 8 times kafkajs + avsc; Q2 2.5 times Kafka Streams)',
    run: async (options) => {
      const rows = await peers(options);
      return `${table(rows)}\n\n${ratios(rows)}`;
    },
  },
  lifecycle: {
    title: 'Changes of a job while 50,000 events/s flow: the pause in its output',
    run: lifecycle,
  },
  deploy: {
    title: 'Deploy to first output, warm servers (bar: 3,000 ms)',
    run: async () => `${show(spread(await deploy(deploys)))} ms`,
  },
  away: {
    title: "Temporal away from 200 tasks, at production's tuning (bars: no task stops, no gap in the output)",
    run: () => away(absences),
  },
  many: {
    title: 'Many small jobs on one host: deployed, applied again unchanged (bar: no event of history), stopped',
    run: () => many(manyJobs),
  },
};

const defaults = { events: '1000000', runs: '5', minutes: '15' } as const;

function usage(why: string): never {
  console.error(`${why}; there are ${Object.keys(sections).join(', ')}, and --minutes, --events and --runs`);
  process.exit(2);
}

function parse(): { readonly wanted: readonly string[]; readonly options: BenchOptions } {
  const text = { type: 'string' } as const;
  try {
    const { values, positionals } = parseArgs({
      options: { events: text, runs: text, minutes: text },
      allowPositionals: true,
    });
    const number = (name: keyof typeof defaults): number => {
      const value = Number(values[name] ?? defaults[name]);
      if (!(value > 0)) usage(`--${name} is a number above 0`);
      return value;
    };
    const unknown = positionals.filter((name) => !(name in sections));
    if (unknown.length > 0) usage(`no benchmark ${unknown.join(', ')}`);
    return {
      wanted: positionals,
      options: { events: number('events'), runs: number('runs'), minutes: number('minutes') },
    };
  } catch (e) {
    usage((e as Error).message);
  }
}

const { wanted, options } = parse();
console.log(
  `${availableParallelism()} × ${cpus()[0]?.model}, Node ${process.version}, load ${loadavg()[0]?.toFixed(1)}`,
);
for (const [name, { title, run }] of Object.entries(sections)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.log(`\n## ${title}\n`);
  console.log(await run(options));
}
process.exit(0);
