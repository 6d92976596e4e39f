import { execFile, spawnSync } from 'node:child_process';

/** What a program printed, both streams apart. */
export interface Printed {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

/** Runs a program to its end. Never rejects because of its exit code. */
export async function run(
  program: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Printed> {
  return new Promise((resolve, reject) => {
    const env = { PATH: process.env['PATH'], ...environment };
    execFile(program, args, { env, timeout: 15_000 }, (error, out, complaint) => {
      if (error !== null && typeof error.code === 'string') reject(error);
      else resolve({ code: error === null ? 0 : Number(error.code ?? 1), out, error: complaint });
    });
  });
}

/** Those of the programs that are not installed. */
export function missing(...programs: readonly string[]): string[] {
  return programs.filter((program) => spawnSync('which', [program]).status !== 0);
}

/** The title of a group of tests that need something, and whether they are skipped: said in the title and once in the output. */
export function unless(title: string, lacking: readonly string[]): { readonly title: string; readonly skip: boolean } {
  if (lacking.length === 0) return { title, skip: false };
  const told = `${title} (skipped: this machine has no ${lacking.join(', ')})`;
  process.stderr.write(`${told}\n`);
  return { title: told, skip: true };
}
