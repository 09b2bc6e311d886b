export const SNAPLEN_FULL = 262144;
export const SNAPLEN_DEFAULT = 96;

/** Names of the form's fields as the server knows them. */
export const FIELDS = [
  'interface', 'interfaces', 'name', 'comment', 'filter', 'snaplen', 'engine', 'direction', 'mode', 'promiscuous', 'hwtstamp',
  'stop.packets', 'stop.bytes', 'stop.seconds', 'rotate.packets', 'rotate.seconds', 'rotate.bytes', 'rotate.align', 'rotate.files', 'recorder.seconds', 'recorder.bytes',
  'triggers[0].packetsPerSecond', 'triggers[0].bitsPerSecond', 'triggers[0].filter', 'triggers[0].loss', 'triggers[0].before', 'triggers[0].after', 'triggers[0].pauseSeconds',
  'schedule.start', 'schedule.stop', 'schedule.zone',
];

const FIELD_OF_CODE = {
  interface_not_found: 'interface',
  interface_down: 'interface',
  filter_invalid: 'filter',
  hwtstamp_unsupported: 'hwtstamp',
};

// Where the server's advice is for other clients than this page.
const WORDS = {
  interface_not_found: 'This interface is gone. Choose another one.',
  storage_full: 'There is no room for a capture. Delete finished ones, or free space on the disk.',
};

/**
 * The body of POST /api/captures from what the form holds, all of it text but the boxes that are checked, and `more`, names. Only what cannot
 * be written as a number is judged here; ranges are the server's.
 */
export function toRequest(form) {
  const errors = {};
  const number = (field, text, { unit = 1, whole = true } = {}) => {
    const trimmed = (text ?? '').trim();
    if (trimmed === '') return undefined;
    const value = Number(trimmed) * unit;
    if (!/^[-+]?\d+(\.\d+)?$/.test(trimmed) || (whole && !Number.isSafeInteger(value))) {
      errors[field] = whole ? 'must be a whole number' : 'must be a number';
      return undefined;
    }
    return value;
  };

  const body = {
    ...(form.more?.length ? { interfaces: [form.interface, ...form.more] } : { interface: form.interface }),
    engine: form.engine,
    mode: form.mode,
    direction: form.direction,
    promiscuous: form.promiscuous,
  };
  if (form.name.trim()) body.name = form.name.trim();
  if (form.comment.trim()) body.comment = form.comment.trim();
  if (form.hwtstamp) body.hwtstamp = true;
  if (form.filter.trim()) body.filter = form.filter.trim();
  const snaplen = number('snaplen', form.snaplen);
  if (snaplen !== undefined) body.snaplen = snaplen;

  const limits = {
    packets: number('stop.packets', form.packets),
    bytes: number('stop.bytes', form.bytes, { unit: Number(form.bytesUnit) }),
    seconds: number('stop.seconds', form.seconds, { whole: false }),
  };
  const stop = given(limits);
  if (Object.keys(stop).length) body.stop = stop;
  if (form.kind === 'recorder') {
    body.kind = 'recorder';
    const recorder = given({
      seconds: number('recorder.seconds', form.recorderSeconds, { whole: false }),
      bytes: number('recorder.bytes', form.recorderBytes, { unit: MEBIBYTE }),
    });
    if (Object.keys(recorder).length) body.recorder = recorder;
    const when = given({
      packetsPerSecond: number('triggers[0].packetsPerSecond', form.triggerPackets, { whole: false }),
      bitsPerSecond: number('triggers[0].bitsPerSecond', form.triggerBits, { unit: MEGABIT, whole: false }),
      filter: form.triggerFilter.trim() || undefined,
      loss: form.triggerLoss || undefined,
    });
    const around = given({
      before: number('triggers[0].before', form.triggerBefore, { whole: false }),
      after: number('triggers[0].after', form.triggerAfter, { whole: false }),
      pauseSeconds: number('triggers[0].pauseSeconds', form.triggerPause, { whole: false }),
    });
    if (Object.keys(when).length) body.triggers = [{ ...when, ...around }];
    else if (Object.keys(around).length) errors['triggers[0].packetsPerSecond'] = 'or another condition must be given: the seconds are for what is saved then';
  }

  const rotate = given({
    packets: number('rotate.packets', form.rotatePackets),
    bytes: number('rotate.bytes', form.rotateBytes, { unit: Number(form.rotateBytesUnit) }),
    seconds: number('rotate.seconds', form.rotateSeconds, { whole: false }),
    files: number('rotate.files', form.rotateFiles),
    align: form.rotateAlign || undefined,
  });
  if (Object.keys(rotate).length) body.rotate = rotate;
  if (!form.interface) errors.interface = 'choose one first';
  return { body, errors };
}

