/* Posting page: what was understood is taken over by a click. Everything it does can also be done by hand. */
(() => {
  "use strict";

  const form = document.getElementById("posting");
  const rows = form.querySelector("[data-measure-rows]");
  const input = (row, name) => row.querySelector(`[name$="-${name}"]`);
  const property = (row) => input(row, "property");
  const isEmpty = (row) => [...row.querySelectorAll("input:not([type=checkbox])")].every((field) => !field.value);

  // A row is somebody's own from the first choice made in it, or while the cursor is in it.
  const own = new WeakSet();
  rows.addEventListener("change", (event) => own.add(event.target.closest(".measure-row")));
  const isBegun = (row) => own.has(row) || !isEmpty(row) || row.contains(document.activeElement);

  const put = (field, value) => {
    if (!field) return;
    field.value = value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };

  const addRow = () => {
    const all = rows.querySelectorAll(".measure-row");
    const row = all[all.length - 1].cloneNode(true);
    for (const element of row.querySelectorAll("[name], [id], [for]")) {
      for (const attribute of ["name", "id", "for"]) {
        const value = element.getAttribute(attribute);
        if (value) element.setAttribute(attribute, value.replace(/-\d+-/, `-${all.length}-`));
      }
      if (element.matches("input:not([type=checkbox])")) element.value = "";
      if (element.matches("select")) element.selectedIndex = 0;
    }
    for (const error of row.querySelectorAll(".measure-error")) error.remove();
    rows.append(row);
    rows.querySelector('[name$="-TOTAL_FORMS"]').value = all.length + 1;
    return row;
  };

  const rowFor = (slug) => {
    const all = [...rows.querySelectorAll(".measure-row")];
    return (
      all.find((row) => property(row).value === slug) ||
      all.find((row) => !property(row).value && !isBegun(row)) ||
      addRow()
    );
  };

  const takeOver = ({ takeOver: slug, low, typical, high, basis }) => {
    const row = rowFor(slug);
    property(row).value = slug;
    put(input(row, "low") || input(row, "minimum"), low);
    put(input(row, "typical"), typical);
    put(input(row, "high") || input(row, "maximum"), high);
    if (basis && input(row, "basis")) input(row, "basis").value = basis;
    rows.closest("details").open = true;
  };

  // What is understood is drawn anew. Where its button goes with it, the keyboard stays where it was.
  const panel = document.getElementById("understanding");
  let inside = false;
  panel.addEventListener("htmx:beforeSwap", () => (inside = panel.contains(document.activeElement)));
  panel.addEventListener("htmx:afterSwap", () => {
    if (inside && !panel.contains(document.activeElement)) (panel.querySelector("button") || panel).focus();
  });

  // A sentence that gives way to the name of what it describes stays as description, with its figures.
  const keepSentence = (name) => {
    const sentence = form.elements.material.value.trim();
    const figures = [...panel.querySelectorAll("[data-basis]")].map((chip) => chip.textContent.trim());
    const tells = sentence.length > name.length || figures.some((figure) => sentence.includes(figure));
    const description = form.elements.description;
    if (!tells || description.value.includes(sentence)) return;
    description.value = [sentence, description.value].filter(Boolean).join("\n");
  };

  // An answer changes what is understood.
  const askAgain = () => put(form.elements.description, form.elements.description.value);

  form.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-fill], button[data-take-over]");
    if (!button) return;
    if (button.dataset.fill) {
      if ("keep" in button.dataset) keepSentence(button.dataset.value);
      put(form.elements[button.dataset.fill], button.dataset.value);
    } else {
      takeOver(button.dataset);
      button.setAttribute("aria-pressed", "true");
    }
    if ("answer" in button.dataset) askAgain();
  });

  // A material was recognised: ask for its usual properties first, where no row was begun yet.
  form.addEventListener("htmx:afterSwap", (event) => {
    const usual = event.target.querySelector("[data-usual-properties]");
    if (!usual || [...rows.querySelectorAll(".measure-row")].some(isBegun)) return;
    for (const row of rows.querySelectorAll(".measure-row")) property(row).value = "";
    for (const pair of usual.dataset.usualProperties.split(" ")) {
      const [slug, basis] = pair.split(":");
      const row = rowFor(slug);
      property(row).value = slug;
      if (input(row, "basis")) input(row, "basis").value = basis;
    }
  });
})();
