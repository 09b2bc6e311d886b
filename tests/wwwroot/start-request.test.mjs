import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { dropMode, engineLabel, enginesOn, whyEngine } from '../../wwwroot/js/engines.js';
import { placeProblem, toForm, toRequest } from '../../wwwroot/js/start-request.js';

const form = (more = {}) => ({
  interface: 'eth0', name: '', comment: '', hwtstamp: false, filter: '', snaplen: '96', engine: 'auto', direction: 'both', mode: 'mirror', promiscuous: true,
  packets: '', bytes: '', bytesUnit: '1048576', seconds: '',
  rotatePackets: '', rotateSeconds: '', rotateBytes: '', rotateBytesUnit: '1048576', rotateFiles: '', rotateAlign: false, recorderSeconds: '', recorderBytes: '',
  triggerPackets: '', triggerBits: '', triggerFilter: '', triggerLoss: false, triggerBefore: '', triggerAfter: '', triggerPause: '', ...more,
});

describe('toRequest', () => {
  it('leaves out what was left empty', () => {
    const { body, errors } = toRequest(form());
    assert.deepEqual(body, { interface: 'eth0', engine: 'auto', mode: 'mirror', direction: 'both', promiscuous: true, snaplen: 96 });
    assert.deepEqual(errors, {});
  });

  it('names several interfaces, the selected one first', () => {
    const { body } = toRequest(form({ more: ['eth2', 'eth1'] }));
    assert.deepEqual([body.interface, body.interfaces], [undefined, ['eth0', 'eth2', 'eth1']]);
    const back = toForm({ interface: 'eth0, eth2', interfaces: ['eth0', 'eth2'] });
    assert.deepEqual([back.interface, back.more], ['eth0', ['eth2']]);
    assert.deepEqual(placeProblem({ errors: { 'interfaces[1]': ['is eth0 again'] } }).fields, { interfaces: 'is eth0 again' });
  });

  it('trims text and multiplies bytes by their unit', () => {
    const { body } = toRequest(form({ name: ' web ', filter: ' tcp ', packets: '5', bytes: '1.5', seconds: ' 60 ' }));
    assert.equal(body.name, 'web');
    assert.equal(body.filter, 'tcp');
    assert.deepEqual(body.stop, { packets: 5, bytes: 1572864, seconds: 60 });
  });

  it('passes figures that are out of range on, for the server to judge', () => {
    assert.equal(toRequest(form({ snaplen: '0' })).body.snaplen, 0);
    assert.equal(toRequest(form({ snaplen: '-1' })).body.snaplen, -1);
    assert.equal(toRequest(form({ packets: '0' })).body.stop.packets, 0);
  });

  for (const text of ['abc', '1e3', '1.5', '0x10', '99999999999999999999', 'NaN', '--1']) {
    it(`refuses ${text} as a number of packets`, () => assert.ok(toRequest(form({ packets: text })).errors['stop.packets']));
  }

  it('asks for several files where anything of it is given', () => {
    const { body, errors } = toRequest(form({ rotateSeconds: '0.5', rotateBytes: '2', rotateFiles: '10', rotateAlign: true }));
    assert.deepEqual(body.rotate, { bytes: 2 * 1024 ** 2, seconds: 0.5, files: 10, align: true });
    assert.deepEqual(errors, {});
    assert.ok(toRequest(form({ rotateFiles: '1.5' })).errors['rotate.files']);
  });

  it('asks for a recorder where that is ticked', () => {
    assert.deepEqual(toRequest(form({ recorderSeconds: '60' })).body.kind, undefined);
    const { body } = toRequest(form({ kind: 'recorder', recorderSeconds: '60', recorderBytes: '512' }));
    assert.deepEqual([body.kind, body.recorder], ['recorder', { seconds: 60, bytes: 512 * 1024 ** 2 }]);
    assert.equal(toRequest(form({ kind: 'recorder' })).body.recorder, undefined);
  });

  it('arms a trigger where a condition is given', () => {
    const recorder = (more) => toRequest(form({ kind: 'recorder', ...more }));
    assert.equal(recorder({}).body.triggers, undefined);
    assert.deepEqual(recorder({ triggerBits: '1.5', triggerFilter: ' icmp ', triggerLoss: true, triggerBefore: '30' }).body.triggers, [
      { bitsPerSecond: 1_500_000, filter: 'icmp', loss: true, before: 30 },
    ]);
    assert.ok(recorder({ triggerAfter: '5' }).errors['triggers[0].packetsPerSecond']);
    assert.ok(recorder({ triggerPackets: 'many' }).errors['triggers[0].packetsPerSecond']);
  });

  it('asks for an interface', () => assert.ok(toRequest(form({ interface: '' })).errors.interface));
});

