/** Makes a link download a capture's file, but shows the reason here where the server would refuse it. */
export function createDownload(link, { id, api, showProblem }) {
  const url = api.downloadUrl(id);
  link.href = url;

  link.addEventListener('click', async (event) => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (link.getAttribute('aria-busy') === 'true') return;
    link.setAttribute('aria-busy', 'true');
    showProblem('');
    try {
      await api.checkDownload(id);
      const download = document.createElement('a');
      download.href = url;
      download.download = '';
      download.click();
    } catch (error) {
      showProblem(`Could not be downloaded: ${error.message}`);
    } finally {
      link.removeAttribute('aria-busy');
    }
  });
}
