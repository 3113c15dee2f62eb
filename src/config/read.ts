/**
 * Settings as a process reads them: a variable wins over the file, which wins over what holds otherwise. A mistake is a MillraceError that
 * names the variable, or the file and the place in it.
 */
import type { z } from 'zod';
import { failure, MillraceError } from '../contracts/failure.ts';
import { SettingsFile } from './file.ts';
import { type Given, type Setting, settings } from './settings.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export class Settings {
  readonly #env: Environment;
  readonly #file: SettingsFile | null;

  /** Throws MillraceError `invalid_spec`. */
  constructor(env: Environment) {
    this.#env = env;
    const path = env[settings.config.variable];
    this.#file = path ? new SettingsFile(path) : null;
  }

  get<T>(setting: Given<T>): T;
  get<T>(setting: Setting<T>): T | undefined;
  get<T>(setting: Setting<T> & { readonly value?: T }): T | undefined {
    return this.named(setting) ?? setting.value;
  }

  /** What the variable or the file says; undefined: neither does. */
  named<T>(setting: Setting<T>): T | undefined {
    const said = this.variable(setting);
    if (said !== undefined || setting.at === null) return said;
    return this.#file?.at(setting.at) as T | undefined;
  }

  /** What the variable says; undefined: it isn't set. */
  variable<T>(setting: Setting<T>): T | undefined {
    const text = this.#text(setting);
    if (text === undefined) return undefined;
    const { variable, schema, read } = setting;
    const parsed = schema.safeParse(read === undefined ? text : read(text));
    if (parsed.success) return parsed.data;
    throw wrong(variable, parsed.error.issues[0]);
  }

  /** A mistake that only shows beside other settings. */
  mistake(setting: Setting, message: string): MillraceError {
    const { at, variable } = setting;
    if (this.#text(setting) === undefined && at !== null && this.#file !== null) return this.#file.mistake(at, message);
    return wrong(variable, { path: [], message });
  }

  #text({ variable, emptyCounts }: Pick<Setting, 'variable' | 'emptyCounts'>): string | undefined {
    const text = this.#env[variable];
    return text === '' && emptyCounts !== true ? undefined : text;
  }
}

function wrong(variable: string, issue: Pick<z.core.$ZodIssue, 'path' | 'message'> | undefined): MillraceError {
  const at = issue === undefined || issue.path.length === 0 ? '' : ` at ${issue.path.join('.')}`;
  const message = `The environment variable ${variable} is wrong${at}: ${issue?.message.replace(/\.$/, '')}.`;
  return new MillraceError(failure('invalid_spec', message));
}
