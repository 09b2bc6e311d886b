/** A packet's bytes, as text of several kinds. */

export function fromBase64(text) {
  const binary = atob(text ?? '');
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

export const hexByte = (value) => value.toString(16).padStart(2, '0');

/** What a byte is in ASCII; a dot where it is nothing that can be seen. */
export const asciiOf = (value) => (value >= 0x20 && value < 0x7f ? String.fromCharCode(value) : '.');

export const hexOffset = (offset) => offset.toString(16).padStart(4, '0');

/** Bytes as one line of hex digits. */
export const hexText = (bytes) => Array.from(bytes, hexByte).join(' ');

/** Lines as hexdump -C writes them, and as text2pcap(1) reads them. */
export function hexDump(bytes, width = 16) {
  const lines = [];
  for (let offset = 0; offset < bytes.length; offset += width) {
    const part = bytes.subarray(offset, offset + width);
    lines.push(`${hexOffset(offset)}  ${hexText(part).padEnd(width * 3 - 1)}  ${Array.from(part, asciiOf).join('')}`);
  }
  return lines.join('\n');
}
