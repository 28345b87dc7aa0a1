// Pages are complete without this file. It keeps filters as they stand while htmx replaces a list,
// opens them where there is room, and falls back to a plain navigation where a request fails.
(() => {
  "use strict";
  const roomy = window.matchMedia("(min-width: 60rem)");
  const folds = (root) => root.querySelectorAll("details[data-fold]");
  let remembered = new Map();

  const openWhereRoomy = () => {
    const filters = document.getElementById("filters");
    if (filters && roomy.matches) filters.open = true;
  };

  document.addEventListener("htmx:beforeSwap", () => {
    remembered = new Map();
    folds(document).forEach((fold) => remembered.set(fold.dataset.fold, fold.open));
  });

  document.addEventListener("htmx:afterSwap", () => {
    folds(document).forEach((fold) => {
      if (remembered.has(fold.dataset.fold)) fold.open = remembered.get(fold.dataset.fold);
    });
    openWhereRoomy();
  });

  // empty fields have no place in an address
  document.addEventListener("htmx:configRequest", (event) => {
    const values = event.detail.formData;
    for (const name of [...values.keys()]) {
      if (values.getAll(name).every((value) => value === "")) values.delete(name);
    }
  });

  document.addEventListener("htmx:responseError", (event) => {
    window.location.assign(event.detail.pathInfo.finalRequestPath);
  });

  roomy.addEventListener("change", openWhereRoomy);
  openWhereRoomy();
})();
