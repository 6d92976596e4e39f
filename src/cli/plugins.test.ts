import { describe, expect, it } from 'vitest';
import { order } from '../plugins/order.ts';
import { plugins } from './plugins.ts';
import { runCommand } from './testing.ts';

describe('plugins', () => {
  it('lists all in the order of the chain', async () => {
    const { code, out } = await runCommand(plugins, []);
    expect(code).toBe(0);
    expect(out.map((line) => line.split(/ {2,}/))).toEqual(order.map(({ name, summary }) => [name, summary]));
  });

  it.each(order.map(({ name }) => name))('shows what can be told to %s', async (name) => {
    const plugin = order.find((candidate) => candidate.name === name);
    const { out } = await runCommand(plugins, [name]);
    expect(out[0]).toBe(plugin?.summary);
    expect(out[2]).toMatch(new RegExp(`^${name}\\b`));
    for (const option of Object.keys(plugin?.options ?? {})) {
      expect(
        out.some((line) => line === `  ${option}` || line.startsWith(`  ${option} `)),
        option,
      ).toBe(true);
    }
  });

  it('shows the same as JSON', async () => {
    const { out } = await runCommand(plugins, ['--json']);
    const list: unknown = JSON.parse(out.join('\n'));
    expect(list).toHaveLength(order.length);
    const [only]: unknown[] = JSON.parse((await runCommand(plugins, ['--json', 'health'])).out.join('\n'));
    expect(only).toMatchObject({ name: 'health', options: [expect.objectContaining({ name: 'lameduck' })] });
  });

  it('helps with a name that is misspelled', async () => {
    await expect(runCommand(plugins, ['kubernets'])).rejects.toThrow(
      'there is no plugin "kubernets"; did you mean "kubernetes"?',
    );
    await expect(runCommand(plugins, ['quite-another'])).rejects.toThrow(
      'there is no plugin "quite-another"; `clusterfirst plugins` lists all of them',
    );
  });
});
