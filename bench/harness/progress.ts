/** What goes on, on standard error: one line that changes on a terminal, a line a step elsewhere. */
export class Progress {
  readonly #stream: NodeJS.WriteStream;
  readonly #started: number = performance.now();
  #lastLine = '';

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream;
  }

  step(text: string): void {
    const line = `${this.#elapsed()}  ${text}`;
    if (this.#stream.isTTY) {
      const width = this.#stream.columns;
      this.#stream.write(`\r\u001B[2K${line.slice(0, width - 1)}`);
      this.#lastLine = line;
    } else this.#stream.write(`${line}\n`);
  }

  /** Something that must not be overwritten. */
  note(text: string): void {
    this.#clear();
    this.#stream.write(`${text}\n`);
  }

  end(): void {
    this.#clear();
  }

  #clear(): void {
    if (this.#lastLine !== '') this.#stream.write('\r\u001B[2K');
    this.#lastLine = '';
  }

  #elapsed(): string {
    const seconds = Math.round((performance.now() - this.#started) / 1000);
    return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
  }
}
