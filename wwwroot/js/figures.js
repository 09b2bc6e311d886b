const number = (value) => (Number.isFinite(value) ? value : 0);

const lost = (dropped) => ({
  nic: number(dropped?.nic),
  ring: number(dropped?.ring),
  writer: number(dropped?.writer),
});

export const totalLost = (dropped) => dropped.nic + dropped.ring + dropped.writer;

export const fileBytes = (capture) => (capture.files ?? []).reduce((sum, file) => sum + number(file.bytes), 0);

/** What its files take on the disk; less than they hold where they are compressed. */
export const storedBytes = (capture) => (capture.files ?? []).reduce((sum, file) => sum + number(file.storedBytes ?? file.bytes), 0);

/** What a card or a row shows, from a capture as the REST routes give it. */
export function fromCapture(capture) {
  const { statistics = {} } = capture;
  return { ...common(statistics), fileBytes: fileBytes(capture) };
}

/** The same from a live sample, which is flat. */
export const fromSample = (sample) => ({ ...common(sample), fileBytes: number(sample.fileBytes) });

const common = (source) => ({
  received: number(source.received),
  captured: number(source.captured),
  packetsPerSecond: number(source.packetsPerSecond),
  bitsPerSecond: number(source.bitsPerSecond),
  dropped: lost(source.dropped),
  rxDropped: number(source.rxDropped),
  queues: source.queues ?? [],
});

/** Counters only grow, so of two reports of one capture the one that has received more is the later. */
export const later = (current, candidate) => (current && current.received > candidate.received ? current : candidate);

/** Packets that reached the device's interface at all: the share of losses is taken of these. */
export const offered = (figures) => figures.received + figures.dropped.nic;
