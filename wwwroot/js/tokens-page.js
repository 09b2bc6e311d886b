import { showAccount } from './account.js';
import { createApi } from './api.js';
import { createConfirmDialog } from './components/confirm-dialog.js';
import { createList, fromTemplate, partsOf, setText, showMessage } from './dom.js';
import { dateTime } from './format.js';

const api = createApi();
const header = document.getElementById('page-header');
const root = document.getElementById('tokens');
const parts = partsOf(root);
const confirm = createConfirmDialog(document.getElementById('confirm'));
const updateRows = createList(parts.rows, { key: ({ id }) => id, create: createRow, refocus: () => root.focus() });

function createRow(token) {
  const { root: row, ...of } = fromTemplate('token-row');
  setText(of.name, token.name);
  setText(of.role, token.role);
  of.revoke.setAttribute('aria-label', `Revoke: ${token.name}`);
  of.revoke.addEventListener('click', async () => {
    const text = 'It lets in nobody any more, and what is going on with it ends. Captures that were started with it stay, and go on.';
    if (await confirm({ title: `Revoke ${token.name}?`, text })) await attempt(() => api.revokeToken(token.id));
  });
  return { root: row, update: (now) => setText(of.facts, factsOf(now)) };
}

const factsOf = ({ prefix, createdAt, createdBy, expiresAt, lastUsedAt }) => [
  `mgcap_${prefix}_…`,
  `made by ${createdBy} at ${dateTime(createdAt)}`,
  expiresAt ? `ends at ${dateTime(expiresAt)}` : 'does not end',
  lastUsedAt ? `last used at ${dateTime(lastUsedAt)}` : 'not used yet',
].join(' · ');

async function attempt(action) {
  showMessage(parts.problem, '');
  try {
    await action();
    await show();
  } catch (error) {
    showMessage(parts.problem, error.message);
  }
}

async function show() {
  const tokens = await api.tokens();
  updateRows(tokens);
  parts.empty.hidden = tokens.length > 0;
  setText(parts.empty, 'No token yet.');
}

parts.form.addEventListener('submit', (event) => {
  event.preventDefault();
  const { name, role, days } = Object.fromEntries(new FormData(parts.form));
  attempt(async () => {
    const { token } = await api.addToken({ name, role, ...(days.trim() && { days: Number(days) }) });
    setText(parts.text, token);
    parts.made.hidden = false;
    parts.form.reset();
    parts.text.focus();
  });
});

attempt(show);
showAccount(header, api);
