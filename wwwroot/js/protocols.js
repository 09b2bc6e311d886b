const KINDS = [
  [/^(tls|ssl|dtls|quic|ssh|ipsec|esp|isakmp|wireguard)/i, 'secure'],
  [/^(http|websocket|grpc|json)/i, 'web'],
  [/^(m?dns|llmnr|nbns|dhcp|bootp|ntp|ssdp)/i, 'names'],
  [/^(arp|rarp|icmp|igmp|stp|lldp|cdp|ospf|bgp|rip|vrrp|lacp|ndp)/i, 'control'],
  [/^(tcp|sctp|mptcp)/i, 'tcp'],
  [/^udp/i, 'udp'],
];

/** The kind of a protocol that a row is tinted by; the tint only repeats what the column says. */
export function kindOf(protocol) {
  return KINDS.find(([pattern]) => pattern.test(protocol ?? ''))?.[1] ?? 'other';
}
