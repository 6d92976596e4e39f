/** What a log line says about its weight; the names are those that CoreDNS prints. */
export type LogLevel = 'debug' | 'info' | 'warning' | 'error' | 'fatal';

/** Where lines go. It gets one complete line without its line end. */
export type LogSink = (line: string) => void;

/**
 * A logger that is handed in, never global. A line is `[LEVEL] prefix: text`, as CoreDNS prints it, so that
 * alerts on log lines keep working. Debug lines are printed only while `debugging` is true.
 */
export class Logger {
  readonly #sink: LogSink;
  readonly #prefix: string;
  readonly #settings: { debugging: boolean };

  private constructor(sink: LogSink, prefix: string, settings: { debugging: boolean }) {
    this.#sink = sink;
    this.#prefix = prefix;
    this.#settings = settings;
  }

  static create(sink: LogSink, options: { debugging?: boolean } = {}): Logger {
    return new Logger(sink, '', { debugging: options.debugging ?? false });
  }

  /** A logger whose lines start with `prefix: ` and that shares sink and debug switch with this one. */
  withPrefix(prefix: string): Logger {
    return new Logger(this.#sink, `${prefix}: `, this.#settings);
  }

  get debugging(): boolean {
    return this.#settings.debugging;
  }

  /** Switches debug lines on or off for every logger that shares this one's sink. */
  set debugging(on: boolean) {
    this.#settings.debugging = on;
  }

  debug(text: string): void {
    if (this.#settings.debugging) this.#write('DEBUG', text);
  }

  info(text: string): void {
    this.#write('INFO', text);
  }

  warning(text: string): void {
    this.#write('WARNING', text);
  }

  error(text: string): void {
    this.#write('ERROR', text);
  }

  fatal(text: string): void {
    this.#write('FATAL', text);
  }

  #write(level: string, text: string): void {
    this.#sink(`[${level}] ${this.#prefix}${text}`);
  }
}

/** A logger that says nothing: for tests and for tools that report in their own way. */
export function silentLogger(): Logger {
  return Logger.create(() => {});
}
