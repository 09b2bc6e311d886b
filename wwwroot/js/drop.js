const WHICH = { in: 'received on', out: 'sent on', both: 'received and sent on' };

/** What drop mode does, in plain words, to packets of a capture that runs or is to be started. */
export function dropWarning({ interface: name, interfaces = [name], direction, filter }) {
  const which = `Packets ${WHICH[direction] ?? 'of'} ${interfaces.join(', ')}${filter ? ' that match the filter' : ''}`;
  return `${which} are captured and go no further: programs on this machine, and whatever it passes them on to, do not get them. `
    + 'It ends when you switch back to mirror, and with the capture.';
}

/** What to say before the console is asked again with force. Its advice after the first sentence is for other clients. */
export function forceWarning({ message }) {
  const [reason] = message.split(/(?<=\.)\s/);
  return `${reason} This page, or the whole machine, may no longer be reached, and the capture may have to be stopped at the machine itself.`;
}

/**
 * Drops, once the user has agreed; where the console refuses because it would cut somebody off, asks whether to insist.
 * `drop` gets whether to. Answers null where the user did not agree.
 */
export async function askAndDrop(warning, confirm, drop) {
  if (!(await confirm({ title: 'Drop these packets?', text: warning, action: 'Drop' }))) return null;
  try {
    return await drop(false);
  } catch (error) {
    if (error.code !== 'drop_refused') throw error;
    const insists = await confirm({ title: 'This may cut you off', text: forceWarning(error), action: 'Drop anyway' });
    return insists ? drop(true) : null;
  }
}
