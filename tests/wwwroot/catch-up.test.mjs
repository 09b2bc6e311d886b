import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createCatchUp } from '../../wwwroot/js/catch-up.js';

function asked(fetch) {
  const told = [];
  const taken = [];
  const catchUp = createCatchUp({
    fetch,
    since: () => `since ${taken.length}`,
    take: (answer) => taken.push(answer),
    state: (state, detail) => told.push(detail === undefined ? state : [state, detail]),
  });
  return { catchUp, told, taken };
}

describe('createCatchUp', () => {
  it('fetches what came since, and says so', async () => {
    const { catchUp, told, taken } = asked(async (since) => `answer to ${since}`);
    await catchUp();
    assert.deepEqual(taken, ['answer to since 0']);
    assert.deepEqual(told, ['fetching', ['done', 1]]);
  });

  it('goes once more, not twice at a time, when it is asked again meanwhile', async () => {
    let underWay = 0;
    const { catchUp, taken } = asked(async (since) => {
      assert.equal(++underWay, 1);
      await new Promise(setImmediate);
      underWay--;
      return since;
    });
    await Promise.all([catchUp(), catchUp(), catchUp()]);
    assert.deepEqual(taken, ['since 0', 'since 1']);
  });

  it('says that it failed, and can be asked again', async () => {
    const answers = [Promise.reject(new Error('no')), Promise.resolve('yes')];
    const { catchUp, told, taken } = asked(() => answers.shift());
    await catchUp();
    assert.equal(told.at(-1)[0], 'failed');
    await catchUp();
    assert.deepEqual(taken, ['yes']);
  });

  for (const code of ['capture_not_running', 'capture_not_found']) {
    it(`takes ${code} for the end, not for a failure`, async () => {
      const { catchUp, told } = asked(() => Promise.reject(Object.assign(new Error('over'), { code })));
      await catchUp();
      assert.deepEqual(told, ['fetching', 'ended']);
    });
  }
});
