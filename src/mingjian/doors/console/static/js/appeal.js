// The fields of a varied decision show themselves when it is to be varied.
(() => {
  "use strict";
  const form = document.getElementById("answer");
  if (!form) return;
  const varied = document.getElementById("varied");
  const suspend = form.querySelector("[data-for-suspend]");
  const show = () => {
    const chosen = form.querySelector("[name=outcome]:checked");
    varied.hidden = !chosen || chosen.value !== "varied";
    suspend.hidden = form.querySelector("[name=measure]").value !== "suspend";
  };
  form.addEventListener("change", show);
  show();
})();
