import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createFollower } from '../../wwwroot/js/follow.js';

function follower(took = 0) {
  const made = { now: 1_000_000, loads: 0 };
  made.follower = createFollower(async () => {
    made.loads++;
    made.now += took;
  }, { now: () => made.now });
  return made;
}

describe('following a capture that runs', () => {
  it('reads again when packets have come, not more often than every two seconds', async () => {
    const made = follower();
    await made.follower.load();
    made.follower.follow(10, 0);
    assert.equal(made.loads, 1);
    made.now += 2000;
    await made.follower.follow(10, 0);
    assert.equal(made.loads, 2);
    made.now += 60_000;
    await made.follower.follow(10, 0);
    assert.equal(made.loads, 2);
    await made.follower.follow(11, 0);
    assert.equal(made.loads, 3);
  });

  it('waits for a step more, and spares a slow console', async () => {
    for (const [took, stepMs, pause] of [[0, 12_000, 12_000], [1500, 1000, 15_000]]) {
      const made = follower(took);
      await made.follower.load();
      made.now += pause - 1;
      made.follower.follow(1, stepMs);
      assert.equal(made.loads, 1);
      made.now += 1;
      await made.follower.follow(1, stepMs);
      assert.equal(made.loads, 2);
    }
  });

  it('does not read while it reads', async () => {
    let finish;
    let loads = 0;
    const follower = createFollower(() => new Promise((resolve) => {
      loads++;
      finish = resolve;
    }), { now: () => loads * 1e9 });
    const first = follower.follow(1, 0);
    follower.follow(2, 0);
    assert.equal(loads, 1);
    finish();
    await first;
  });
});
