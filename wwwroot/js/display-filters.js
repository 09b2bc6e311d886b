/** Display filters (wireshark-filter(4)) for what the summary names. */

const fieldOf = (address) => {
  if (/^([\da-f]{2}[:-]){5}[\da-f]{2}$/i.test(address)) return 'eth.addr';
  if (/^\d{1,3}(\.\d{1,3}){3}$/.test(address)) return 'ip.addr';
  return /^[\da-f:]*:[\da-f:.]*$/i.test(address) ? 'ipv6.addr' : null;
};

/** Packets from or to an address; null where it is none that can be written in a filter. */
export function addressFilter(address) {
  const field = fieldOf(address ?? '');
  return field && `${field} == ${address}`;
}

/** Packets between two ends; their ports count where they are known. */
export function conversationFilter({ a, b, protocol, aPort, bPort }) {
  const [one, other] = [addressFilter(a), addressFilter(b)];
  if (!one || !other) return null;
  const transport = /^(tcp|udp|sctp)$/i.test(protocol ?? '') ? protocol.toLowerCase() : null;
  const ports = transport ? [...new Set([aPort, bPort])].filter((port) => port > 0).map((port) => `${transport}.port == ${port}`) : [];
  return [one, other, ...ports].join(' && ');
}
