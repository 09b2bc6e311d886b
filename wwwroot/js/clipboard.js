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
