/** What happened in one run, and when: printed where the run fails. */
export class Timeline {
  readonly #began = performance.now();
  readonly #lines: string[] = [];

  note(what: string): void {
    this.#lines.push(`${((performance.now() - this.#began) / 1_000).toFixed(3).padStart(9)} s  ${what}`);
  }

  get seconds(): number {
    return (performance.now() - this.#began) / 1_000;
  }

  get text(): string {
    return this.#lines.join('\n');
  }
}
