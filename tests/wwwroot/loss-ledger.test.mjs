import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { fromCapture, fromSample, offered, totalLost } from '../../wwwroot/js/figures.js';
import { lossAdvice } from '../../wwwroot/js/loss-advice.js';
import { ledgerRows, LossLedger, unwantedText } from '../../wwwroot/js/loss-ledger.js';

const event = (stage, fromSeconds, toSeconds, packets) => ({ stage, fromSeconds, toSeconds, packets });
const ledgerOf = (...events) => {
  const ledger = new LossLedger();
  ledger.take(events);
  return ledger;
};

describe('LossLedger', () => {
  it('keeps the newest word on an event, whatever order words come in', () => {
    const ledger = ledgerOf(event('ring', 1, 3, 9));
    assert.equal(ledger.take([event('ring', 1, 2, 4)]), false);
    assert.equal(ledger.take([event('ring', 1, 4, 12)]), true);
    assert.deepEqual(ledger.events, [event('ring', 1, 4, 12)]);
  });

  it('lists the newest first, and at one time in the order of the way', () => {
    const ledger = ledgerOf(event('writer', 5, 6, 1), event('nic', 5, 6, 1), event('ring', 8, 9, 1));
    assert.deepEqual(ledger.events.map(({ stage }) => stage), ['ring', 'nic', 'writer']);
    assert.equal(ledger.last('writer').toSeconds, 6);
    assert.equal(new LossLedger().last('nic'), undefined);
  });

  it('takes a fetched list for the truth, but keeps what came since', () => {
    const ledger = ledgerOf(event('ring', 1, 2, 1), event('ring', 5, 6, 1), event('ring', 20, 21, 3));
    ledger.replace([event('ring', 1, 6, 2)], 10);
    assert.deepEqual(ledger.events, [event('ring', 20, 21, 3), event('ring', 1, 6, 2)]);
  });

  it('lives with samples that tell of no losses', () => {
    assert.equal(new LossLedger().take(undefined), false);
  });
});

describe('ledgerRows', () => {
  it('has a line for every stage, with its part of all that reached the device', () => {
    const figures = { received: 900, dropped: { nic: 100, ring: 10, writer: 0 } };
    const rows = ledgerRows(figures, ledgerOf(event('ring', 1, 2, 10)));
    assert.deepEqual(rows.map(({ stage, packets, share }) => [stage, packets, share]), [
      ['nic', 100, '10.0\u00a0%'],
      ['ring', 10, '1.00\u00a0%'],
      ['writer', 0, ''],
    ]);
    assert.equal(rows[1].last.toSeconds, 2);
    assert.equal(rows[0].last, undefined);
  });
});

describe('rx_dropped', () => {
  it('is told apart and is part of no loss and no share', () => {
    const counted = { received: 1510, captured: 1510, dropped: { nic: 0, ring: 0, writer: 0 }, rxDropped: 1500 };
    for (const figures of [fromCapture({ statistics: counted }), fromSample(counted)]) {
      assert.match(unwantedText(figures), /rx_dropped grew by 1,500/);
      assert.match(unwantedText(figures), /Not counted as lost/);
      assert.deepEqual([totalLost(figures.dropped), offered(figures)], [0, 1510]);
      assert.ok(ledgerRows(figures, new LossLedger()).every(({ packets, share }) => packets === 0 && share === ''));
    }
  });

  it('is not spoken of where it is 0, or unknown', () => {
    assert.equal(unwantedText(fromSample({ rxDropped: 0 })), '');
    assert.equal(unwantedText(fromCapture({})), '');
  });
});

describe('lossAdvice', () => {
  const capture = { interface: 'eth0', engine: 'xdp', canDrop: true, mode: 'mirror', snaplen: 1514, filter: null };
  const textsOf = (stage, change = {}, imbalance) => lossAdvice(stage, { ...capture, ...change }, imbalance).map(({ text, command }) => [text, command].join(' '));
  const some = (texts, what) => texts.some((text) => what.test(text));

  it('names the commands for the card, with its name in them', () => {
    assert.ok(some(textsOf('nic'), /ethtool -G eth0 rx 4096/));
    assert.ok(some(textsOf('nic', {}, 'Queue rx0 takes 80 %.'), /Queue rx0 takes 80 %\. Spread/));
  });

  it('does not ask "any" for its queues, nor offers it another engine', () => {
    const any = { interface: 'any', engine: 'packet' };
    for (const stage of ['nic', 'ring']) {
      assert.ok(some(textsOf(stage, any), /Capture the interface that matters/));
      assert.ok(!some(textsOf(stage, any), /ethtool|xdp|more queues/));
    }
  });

  it('offers only what has not been done', () => {
    assert.ok(some(textsOf('ring'), /Keep less.*1,514/));
    assert.ok(some(textsOf('ring', { snaplen: 262144 }), /Keep less.*whole packets/));
    assert.ok(some(textsOf('ring'), /capture filter/));
    assert.ok(some(textsOf('ring'), /drop mode/));
    const done = textsOf('ring', { snaplen: 96, filter: 'udp', mode: 'drop' });
    assert.ok(!some(done, /Keep less|capture filter|drop mode/));
  });

  it('offers drop mode and another engine by what the engine can do', () => {
    assert.ok(!some(textsOf('ring', { engine: 'packet', canDrop: false }), /drop mode/));
    assert.ok(some(textsOf('ring', { engine: 'packet' }), /engine xdp/));
  });

  it('sends losses at the writer to the disk', () => assert.ok(some(textsOf('writer'), /disk/)));
});
