import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { toSave, triggersInWords } from '../../wwwroot/js/recorder.js';

describe('what is saved of a recorder', () => {
  it('is everything where nothing is said', () => assert.deepEqual(toSave({ before: '', after: '', name: ' ' }), { body: {}, problem: '' }));
  it('is what came before and after', () =>
    assert.deepEqual(toSave({ before: ' 30 ', after: '1.5', name: ' the moment ' }).body, { before: 30, after: 1.5, name: 'the moment' }));
  for (const text of ['a minute', '1e3', '0x10']) it(`is not ${text}`, () => assert.match(toSave({ before: text, after: '', name: '' }).problem, /must be a number/));
});

describe('triggers in words', () => {
  it('says when what is saved', () =>
    assert.deepEqual(triggersInWords({ triggers: [{ packetsPerSecond: 1000, bitsPerSecond: null, filter: 'icmp', loss: true, before: 10, after: 5, pauseSeconds: 60 }] }), [
      'As soon as 1,000 packets/s are reached, or a packet matches icmp, or a packet is lost: 10 s before and 5 s after are saved, then nothing more for 60 s.',
    ]));
  it('is nothing without triggers', () => assert.deepEqual(triggersInWords({}), []));
});
