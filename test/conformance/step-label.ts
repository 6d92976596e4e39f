import type { QueryVector, Step } from './case.ts';

/** A step in a few words, for reports. */
export function describeStep(step: Step): string {
  if ('query' in step) return describeQuery(step.query);
  if ('raw' in step) return `raw ${step.raw.slice(0, 60)} by ${step.transport ?? 'udp'}`;
  if ('tcp_many' in step) return `${step.tcp_many.length} questions over one connection`;
  if ('received' in step) return `questions to upstream ${step.received.upstream}`;
  if ('http' in step) return `${step.http.method ?? 'GET'} ${step.http.url}`;
  const [kind = ''] = Object.keys(step);
  return kind;
}

function describeQuery(query: QueryVector): string {
  const { name, type, transport = 'udp', class: className = 'IN', edns, from, opcode } = query;
  const words = [opcode ?? 'query', name, className, type, 'by', transport];
  if (from !== undefined) words.push('from', from);
  if (edns !== undefined) words.push('edns', JSON.stringify(edns));
  return words.join(' ');
}