describe('toForm', () => {
  const capture = {
    interface: 'eth0', name: 'web', comment: 'c', filter: 'tcp', snaplen: 128, engine: 'xdp', engineReason: 'asked for', mode: 'drop', direction: 'in',
    promiscuous: false, hwtstamp: true, stop: { packets: 5, bytes: 3 * 1024 ** 2, seconds: 1.5 },
    rotate: { packets: 7, bytes: 1024 ** 3, seconds: 60, files: 10, align: true },
  };

  it('makes a form that asks for the same again', () => {
    const { engineReason, ...same } = capture;
    assert.deepEqual(toRequest(toForm(capture)), { body: same, errors: {} });
    assert.equal(engineReason, 'asked for');
  });

  it('leaves the engine to the console where the console had chosen', () => {
    assert.equal(toForm({ ...capture, engineReason: 'auto; xdp: busy' }).engine, 'auto');
  });

  it('leaves empty what was not limited, and writes a size in its largest whole unit', () => {
    const { packets, bytes, seconds } = toForm({ ...capture, stop: { packets: 0, bytes: 0, seconds: 0 } });
    assert.deepEqual([packets, bytes, seconds], ['', '', '']);
    assert.deepEqual([toForm({ ...capture, stop: { bytes: 1000 } })].map((form) => [form.bytes, form.bytesUnit]), [['1000', '1']]);
  });

  it('makes do with the little that is known of a capture that was found by its file', () => {
    const form = toForm({ interface: '', engine: 'packet', mode: 'mirror', direction: 'both', snaplen: 0, filter: null });
    assert.deepEqual([form.snaplen, form.filter, form.promiscuous], ['96', '', true]);
  });
});

describe('placeProblem', () => {
  it('puts field errors beside their fields', () => {
    const placed = placeProblem({ code: 'invalid_request', title: 'Bad', errors: { snaplen: ['too small', 'odd'], 'stop.packets': ['negative'], '$.Mode': ['unknown'] } });
    assert.deepEqual(placed, { fields: { snaplen: 'too small odd', 'stop.packets': 'negative', mode: 'unknown' }, form: '' });
  });

  it('shows at a trigger what is wrong with its filter', () => {
    const placed = placeProblem({ code: 'filter_invalid', detail: 'triggers[0].filter: syntax error' });
    assert.deepEqual(placed, { fields: { 'triggers[0].filter': 'syntax error' }, form: '' });
    assert.deepEqual(placeProblem({ code: 'filter_invalid', detail: 'syntax error' }), { fields: { filter: 'syntax error' }, form: '' });
  });

  it('shows at the form what names a field the form does not have', () => {
    const placed = placeProblem({ code: 'invalid_request', title: 'Bad', errors: { 'triggers.before': ['negative'] } });
    assert.deepEqual(placed, { fields: {}, form: 'triggers.before: negative' });
  });

  it('puts what is wrong with several files at the last of their fields', () => {
    assert.deepEqual(placeProblem({ code: 'invalid_request', title: 'Bad', errors: { rotate: ['nothing'] } }), { fields: { 'rotate.files': 'nothing' }, form: '' });
  });

  for (const [code, field] of [['interface_down', 'interface'], ['filter_invalid', 'filter']]) {
    it(`puts ${code} at ${field}`, () => {
      assert.deepEqual(placeProblem({ code, title: 'T', detail: 'D' }), { fields: { [field]: 'D' }, form: '' });
    });
  }

  it('says of a full disk what to do on this page', () => {
    assert.match(placeProblem({ code: 'storage_full', title: 'T', detail: '/var/lib has 1 byte' }).form, /^There is no room for a capture\. Delete/);
  });

  it('says of an interface that is gone what to do on this page', () => {
    const { fields, form } = placeProblem({ code: 'interface_not_found', title: 'T', detail: 'GET /api/interfaces lists them.' });
    assert.deepEqual({ fields, form }, { fields: { interface: 'This interface is gone. Choose another one.' }, form: '' });
  });

  it('puts any other problem at the form, by its detail or else its title', () => {
    assert.equal(placeProblem({ code: 'permission_denied', title: 'T', detail: 'needs CAP_NET_RAW' }).form, 'needs CAP_NET_RAW');
    assert.equal(placeProblem({ code: 'engine_unavailable', title: 'T' }).form, 'T');
    assert.ok(placeProblem({}).form);
  });
});

describe('engines', () => {
  const system = { engines: [{ name: 'packet', available: true, canDrop: false }, { name: 'xdp', available: true, canDrop: true }, { name: 'kmod', available: false, canDrop: true, reason: 'not loaded' }] };

  it('are as the interface has them', () => {
    const engines = enginesOn(system, { engines: [{ name: 'xdp', available: false, reason: 'raw IP' }] });
    assert.deepEqual(engines.map((engine) => engine.available), [true, false, false]);
    assert.equal(engineLabel(engines[1]), 'xdp – not available: raw IP');
    assert.equal(engineLabel(engines[0]), 'packet');
  });

  it('are explained where auto passed over a faster one', () => {
    assert.equal(whyEngine({ engine: 'packet', engineReason: 'auto; xdp: busy; kmod: not loaded' }), 'Why packet? xdp: busy; kmod: not loaded');
    for (const engineReason of ['auto', 'asked for', '', undefined]) assert.equal(whyEngine({ engine: 'xdp', engineReason }), '');
  });

  it('are none before the system is known', () => assert.deepEqual(enginesOn(null, null), []));

  it('drop only where one can', () => {
    assert.ok(dropMode(system.engines).possible);
    assert.ok(dropMode(system.engines, 'xdp').possible);
    assert.equal(dropMode(system.engines, 'packet').reason, 'Engine packet cannot drop packets.');
    assert.match(dropMode(system.engines, 'kmod').reason, /kmod: not loaded/);
    assert.equal(dropMode([system.engines[0]]).possible, false);
  });
});
