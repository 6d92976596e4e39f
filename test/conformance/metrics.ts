/** Which recorded series and types an exposition in Prometheus' text format lacks, a line for each. */
export function missingMetrics(exposition: string, has: readonly string[], types: readonly string[] = []): string[] {
  const lines = exposition.split('\n');
  const series = lines.filter((line) => line !== '' && !line.startsWith('#')).map(parseSeries);
  return [
    ...types.filter((type) => !lines.includes(`# TYPE ${type}`)).map((type) => `no metric of the type "${type}"`),
    ...has.flatMap((line) => explainMissing(parseSeries(line), series)),
  ];
}

interface Series {
  readonly name: string;
  /** Labels in the order of their names. */
  readonly labels: string;
  readonly value: string;
}

function explainMissing(expected: Series, series: readonly Series[]): string[] {
  const ofName = series.filter(({ name }) => name === expected.name);
  const values = ofName.filter(({ labels }) => labels === expected.labels).map(({ value }) => value);
  if (values.some((value) => expected.value === '*' || value === expected.value)) return [];
  const there = values.length > 0 ? values : ofName.map(({ labels, value }) => `{${labels}} ${value}`);
  const came = there.length === 0 ? 'no such metric' : `came ${there.join(', ')}`;
  return [`${expected.name}{${expected.labels}}: expected ${expected.value}, ${came}`];
}

function parseSeries(line: string): Series {
  const [, name = '', labels = '', value = ''] = /^([^\s{]+)(?:\{(.*)\})?\s+(\S+)/.exec(line) ?? [];
  const pairs = labels.match(/[^=,\s]+="(?:[^"\\]|\\.)*"/g) ?? [];
  return { name, labels: pairs.toSorted().join(','), value };
}
