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

  // The slider walks over the distances people ask for; its right end is any distance, an empty field. --------------

  const slider = document.getElementById("radius-slider");
  const STOPS_KM = [5];
  while (STOPS_KM.at(-1) < 2000) STOPS_KM.push(STOPS_KM.at(-1) + stepAfter(STOPS_KM.at(-1)));
  slider.max = STOPS_KM.length;

  function stepAfter(km) {
    return km < 50 ? 5 : km < 200 ? 10 : km < 500 ? 25 : 100;
  }

  function nearestStop(km) {
    return STOPS_KM.reduce((best, stop) => (Math.abs(stop - km) < Math.abs(best - km) ? stop : best));
  }

  // What is typed stays as typed; the slider stands at the nearest stop.
  function showRadius() {
    const km = parseFloat(field("radius").value);
    slider.value = km > 0 ? STOPS_KM.indexOf(nearestStop(km)) : STOPS_KM.length;
    slider.setAttribute("aria-valuetext", km > 0 ? `${km} km` : field("radius").placeholder);
  }

  // `km`: one of the stops; nothing is any distance.
  function setRadius(km = "") {
    field("radius").value = km;
    showRadius();
    document.dispatchEvent(new CustomEvent("search:radius", { detail: km }));
  }

  slider.addEventListener("input", () => setRadius(STOPS_KM[slider.value]));

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
  form.addEventListener("htmx:beforeRequest", () => clearTimeout(waiting)); // it asks for the words, too

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

  // What was unfolded, ticked or begun stays so when an answer takes the place of what is on the page. -------------

  const FOLDED = "#facets details, #save-search";
  const BEGUN = "#save-name, #save-frequency";
  let unfolded = new Map();
  let begun = new Map();
  let ticked = new Set();
  let focused = "";

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

  document.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target.id !== "found") return;
    unfolded = new Map([...document.querySelectorAll(FOLDED)].map((part) => [part.id, part.open]));
    begun = new Map([...document.querySelectorAll(BEGUN)].map((part) => [part.id, part.value]));
    ticked = new Set(ticks().filter((tick) => tick.checked).map((tick) => tick.value));
    focused = document.activeElement.id;
  });

  document.addEventListener("htmx:afterSettle", (event) => {
    if (event.target.id !== "found") return;
    for (const part of document.querySelectorAll(FOLDED)) {
      if (unfolded.has(part.id)) part.open = unfolded.get(part.id) || Boolean(part.querySelector(":scope > fieldset > label > :checked"));
    }
    for (const part of document.querySelectorAll(BEGUN)) part.value = begun.get(part.id) ?? part.value;
    for (const tick of ticks()) tick.checked = ticked.has(tick.value);
    if (focused && document.activeElement === document.body) document.getElementById(focused)?.focus({ preventScroll: true });
    limitTicks();
    document.dispatchEvent(new CustomEvent("search:found"));
  });

  showRadius();
  limitTicks();

  window.SearchForm = { refine, setRadius, nearestStop, slider, field, form };
})();
