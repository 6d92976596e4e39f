/** What a command may use of the process that it runs in. */
export interface Terminal {
  readonly out: (line: string) => void;
  readonly error: (line: string) => void;
  /** Is standard output a terminal, so that colour is welcome? */
  readonly colour: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly workingDirectory: string;
}

/** A command of the command line. */
export interface Command {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** All of `--help`, with examples. */
  readonly help: string;
  /** Resolves with the exit code. Throws UserError for what the user can put right. */
  readonly run: (args: readonly string[], terminal: Terminal) => Promise<number>;
}

/** Exit codes: all went well; something is wrong with what was given; the command line itself is; ended by a second interrupt. */
export const EXIT = { ok: 0, failed: 1, usage: 2, forced: 2 } as const;
