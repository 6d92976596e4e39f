import type { Environment } from '../corefile/environment.ts';
import type { ImportSource } from '../corefile/import-source.ts';
import { parseCorefile } from '../corefile/parse.ts';
import type { Line, ServerBlock, Token } from '../corefile/tree.ts';
import type { Change } from './change.ts';
import { applyEdits, type EditedText, originalText } from './edited-text.ts';
import { Editor } from './editor.ts';
import { Layout } from './layout.ts';
import type { Span } from './versions.ts';

export interface DraftOptions {
  readonly file: string;
  readonly environment: Environment;
  readonly imports: ImportSource;
  readonly span: Span;
}

/** A directive and the server block that it stands in. */
export interface Found {
  readonly line: Line;
  readonly block: ServerBlock;
}

/**
 * A Corefile that is being changed: rules look at its tree, in which snippets and imports are expanded, and edit its text,
 * so that all else stays as it is written. What they edit is seen after the next `commit`.
 */
export class Draft {
  readonly span: Span;
  readonly #options: DraftOptions;
  readonly #changes: Change[] = [];
  #edited: EditedText;
  #editor: Editor;
  #blocks: readonly ServerBlock[];

  constructor(text: string, options: DraftOptions) {
    this.span = options.span;
    this.#options = options;
    this.#edited = originalText(text);
    this.#editor = this.#newEditor();
    this.#blocks = this.#parse();
  }

  get text(): string {
    return this.#edited.text;
  }

  /** Edits what is in the file itself. */
  get editor(): Editor {
    return this.#editor;
  }

  /** Where everything is written. */
  get layout(): Layout {
    return this.#editor.layout;
  }

  get changes(): readonly Change[] {
    return this.#changes;
  }

  get blocks(): readonly ServerBlock[] {
    return this.#blocks;
  }

  /** Directives with one of these names, each once, however often its snippet is imported. */
  directives(...names: readonly string[]): readonly Found[] {
    const found = this.#blocks.flatMap((block) => block.directives.map((line): Found => ({ line, block })));
    return uniqueBy(
      found.filter(({ line }) => names.includes(line.name.text)),
      ({ line }) => line.name,
    );
  }

  /** Options of a directive with one of these names. */
  options(directive: Line, ...names: readonly string[]): readonly Line[] {
    return uniqueBy(
      (directive.block ?? []).filter(({ name }) => names.includes(name.text)),
      ({ name }) => name,
    );
  }

  /**
   * Records a change and makes its edits at `tokens`, the first of which is where it happens. What is in a file that is
   * imported is not edited: there it is a note of what to do.
   */
  change(tokens: readonly Token[], change: Omit<Change, 'file' | 'line'>, edit: () => void): void {
    const foreign = tokens.find((token) => !this.layout.has(token));
    if (foreign !== undefined) {
      this.note(foreign, { ...change, what: `to do by hand in this file: ${change.what}` });
      return;
    }
    const [token] = tokens;
    if (token === undefined) throw new TypeError('a change has a place');
    this.#changes.push({ ...change, file: this.#options.file, line: this.#origin(token) });
    edit();
  }

  note(token: Token, change: Omit<Change, 'action' | 'file' | 'line'>): void {
    const { file, line } = token.place;
    this.#changes.push({ ...change, action: 'note', file, line: this.layout.has(token) ? this.#origin(token) : line });
  }

  /** Makes the edits, and looks at the text anew. */
  commit(): void {
    const { edits } = this.#editor;
    if (edits.length === 0) return;
    this.#edited = applyEdits(this.#edited, edits);
    this.#editor = this.#newEditor();
    this.#blocks = this.#parse();
  }

  #origin({ place }: Token): number {
    return this.#edited.origins[place.line - 1] ?? place.line;
  }

  #newEditor(): Editor {
    return new Editor(new Layout(this.text, this.#options.file), (token) => this.#origin(token));
  }

  #parse(): readonly ServerBlock[] {
    const { file, environment, imports } = this.#options;
    return parseCorefile(this.text, { file, environment, imports }).corefile.blocks;
  }
}

/** The first of those whose token stands at the same place. */
function uniqueBy<T>(values: readonly T[], tokenOf: (value: T) => Token): readonly T[] {
  const seen = new Set<string>();
  return values.filter((value) => {
    const { file, line, column } = tokenOf(value).place;
    const key = `${line}:${column}:${file}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
