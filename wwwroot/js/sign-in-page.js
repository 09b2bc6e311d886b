import { codeIn, placeBefore } from './account.js';
import { createApi } from './api.js';
import { partsOf, showMessage } from './dom.js';

const api = createApi();
const form = document.getElementById('sign-in');
const parts = partsOf(form);

async function signIn(body) {
  showMessage(parts.problem, '');
  parts.submit.disabled = true;
  try {
    await api.signIn(body);
    location.replace(placeBefore(location.search));
  } catch (error) {
    showMessage(parts.problem, error.message);
    parts.submit.disabled = false;
    parts.token.focus();
  }
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  const token = parts.token.value.trim();
  if (token) signIn({ token });
  else showMessage(parts.problem, 'Paste a token, which begins with mgcap_.');
});

const code = codeIn(location.hash);
if (code) {
  // It is good once: a reload is not to try it again.
  history.replaceState(null, '', location.pathname + location.search);
  signIn({ code });
}
