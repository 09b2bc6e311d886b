/** Keeps nothing beyond the page: for browsers that block site data, where merely looking at localStorage fails. */
const forThisPage = () => {
  const kept = new Map();
  return { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, String(value)) };
};

/** Where a page keeps what its reader chose. It may fail to keep something, as a full one does; reading from it works. */
export function openStorage(open = () => globalThis.localStorage) {
  try {
    const storage = open();
    storage.getItem('');
    return storage;
  } catch {
    return forThisPage();
  }
}
