import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { stampedBy, stampsInDetail } from '../../wwwroot/js/time-stamps.js';

const clock = { device: 'ptp0', offsetNanoseconds: 37_004_477_166, driftPartsPerBillion: 20_000.134, looksLikeTai: true, steps: 0, error: null };

describe('stampedBy', () => {
  it('says it in words, and what it does not know as it is', () => {
    assert.equal(stampedBy({ timestampSource: 'software' }), 'the kernel (software)');
    assert.equal(stampedBy({ timestampSource: 'hardware' }), 'the network card (hardware)');
    assert.equal(stampedBy({ timestampSource: 'sundial' }), 'sundial');
    assert.equal(stampedBy({}), '');
  });
});

describe('stampsInDetail', () => {
  it('has nothing to say of the kernel’s stamps', () => {
    assert.equal(stampsInDetail({ clock: null, statistics: { softwareStamped: 0 } }), '');
    assert.equal(stampsInDetail({}), '');
  });

  it('tells a clock beside UTC, and what was not stamped', () => {
    assert.equal(
      stampsInDetail({ clock, statistics: { softwareStamped: 1088 } }),
      'ptp0 is 37.004477166\u00a0s ahead of UTC, as TAI is, drifts by 20,000\u00a0ppb; corrected. 1,088 of the packets were stamped by the kernel.',
    );
  });

  it('tells one that is behind, was set, and was not there in the end', () => {
    const strange = { ...clock, offsetNanoseconds: -1500, driftPartsPerBillion: -0.2, looksLikeTai: false, steps: 2, error: 'no such device' };
    assert.equal(stampsInDetail({ clock: strange }), 'ptp0 is 0.000001500\u00a0s behind UTC, was set 2 times meanwhile; corrected. It could not be measured last: no such device');
  });
});
