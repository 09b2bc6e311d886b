const KEY = 'mgcap.filters';
const MAX_RECENT = 8;

/** Filters that people often want, in the words of pcap-filter(7). */
export const COMMON = [
  { filter: 'tcp port 443 or udp port 443', label: 'HTTPS and QUIC' },
  { filter: 'port 53', label: 'DNS' },
  { filter: 'icmp or icmp6', label: 'ICMP' },
  { filter: 'arp', label: 'ARP' },
  { filter: 'host 192.0.2.1', label: 'One host' },
  { filter: 'net 192.0.2.0/24', label: 'One network' },
  { filter: 'vlan 100', label: 'One VLAN' },
  { filter: 'tcp[tcpflags] & (tcp-syn|tcp-fin|tcp-rst) != 0', label: 'TCP: beginnings and ends' },
  { filter: 'not broadcast and not multicast', label: 'Neither broadcast nor multicast' },
];

/** The last filters that were used, newest first and each once. */
export const withRecent = (recent, filter) => (filter ? [filter, ...recent.filter((other) => other !== filter)].slice(0, MAX_RECENT) : recent);

/** What an earlier visit has left, or nothing: a browser may keep nothing, and anybody may have written there. */
export function readRecent(storage) {
  try {
    const kept = JSON.parse(storage.getItem(KEY) ?? '[]');
    return Array.isArray(kept) ? kept.filter((filter) => typeof filter === 'string' && filter).slice(0, MAX_RECENT) : [];
  } catch {
    return [];
  }
}

export function keepRecent(storage, recent) {
  try {
    storage.setItem(KEY, JSON.stringify(recent));
  } catch {
    // Full, or forbidden: they are then known for as long as the page is open.
  }
}
