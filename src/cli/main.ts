/** The `millrace` command: the real world around {@link runCli}. */
import { isDumbTerminal, temporalConfig, wholeEnvironment } from '../config.ts';
import { runCli } from './program.ts';
import type { World } from './world.ts';

const interrupt = new AbortController();
let taken = false;
for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const) {
  process.once(signal, () => (taken ? interrupt.abort() : process.exit(code)));
}

// `millrace get jobs | head -1`: a reader that has seen enough is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

/** Of a terminal that doesn't tell its width. */
const columnsUnknown = 80;

const world: World = {
  out: (text) => void process.stdout.write(text),
  outBytes: (bytes) =>
    new Promise((resolve, reject) => process.stdout.write(bytes, (error) => (error ? reject(error) : resolve()))),
  err: (text) => void process.stderr.write(text),
  terminal:
    process.stderr.isTTY && !isDumbTerminal() ? { columns: () => process.stderr.columns || columnsUnknown } : null,
  stdin: process.stdin,
  env: wholeEnvironment(),
  takeInterrupts: () => {
    taken = true;
    return interrupt.signal;
  },
  connect: async (to) => {
    const { MillraceClient } = await import('../client/client.ts');
    const { clientOptions } = await import('../client/credentials.ts');
    const { temporal: address, namespace, deployment } = to;
    return new MillraceClient({ ...(await clientOptions({ ...temporalConfig(), address, namespace })), deployment });
  },
};

const code = await runCli(process.argv.slice(2), world);
// A pipe whose reader is slow still holds back output, which exit would throw away.
for (const stream of [process.stdout, process.stderr]) await new Promise((done) => stream.write('', done));
process.exit(code);
