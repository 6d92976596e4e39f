import { describe, expect, it } from 'vitest';
import { SharedValues } from './decoded-object.ts';
import { WireError } from './frames.ts';
import { jsonWire } from './json-wire.ts';
import { toLines } from './testing/scripted-api.ts';
import { transcript } from './testing/transcripts.ts';
import type { WatchEvent } from './wire-format.ts';

function readEvents(text: string): WatchEvent[] {
  return [...jsonWire.watchReader('Service', new SharedValues(), () => false).push(Buffer.from(text))];
}

describe('jsonWire.listReader', () => {
  it('reads objects, version and token of a list', () => {
    const reader = jsonWire.listReader('Service', new SharedValues(), () => false);
    const items = [...reader.push(Buffer.from(JSON.stringify(transcript('firstPage').body)))];
    expect(items.map((item) => item.name)).toEqual(['kubernetes', 'api']);
    expect(reader.end()).toMatchObject({ resourceVersion: '223', continueToken: expect.stringMatching(/^eyJ2/) });
  });

  it.each(['', '[]', '{"items":[]}', '{"metadata":{"resourceVersion":5}}', '{"items":[{}'])('refuses %j', (text) => {
    const reader = jsonWire.listReader('Service', new SharedValues(), () => false);
    expect(() => [...reader.push(Buffer.from(text)), reader.end()]).toThrow(WireError);
  });
});

describe('jsonWire.watchReader', () => {
  it('reads the events of a streamed list', () => {
    const events = readEvents(toLines(transcript('streamedList').lines ?? []));
    const inShort = events.map((event) => {
      if (event.type === 'BOOKMARK') return `${event.resourceVersion} ${event.endsInitialEvents}`;
      return 'item' in event ? `${event.type} ${event.item.name}` : event.type;
    });
    const initial = ['ADDED kubernetes', 'ADDED api', 'ADDED db', 'ADDED web', '247 true'];
    expect(inShort).toEqual([...initial, 'MODIFIED web', '248 false', '248 false']);
  });

  it('reads errors and what it does not know', () => {
    const lines = [...(transcript('watchGone').lines ?? []), { type: 'ERROR', object: 'x' }, { type: 5 }];
    const [gone, strange, unknown] = readEvents(toLines(lines));
    expect(gone).toMatchObject({ type: 'ERROR', error: { status: 410, reason: 'Expired', isExpired: true } });
    expect(strange).toMatchObject({ type: 'ERROR', error: { status: 500, isExpired: false } });
    expect(unknown).toEqual({ type: 'UNKNOWN', name: '5' });
  });

  it.each(['{"type":\n', '5\n', 'null\n'])('refuses %j', (text) => {
    expect(() => readEvents(text)).toThrow(WireError);
  });
});
