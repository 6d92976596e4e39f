/** What stands between double braces in a case, and its value in this run. */
export type Placeholders = ReadonlyMap<string, string>;

/** Names that this runner fills in; other double braces belong to the Corefile's own templates. */
const OURS = /\{\{((?:port|http)\d*|client_port|api|apihost|kubeconfig|localip|dir|up\.[\w-]+)\}\}/g;

/** The names of our placeholders in `text`, each once. */
export function placeholdersIn(text: string): string[] {
  return [...new Set([...text.matchAll(OURS)].map((match) => match[1] ?? ''))];
}

/** Fills in our placeholders. Throws for one that has no value, but for `{{client_port}}`, which only a reply gives. */
export function fill(text: string, values: Placeholders): string {
  return text.replace(OURS, (whole, name: string) => {
    const value = values.get(name);
    if (value === undefined && name === 'client_port') return whole;
    if (value === undefined) throw new Error(`nothing is known to stand for ${whole}`);
    return value;
  });
}

/** Fills in the placeholders of every text inside `value`: lists and objects are copied. */
export function fillAll<T>(value: T, values: Placeholders): T;
export function fillAll(value: unknown, values: Placeholders): unknown {
  if (typeof value === 'string') return fill(value, values);
  if (Array.isArray(value)) return value.map((item: unknown) => fillAll(item, values));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [fill(key, values), fillAll(item, values)]));
}
