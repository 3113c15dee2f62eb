/** Where a kernel of shape 'rows' has put what it wrote: the places of each row's parts. One object for all records; it grows and is never shrunk. */
export class Rows {
  /** Rows of the record. */
  count = 0;
  /** Two numbers a part, start and end in the kernel's dst; a negative start: that part is null (a tombstone's value, no key). */
  places = new Int32Array(64);
  #at = 0;

  reset(): void {
    this.count = 0;
    this.#at = 0;
  }

  part(start: number, end: number): void {
    if (this.#at + 2 > this.places.length) {
      const larger = new Int32Array(this.places.length * 2);
      larger.set(this.places);
      this.places = larger;
    }
    this.places[this.#at++] = start;
    this.places[this.#at++] = end;
  }

  /** Says that a row's parts are complete. */
  row(): void {
    this.count++;
  }
}
