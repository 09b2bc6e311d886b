import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { askAndDrop, dropWarning, forceWarning } from '../../wwwroot/js/drop.js';

const refused = Object.assign(new Error('The interface lo carries your own connection to MgCap: drop mode would cut it off. Set force to true.'), { code: 'drop_refused' });

/** Plays a user who answers so, and a console that refuses until it is forced. */
async function play(answers, failure) {
  const asked = [];
  const forced = [];
  const confirm = async (question) => {
    asked.push(question);
    return answers.shift();
  };
  const drop = async (force) => {
    forced.push(force);
    if (failure && !force) throw failure;
    return 'capture';
  };
  const outcome = await askAndDrop('Warning.', confirm, drop).catch((error) => error);
  return { outcome, asked, forced };
}

describe('askAndDrop', () => {
  it('drops once the user agrees', async () => {
    const { outcome, asked, forced } = await play([true]);
    assert.equal(outcome, 'capture');
    assert.deepEqual(asked, [{ title: 'Drop these packets?', text: 'Warning.', action: 'Drop' }]);
    assert.deepEqual(forced, [false]);
  });

  it('asks the console nothing where the user does not agree', async () => {
    assert.deepEqual((await play([false])).forced, []);
    assert.equal((await play([false])).outcome, null);
  });

  it('insists only where the user agrees to that, too', async () => {
    const { outcome, asked, forced } = await play([true, true], refused);
    assert.equal(outcome, 'capture');
    assert.equal(asked[1].action, 'Drop anyway');
    assert.deepEqual(forced, [false, true]);
    assert.deepEqual((await play([true, false], refused)).forced, [false]);
    assert.equal((await play([true, false], refused)).outcome, null);
  });

  it('leaves any other refusal to its caller', async () => {
    const other = Object.assign(new Error('busy'), { code: 'interface_busy' });
    const { outcome, asked } = await play([true], other);
    assert.equal(outcome, other);
    assert.equal(asked.length, 1);
  });
});

describe('warnings', () => {
  it('name the interface and which of its packets', () => {
    assert.match(dropWarning({ interface: 'eth0', direction: 'in' }), /^Packets received on eth0 are captured and go no further/);
    assert.match(dropWarning({ interfaces: ['eth0', 'eth1'], direction: 'in' }), /^Packets received on eth0, eth1 are/);
    assert.match(dropWarning({ interface: 'eth0', direction: 'both', filter: 'tcp' }), /^Packets received and sent on eth0 that match the filter are/);
  });

  it('give the console\'s reason and leave out its advice for other clients', () => {
    assert.match(forceWarning(refused), /^The interface lo carries your own connection to MgCap: drop mode would cut it off\. This page/);
    assert.match(forceWarning({ message: 'The interface eth0.5 is in the way. Force.' }), /^The interface eth0\.5 is in the way\. This/);
  });
});
