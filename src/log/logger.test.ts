import { describe, expect, it } from 'vitest';
import { Logger } from './logger.ts';

describe('Logger', () => {
  it('prints the level and the prefix as CoreDNS does', () => {
    const lines: string[] = [];
    const logger = Logger.create((line) => lines.push(line));
    logger.info('Reloading');
    logger.withPrefix('plugin/errors').error('2 example.org. A: timeout');
    expect(lines).toEqual(['[INFO] Reloading', '[ERROR] plugin/errors: 2 example.org. A: timeout']);
  });

  it('shares the debug switch between a logger and its children', () => {
    const lines: string[] = [];
    const logger = Logger.create((line) => lines.push(line));
    const child = logger.withPrefix('plugin/hosts');
    child.debug('unseen');
    logger.debugging = true;
    child.debug('seen');
    expect(lines).toEqual(['[DEBUG] plugin/hosts: seen']);
  });
});
