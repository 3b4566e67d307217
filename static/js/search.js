// Search page: a change of a filter draws what was found anew. Without this the form and the links do the same.

(() => {
  const form = document.getElementById("search");
  const filters = document.getElementById("filters");
  const layout = document.querySelector(".search-layout");
  const field = (name) => document.getElementById(`id_${name}`);
  const MOST_COMPARED = 4;

  htmx.config.refreshOnHistoryMiss = true; // going back loads the page of that address

  // A phone starts with the list; the filters are a sheet over it.
  const narrow = matchMedia("(max-width: 59.99rem)");
  filters.open = !narrow.matches;
  filters.dataset.ready = "";
  narrow.addEventListener("change", () => (filters.open = !narrow.matches));
  layout.dataset.view = "list";

  function refine() {
    htmx.trigger(form, "refine");
  }

  function parts(name) {
    return [...form.elements].filter((element) => element.name === name);
  }

  // One condition, as a link states it.
  function setCondition({ name, value, off }) {
    for (const part of parts(name)) {
      if (part.type === "checkbox") {
        if (part.value === value) part.checked = off === undefined;
      } else if (!value || part.value !== value || off === undefined) {
        part.value = off === undefined ? value : "";
      }
    }
    if (off !== undefined && (name === "place" || name === "site")) clearRadius();
  }

  function clearRadius() {
    field("radius").value = "";
    showRadius();
  }

  // The slider: 5 to 2000 km in equal ratios; its right end is any distance. -------------------------------------

  const slider = document.getElementById("radius-slider");
  const [LEAST_KM, GREATEST_KM] = [5, 2000];

  function roundKm(km) {
    const step = km < 50 ? 5 : km < 200 ? 10 : km < 500 ? 25 : 100;
    return Math.min(GREATEST_KM, Math.max(LEAST_KM, Math.round(km / step) * step));
  }

  function showRadius() {
    const km = parseFloat(field("radius").value);
    slider.value = km > 0 ? (100 * Math.log(km / LEAST_KM)) / Math.log(GREATEST_KM / LEAST_KM) : 100;
    slider.setAttribute("aria-valuetext", km > 0 ? `${km} km` : field("radius").placeholder);
  }

  function setRadius(km) {
    field("radius").value = roundKm(km);
    showRadius();
    document.dispatchEvent(new CustomEvent("search:radius", { detail: roundKm(km) }));
  }

  slider.addEventListener("input", () => {
    setRadius(LEAST_KM * (GREATEST_KM / LEAST_KM) ** (slider.value / 100));
  });

  // What the person does -----------------------------------------------------------------------------------------

  document.addEventListener("change", (event) => {
    const part = event.target;
    if (part.name === "listing") return limitTicks();
    if (part === slider) return refine();
    if (part.form !== form || part.type === "search") return;
    if (part.name === "site" && part.value) field("place").value = "";
    if (part.name === "place" && part.value && field("site")) field("site").value = "";
    if (part.name === "radius") showRadius();
    refine();
  });

  let waiting;
  field("q").addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(refine, 400);
  });

  document.addEventListener("click", (event) => {
    const link = event.target.closest("#found a[data-name]");
    if (link && !event.metaKey && !event.ctrlKey && !event.shiftKey) {
      event.preventDefault();
      setCondition(link.dataset);
      refine();
    }
    const view = event.target.closest("[data-show]");
    if (view) showView(view.dataset.show);
  });

  function showView(name) {
    layout.dataset.view = name;
    for (const button of document.querySelectorAll("[data-show]")) {
      button.setAttribute("aria-pressed", String(button.dataset.show === name));
    }
    document.dispatchEvent(new CustomEvent("search:view"));
  }

  // The address says only what was chosen. -----------------------------------------------------------------------

  form.addEventListener("htmx:configRequest", (event) => {
    const asked = event.detail.formData;
    if (!asked.get("place") && !asked.get("site")) asked.delete("radius");
    for (const [name, value] of [...asked.entries()]) if (!value) asked.delete(name);
  });

  // What was unfolded or ticked stays so. ------------------------------------------------------------------------

  let unfolded = new Map();
  let ticked = new Set();

  function ticks() {
    return [...document.querySelectorAll('#found input[name="listing"]')];
  }

  function limitTicks() {
    const chosen = ticks().filter((tick) => tick.checked);
    for (const tick of ticks()) tick.disabled = !tick.checked && chosen.length >= MOST_COMPARED;
    const count = document.querySelector("[data-ticked]");
    if (count) count.textContent = chosen.length ? `(${chosen.length})` : "";
    const button = document.getElementById("compare-button");
    if (button) button.disabled = chosen.length < 2;
  }

  document.addEventListener("htmx:beforeSwap", () => {
    unfolded = new Map([...document.querySelectorAll("#facets details")].map((part) => [part.id, part.open]));
    ticked = new Set(ticks().filter((tick) => tick.checked).map((tick) => tick.value));
  });

  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target.id !== "found" && event.detail.target?.id !== "found") return;
    for (const part of document.querySelectorAll("#facets details")) {
      if (unfolded.has(part.id)) part.open = unfolded.get(part.id) || Boolean(part.querySelector(":scope > fieldset > label > :checked"));
    }
    for (const tick of ticks()) tick.checked = ticked.has(tick.value);
    limitTicks();
    const back = document.querySelector("#hide [name=next]");
    if (back) back.value = location.pathname + location.search;
    document.dispatchEvent(new CustomEvent("search:found"));
  });

  showRadius();
  limitTicks();

  window.SearchForm = { refine, setCondition, setRadius, field, form };
})();
