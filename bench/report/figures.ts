export type FigureName =
  | 'user'
  | 'total'
  | 'rate'
  | 'lost'
  | 'size'
  | 'waited'
  | 'stolen'
  | 'mean'
  | 'p50'
  | 'p99'
  | 'memory'
  | 'own'
  | 'peak'
  | 'growth'
  | 'share'
  | 'load'
  | 'floodSeconds'
  | 'queries'
  | 'recovery'
  | 'dropped'
  | 'counted';

/** What is measured, with its unit and how many digits after the point mean something. */
export const FIGURES: Readonly<
  Record<FigureName, { readonly label: string; readonly unit: string; readonly digits: number }>
> = {
  user: { label: 'user', unit: 'µs', digits: 2 },
  total: { label: 'total', unit: 'µs', digits: 2 },
  rate: { label: 'answers', unit: '/s', digits: 0 },
  lost: { label: 'lost', unit: '%', digits: 2 },
  size: { label: 'answer', unit: 'octets', digits: 0 },
  waited: { label: 'waited for its core', unit: '%', digits: 0 },
  stolen: { label: 'stolen by the host', unit: '%', digits: 0 },
  mean: { label: 'mean', unit: 'µs', digits: 0 },
  p50: { label: 'p50', unit: 'µs', digits: 0 },
  p99: { label: 'p99', unit: 'µs', digits: 0 },
  memory: { label: 'memory', unit: 'MB', digits: 1 },
  own: { label: 'own memory', unit: 'MB', digits: 1 },
  peak: { label: 'peak memory', unit: 'MB', digits: 1 },
  growth: { label: 'growth', unit: 'MB', digits: 1 },
  share: { label: 'smaller share', unit: '%', digits: 0 },
  load: { label: 'load ÷ capacity', unit: '', digits: 1 },
  floodSeconds: { label: 'flood of', unit: 's', digits: 0 },
  queries: { label: 'after', unit: 'queries', digits: 0 },
  recovery: { label: 'back after', unit: 'ms', digits: 0 },
  dropped: { label: 'dropped', unit: '%', digits: 1 },
  counted: { label: 'drops counted', unit: '%', digits: 0 },
};

/** What one measurement gave. CPU time is of an answered query. */
export type Figures = Readonly<Partial<Record<FigureName, number>>>;

/** `12.70`; a dash for what was not measured. */
export function printNumber(name: FigureName, value: number | undefined): string {
  return value === undefined || Number.isNaN(value) ? '–' : value.toFixed(FIGURES[name].digits);
}

/** `p99 181 µs`. */
export function printFigure(name: FigureName, value: number | undefined): string {
  const { label, unit } = FIGURES[name];
  return `${label} ${printNumber(name, value)}${unit.startsWith('/') || unit === '' ? '' : ' '}${unit}`;
}
