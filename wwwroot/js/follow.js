// A capture that runs is looked at no more often than this, and than it has a step more; a slow console is spared.
const FOLLOW_MS = 2000;
const SPARED = 10;

/** When the rates over a capture that runs are worth reading again. `load` reads them. */
export function createFollower(load, { now = () => performance.now() } = {}) {
  let loading = 0;
  let last = { at: -Infinity, took: 0, captured: NaN };

  const follower = {
    /** Reads them now. */
    async load() {
      const began = now();
      loading++;
      try {
        await load();
      } finally {
        loading--;
      }
      last = { ...last, at: now(), took: now() - began };
    },
    /** Reads them where packets have come, and enough time has gone by. `stepMs` is the length of a step that is shown. */
    follow(captured, stepMs) {
      if (loading || captured === last.captured || now() - last.at < Math.max(FOLLOW_MS, stepMs, SPARED * last.took)) return undefined;
      last.captured = captured;
      return follower.load();
    },
  };
  return follower;
}
