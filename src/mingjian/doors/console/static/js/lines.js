// From a mistake to its line in the editor.
document.addEventListener("click", (event) => {
  const at = event.target.closest("[data-line]");
  if (!at) return;
  const field = document.getElementById("yaml");
  const lines = field.value.split("\n");
  const line = Number(at.dataset.line) - 1;
  const start = lines.slice(0, line).reduce((sum, each) => sum + each.length + 1, 0);
  field.focus();
  field.setSelectionRange(start, start + (lines[line] || "").length);
  field.scrollTop = Math.max(0, line - 5) * parseFloat(getComputedStyle(field).lineHeight);
});
