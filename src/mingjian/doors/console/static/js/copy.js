// Copies the words of an element.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button) return;
  const node = document.querySelector(button.dataset.copy);
  try { await navigator.clipboard.writeText(node.textContent.trim()); } catch { // not over https: chosen, to be copied by hand
    window.getSelection().selectAllChildren(node);
    return;
  }
  const said = button.textContent;
  button.textContent = button.dataset.copied;
  setTimeout(() => { button.textContent = said; }, 1500);
});
