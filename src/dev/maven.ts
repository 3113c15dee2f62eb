/** Jars from Maven into the cache: one pom of ours, everything that it needs copied into `libs/`. */
import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cached } from './cache.ts';
import { type Progress, runTool } from './fetch.ts';

export interface Artifact {
  readonly group: string;
  readonly artifact: string;
  readonly version: string;
}

/** Milliseconds that Maven may take: tens of megabytes on a slow line. */
const mavenMsMax = 15 * 60_000;

export interface JarsOptions {
  /** First part of the cache entry's name, such as `kafka-4.1.0`. */
  readonly name: string;
  readonly artifacts: readonly Artifact[];
  readonly instead: string;
  readonly onProgress: Progress;
  /** Adds to the entry before it is published. */
  readonly finish?: (directory: string) => Promise<void>;
  /** Changes the entry's name when what `finish` adds changes. */
  readonly salt?: string;
}

/** The directory of an entry whose `libs/*` is the class path of the artifacts. Throws MillraceError `internal`. */
export async function jars(options: JarsOptions): Promise<string> {
  const pom = pomOf(options.artifacts);
  const hash = createHash('sha256')
    .update(pom)
    .update(options.salt ?? '')
    .digest('hex');
  return cached(`${options.name}-${hash.slice(0, 8)}`, async (directory) => {
    await writeFile(join(directory, 'pom.xml'), pom);
    await runTool(
      'mvn',
      ['-q', '-B', 'dependency:copy-dependencies', '-DincludeScope=runtime', '-DoutputDirectory=libs'],
      {
        doing: `fetching ${options.name} with Maven`,
        instead: options.instead,
        cwd: directory,
        timeoutMs: mavenMsMax,
        onProgress: options.onProgress,
      },
    );
    await options.finish?.(directory);
  });
}

function pomOf(artifacts: readonly Artifact[]): string {
  const dependencies = artifacts.map(
    (a) =>
      `    <dependency><groupId>${a.group}</groupId><artifactId>${a.artifact}</artifactId><version>${a.version}</version></dependency>`,
  );
  return `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>millrace</groupId><artifactId>jars</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies>
${dependencies.join('\n')}
  </dependencies>
</project>
`;
}
