import { partsOf, setText } from './dom.js';

const PAGE = 'sign-in.html';
const ROLES = ['viewer', 'operator', 'admin'];

/** Goes to the page that signs in, which comes back to where the reader was. */
export function goToSignIn(here = location) {
  const page = here.pathname.split('/').pop();
  if (page !== PAGE) here.replace(`${PAGE}?to=${encodeURIComponent(page + here.search + here.hash)}`);
}

/** Where the reader was, as a path beside this page: nothing else, so that no link can lead away from here. */
export function placeBefore(search) {
  const to = new URLSearchParams(search).get('to') ?? '';
  return /^[\w-]*(\.html)?([?#]|$)/.test(to) && !to.startsWith(PAGE) ? to || './' : './';
}

/** The code of a link that `mgcap open` prints. */
export const codeIn = (hash) => new URLSearchParams(hash.replace(/^#/, '')).get('code');

/** Whether a role may do what another may. */
export const mayDo = (role, needed) => ROLES.indexOf(role) >= ROLES.indexOf(needed);

/** Shows who is asking, where that is not just the user of this machine, and leaves out what this role may not do. */
export async function showAccount(root, api) {
  const parts = partsOf(root);
  let me;
  try {
    me = await api.me();
  } catch {
    // Whether they may is said when they try.
    return;
  }
  document.documentElement.dataset.role = me.role;
  const signedIn = me.via === 'session';
  parts.account.hidden = !signedIn && me.role === 'admin';
  setText(parts.accountName, `${me.name} (${me.role})`);
  parts.signOut.hidden = !signedIn;
  parts.tokens.hidden = !mayDo(me.role, 'admin');
  parts.signOut.addEventListener('click', async () => {
    await api.signOut();
    location.reload();
  });
}
