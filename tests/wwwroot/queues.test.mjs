import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { queueRows } from '../../wwwroot/js/queues.js';

const queue = (number, name, received = 0) => ({ queue: number, name, received });
const titles = (queues) => queueRows(queues).map(({ title }) => title);

describe('queueRows', () => {
  it('calls the only account of received packets "all", empty or not, beside the one of sent packets', () => {
    assert.deepEqual(titles([queue(-1, ''), queue(-1, 'tx')]), ['all', 'tx']);
    assert.deepEqual(titles([queue(-1, '', 5)]), ['all']);
  });

  it('leaves out a nameless account beside numbered queues until it has counted something', () => {
    assert.deepEqual(titles([queue(-1, ''), queue(0, 'rx0'), queue(1, 'rx1'), queue(-1, 'tx')]), ['rx0', 'rx1', 'tx']);
    assert.deepEqual(titles([queue(-1, '', 1), queue(0, 'rx0'), queue(1, 'rx1')]), ['unknown', 'rx0', 'rx1']);
  });

  it('names a queue by its number where it has no name', () => {
    assert.deepEqual(titles([queue(3)]), ['3']);
  });
});
