/** One curve. */
export interface Series {
  readonly label: string;
  readonly colour: string;
  readonly dashed: boolean;
  /** In the order of x. */
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface Panel {
  readonly title: string;
  readonly xLabel: string;
  /** Powers of ten at equal distances, or plain numbers. */
  readonly xScale: 'logarithmic' | 'linear';
  readonly series: readonly Series[];
}

const PANEL_WIDTH = 340;
const PANEL_HEIGHT = 260;
const MARGIN = { left: 48, right: 16, top: 40, bottom: 48 } as const;
const LEGEND_HEIGHT = 44;
const Y_STEPS = 5;

/** Panels side by side with one y axis from 0 and one legend, as SVG that needs nothing else. */
export function drawSvg(panels: readonly Panel[], yLabel: string, caption: string): string {
  const top = niceCeiling(
    Math.max(0, ...panels.flatMap(({ series }) => series.flatMap(({ points }) => points.map(([, y]) => y)))),
  );
  const width = panels.length * PANEL_WIDTH;
  const height = PANEL_HEIGHT + LEGEND_HEIGHT;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="11">`,
    `<title>${escape(caption)}</title>`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    ...panels.map((panel, i) => drawPanel(panel, i * PANEL_WIDTH, top, i === 0 ? yLabel : '')),
    drawLegend(panels[0]?.series ?? []),
    `<text x="${width - MARGIN.right}" y="${height - 8}" text-anchor="end" fill="#666">${escape(caption)}</text>`,
    '</svg>\n',
  ].join('\n');
}

function drawPanel(panel: Panel, left: number, top: number, yLabel: string): string {
  const x = xScale(panel, left + MARGIN.left, left + PANEL_WIDTH - MARGIN.right);
  const bottom = PANEL_HEIGHT - MARGIN.bottom;
  const y = (value: number): number => bottom - (value / top) * (bottom - MARGIN.top);
  const grid = Array.from({ length: Y_STEPS + 1 }, (_, i) => (top / Y_STEPS) * i).map(
    (value) =>
      `<line x1="${left + MARGIN.left}" x2="${left + PANEL_WIDTH - MARGIN.right}" y1="${round(y(value))}" y2="${round(y(value))}" stroke="#ddd"/>` +
      `<text x="${left + MARGIN.left - 6}" y="${round(y(value) + 4)}" text-anchor="end">${round(value)}</text>`,
  );
  const ticks = xValues(panel).map(
    (value) =>
      `<text x="${round(x(value))}" y="${bottom + 16}" text-anchor="middle">${value.toLocaleString('en')}</text>`,
  );
  const curves = panel.series.map(({ points, colour, dashed }) => {
    const places = points.map(([px, py]) => `${round(x(px))},${round(y(py))}`);
    const dash = dashed ? ' stroke-dasharray="4 3"' : '';
    const dots = places
      .map((place) => place.split(','))
      .map(([cx, cy]) => `<circle cx="${cx}" cy="${cy}" r="2.5" fill="${colour}"/>`);
    return `<polyline points="${places.join(' ')}" fill="none" stroke="${colour}" stroke-width="1.5"${dash}/>${dots.join('')}`;
  });
  const middle = left + (MARGIN.left + PANEL_WIDTH - MARGIN.right) / 2;
  return [
    `<text x="${middle}" y="22" text-anchor="middle" font-size="13" font-weight="bold">${escape(panel.title)}</text>`,
    `<text x="${left + 8}" y="34" fill="#666">${escape(yLabel)}</text>`,
    ...grid,
    ...ticks,
    `<text x="${middle}" y="${bottom + 34}" text-anchor="middle" fill="#666">${escape(panel.xLabel)}</text>`,
    ...curves,
  ].join('\n');
}

function drawLegend(series: readonly Series[]): string {
  return series
    .map(({ label, colour, dashed }, i) => {
      const left = MARGIN.left + i * 130;
      const dash = dashed ? ' stroke-dasharray="4 3"' : '';
      return (
        `<line x1="${left}" x2="${left + 24}" y1="${PANEL_HEIGHT + 10}" y2="${PANEL_HEIGHT + 10}" stroke="${colour}" stroke-width="2"${dash}/>` +
        `<text x="${left + 30}" y="${PANEL_HEIGHT + 14}">${escape(label)}</text>`
      );
    })
    .join('\n');
}

/** Where a value of x stands between two edges. */
function xScale(panel: Panel, from: number, to: number): (value: number) => number {
  const place = panel.xScale === 'logarithmic' ? Math.log10 : Number;
  const values = xValues(panel).map(place);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return (value) => (most === least ? (from + to) / 2 : from + ((place(value) - least) / (most - least)) * (to - from));
}

/** All values of x, each once, in order. */
function xValues({ series }: Panel): number[] {
  return [...new Set(series.flatMap(({ points }) => points.map(([x]) => x)))].toSorted((a, b) => a - b);
}

/** The next of 1, 2, 5, 10, 20, 50 … */
export function niceCeiling(value: number): number {
  if (value <= 0) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 5].find((step) => step * power >= value) ?? 10) * power;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