const MEBIBYTE = 1024 ** 2;
const MEGABIT = 1e6;

const given = (values) => Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));

const UNITS = [1024 ** 3, 1024 ** 2, 1024, 1];

/** What the form holds for a capture like one that there is. */
export function toForm(capture) {
  const stop = limitsOf(capture.stop);
  const rotate = limitsOf(capture.rotate);
  return {
    interface: capture.interfaces?.[0] ?? capture.interface,
    more: capture.interfaces?.slice(1) ?? [],
    name: capture.name ?? '',
    comment: capture.comment ?? '',
    filter: capture.filter ?? '',
    snaplen: String(capture.snaplen || SNAPLEN_DEFAULT),
    // Where it was chosen by the console, the console chooses again.
    engine: /^auto\b/.test(capture.engineReason ?? '') ? 'auto' : capture.engine,
    mode: capture.mode,
    direction: capture.direction,
    promiscuous: capture.promiscuous ?? true,
    hwtstamp: Boolean(capture.hwtstamp),
    ...stop,
    rotatePackets: rotate.packets,
    rotateSeconds: rotate.seconds,
    rotateBytes: rotate.bytes,
    rotateBytesUnit: rotate.bytesUnit,
    rotateFiles: capture.rotate?.files ? String(capture.rotate.files) : '',
    rotateAlign: Boolean(capture.rotate?.align),
    kind: capture.kind ?? 'file',
    recorderSeconds: capture.recorder?.seconds ? String(capture.recorder.seconds) : '',
    recorderBytes: capture.recorder?.bytes ? String(capture.recorder.bytes / MEBIBYTE) : '',
    ...triggerOf(capture.triggers?.[0]),
  };
}

/** The first trigger as text; the form has room for one. */
function triggerOf(trigger) {
  const text = (value) => (value === undefined || value === null ? '' : String(value));
  return {
    triggerPackets: text(trigger?.packetsPerSecond),
    triggerBits: trigger?.bitsPerSecond ? String(trigger.bitsPerSecond / MEGABIT) : '',
    triggerFilter: trigger?.filter ?? '',
    triggerLoss: Boolean(trigger?.loss),
    triggerBefore: text(trigger?.before),
    triggerAfter: text(trigger?.after),
    triggerPause: text(trigger?.pauseSeconds),
  };
}

/** Limits as text, a size in its largest whole unit. */
function limitsOf(limits) {
  const { packets = 0, bytes = 0, seconds = 0 } = limits ?? {};
  const unit = UNITS.find((size) => bytes && bytes % size === 0) ?? 1024 ** 2;
  return {
    packets: packets ? String(packets) : '',
    bytes: bytes ? String(bytes / unit) : '',
    bytesUnit: String(unit),
    seconds: seconds ? String(seconds) : '',
  };
}

/** Where each part of a refusal belongs: `fields` by the form's field names, `form` for what has no field. */
export function placeProblem(problem) {
  const fields = {};
  const rest = [];
  for (const [key, messages] of Object.entries(problem.errors ?? {})) {
    const text = [messages].flat().join(' ');
    const field = knownField(key);
    if (field) fields[field] = text;
    else rest.push(`${key}: ${text}`);
  }

  const message = WORDS[problem.code] || problem.detail || problem.title || 'The console refused without saying why.';
  // Where there are several filters the message begins with the field that is meant.
  const [named] = /^triggers\[\d+\]\.filter(?=: )/.exec(message) ?? [];
  const field = named ? knownField(named) : FIELD_OF_CODE[problem.code];
  if (field && !fields[field]) fields[field] = named ? message.slice(named.length + 2) : message;
  else if (Object.keys(fields).length === 0 && rest.length === 0) rest.push(message);
  return { fields, form: rest.join('\n') };
}

function knownField(key) {
  const plain = key.replace(/^\$\.?/, '').toLowerCase().replace(/^interfaces\[\d+\]$/, 'interfaces');
  // What is wrong with all of it is said at the last of it.
  return FIELDS.find((field) => field.toLowerCase() === plain) ?? FIELDS.findLast((field) => field.startsWith(`${plain}.`));
}
