export type PolicyName = 'random' | 'round_robin' | 'sequential';

/** The order in which a query tries the upstreams. */
export type Policy = <T>(upstreams: readonly T[]) => readonly T[];

/** `random`: a number in [0, 1). */
export function makePolicy(name: PolicyName, random: () => number): Policy {
  if (name === 'sequential') return (upstreams) => upstreams;
  if (name === 'random') return (upstreams) => shuffle(upstreams, random);
  let turn = 0;
  return (upstreams) => {
    turn = (turn + 1) % upstreams.length;
    const first = upstreams[turn];
    return first === undefined ? upstreams : [first, ...upstreams.filter((_, i) => i !== turn)];
  };
}

/** A random permutation (Fisher and Yates). */
function shuffle<T>(list: readonly T[], random: () => number): readonly T[] {
  if (list.length < 2) return list;
  const shuffled = [...list];
  for (let i = shuffled.length - 1; i > 0; i--) {
    const j = Math.floor(random() * (i + 1));
    const [a, b] = [shuffled[i], shuffled[j]];
    if (a === undefined || b === undefined) break;
    shuffled[i] = b;
    shuffled[j] = a;
  }
  return shuffled;
}
