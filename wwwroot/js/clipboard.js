import { setText } from './dom.js';

const SAID_MS = 2500;

/** Copies text, also where the page came without encryption from another machine and the browser offers no clipboard. */
export async function copyText(text) {
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(text);
    return;
  }
  const holder = document.createElement('textarea');
  const focused = document.activeElement;
  holder.value = text;
  holder.className = 'visually-hidden';
  holder.setAttribute('aria-hidden', 'true');
  document.body.append(holder);
  holder.select();
  const copied = document.execCommand('copy');
  holder.remove();
  focused?.focus();
  if (!copied) throw new Error('the browser does not let this page copy');
}

/** Lets each button with data-copy="NAME" below `root` copy the text of the part NAMEText, and say whether it did. */
export function copyOnClick(root, parts) {
  let silence;
  root.addEventListener('click', async (event) => {
    const button = event.target.closest('[data-copy]');
    if (!button) return;
    clearTimeout(silence);
    for (const other of root.querySelectorAll('[data-copy]')) setText(other, 'Copy');
    try {
      await copyText(parts[`${button.dataset.copy}Text`].textContent);
      setText(button, 'Copied');
    } catch {
      setText(button, 'Not copied');
    }
    silence = setTimeout(setText, SAID_MS, button, 'Copy');
  });
}
