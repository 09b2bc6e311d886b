/**
 * Makes a link download a capture's file, but shows the reason here where the server would refuse it. update() takes what is
 * wanted: `{ from, to, filter, format, compress }`, any of them left out.
 */
export function createDownload(link, { id, api, showProblem }) {
  let part = {};
  link.href = api.downloadUrl(id);

  link.addEventListener('click', async (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (link.getAttribute('aria-busy') === 'true') return;
    link.setAttribute('aria-busy', 'true');
    showProblem('');
    try {
      await api.checkDownload(id, part);
      const download = document.createElement('a');
      download.href = link.href;
      download.download = '';
      download.click();
    } catch (error) {
      showProblem(`Could not be downloaded: ${error.message}`);
    } finally {
      link.removeAttribute('aria-busy');
    }
  });

  return {
    update(wanted) {
      part = wanted;
      link.href = api.downloadUrl(id, part);
    },
  };
}
