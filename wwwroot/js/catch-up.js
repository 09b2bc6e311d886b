/**
 * Fetches what a page has missed of a running capture: all of it at first, later what came since its newest sample. Asked again
 * while it is under way it goes once more. `state` is told "fetching" and then "done" with how many samples were new, "failed",
 * or "ended" where the capture runs no more.
 */
export function createCatchUp({ fetch, since, take, state }) {
  let underWay = false;
  let again = false;

  return async function catchUp() {
    if (underWay) {
      again = true;
      return;
    }
    underWay = true;
    do {
      again = false;
      state('fetching');
      try {
        state('done', take(await fetch(since())));
      } catch (error) {
        if (error.code === 'capture_not_running' || error.code === 'capture_not_found') state('ended');
        else state('failed', error);
      }
    } while (again);
    underWay = false;
  };
}
