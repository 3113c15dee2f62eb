/**
 * Programs of the tests that run on the JVM and answer questions: their jars from Maven, their one source file compiled once
 * into the cache. What they are asked is the oracles'.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cached } from '../../src/dev/cache.ts';
import { onPath, progressOnStderr, runTool } from '../../src/dev/fetch.ts';
import { type Artifact, jars } from '../../src/dev/maven.ts';
import { AskedProcess } from './asked-process.ts';

export interface JavaProgram {
  /** Of the cache entry, such as `oracle-avro-1.12.1`. */
  readonly name: string;
  readonly artifacts: readonly Artifact[];
  /** One file whose public class has the file's name and the method main. */
  readonly source: URL;
  readonly heapMb: number;
}

const instead = 'leave it out: the tests then go by the committed answers alone';
/** Milliseconds that the compiler may take. */
const compileMsMax = 120_000;

/** Why programs can't run here, or undefined where they can. */
export async function withoutJava(program: JavaProgram): Promise<string | undefined> {
  for (const command of ['java', 'javac', 'mvn'])
    if ((await onPath(command)) === null) return `there is no ${command} on the PATH`;
  return classPath(program).then(
    () => undefined,
    (cause: unknown) => `${program.name} could not be fetched: ${(cause as Error).message}`,
  );
}

/** The class path of the program, fetched and compiled where the cache doesn't hold it. */
export async function classPath({ name, artifacts, source }: JavaProgram): Promise<string> {
  const libs = join(await jars({ name, artifacts, instead, onProgress: progressOnStderr }), 'libs', '*');
  const text = await readFile(source);
  const hash = createHash('sha256').update(text).update(libs).digest('hex').slice(0, 8);
  const classes = await cached(`${name}-classes-${hash}`, (directory) =>
    runTool('javac', ['-nowarn', '-proc:none', '-cp', libs, '-d', directory, fileURLToPath(source)], {
      doing: `compiling ${name}`,
      instead,
      cwd: directory,
      timeoutMs: compileMsMax,
      onProgress: progressOnStderr,
      quiet: true,
    }),
  );
  return `${classes}:${libs}`;
}

export async function startJava(program: JavaProgram): Promise<AskedProcess> {
  const path = await classPath(program);
  const main = basename(fileURLToPath(program.source), '.java');
  const jvm = [
    `-Xmx${program.heapMb}m`,
    '-Xss4m',
    '-XX:+UseSerialGC',
    '-XX:TieredStopAtLevel=1',
    '-Duser.timezone=UTC',
  ];
  return AskedProcess.start(program.name, 'java', [...jvm, '-cp', path, main]);
}
