// Small behaviours of every page. Each works on top of markup that is complete without it.
// Loaded before the page is drawn, so that a chosen theme does not flash.

(() => {
  const root = document.documentElement;

  function storedTheme() {
    try {
      return localStorage.getItem("theme");
    } catch {
      return null; // storage is switched off: the system's theme stays
    }
  }

  function setTheme(theme) {
    root.dataset.theme = theme;
    try {
      localStorage.setItem("theme", theme);
    } catch {
      // the choice then lasts for this page only
    }
  }

  function toggleTheme() {
    const systemDark = matchMedia("(prefers-color-scheme: dark)").matches;
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : systemDark;
    setTheme(dark ? "light" : "dark");
  }

  if (storedTheme()) root.dataset.theme = storedTheme();

  // Clicks -------------------------------------------------------------------------------------------------------

  function closeMenusOutside(target) {
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(target)) menu.open = false;
    }
  }

  function onClick(event) {
    closeMenusOutside(event.target);
    const toggle = event.target.closest("[data-theme-toggle]");
    if (toggle) {
      toggleTheme();
      toggle.closest("details").open = false;
    }
    const opener = event.target.closest("[data-dialog]");
    if (opener) document.getElementById(opener.dataset.dialog)?.showModal();
    if (event.target.closest("[data-close]")) event.target.closest("dialog")?.close();
  }

  function onKeydown(event) {
    if (event.key !== "Escape") return;
    const menu = document.querySelector("details.menu[open]");
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  }

  // Forms --------------------------------------------------------------------------------------------------------

  const PATIENCE_MS = 10_000;
  const underWay = new WeakMap();

  // A second press while the first is on its way would do the same once more.
  function isUnderWay(form) {
    return form.method === "post" && performance.now() - (underWay.get(form) ?? -Infinity) < PATIENCE_MS;
  }

  function onSubmit(event) {
    if (event.defaultPrevented) return;
    const question = event.submitter?.dataset.confirm ?? event.target.dataset.confirm;
    if (isUnderWay(event.target) || (question && !window.confirm(question))) event.preventDefault();
    else underWay.set(event.target, performance.now());
  }

  // Who comes back by the browser's own button may send again.
  function onPageShow({ persisted }) {
    if (persisted) for (const form of document.forms) underWay.delete(form);
  }

  // What leads back here leads to the question that the address now asks.
  function onPushed({ detail }) {
    for (const field of document.querySelectorAll("form [name=next]")) field.value = detail.path;
  }

  function onChange(event) {
    const target = event.target.closest("[data-submit-on-change]");
    if (!target?.form) return;
    underWay.delete(target.form); // of two choices the later one counts
    target.form.requestSubmit();
  }

  // Parts that only make sense with scripts, in the page and in what htmx brings later.
  function prepare(scope) {
    for (const part of scope.querySelectorAll("[data-needs-script]")) part.hidden = false;
    scope.querySelector("[data-focus]")?.focus();
  }

  document.addEventListener("click", onClick);
  document.addEventListener("keydown", onKeydown);
  document.addEventListener("submit", onSubmit);
  document.addEventListener("change", onChange);
  document.addEventListener("htmx:pushedIntoHistory", onPushed);
  window.addEventListener("pageshow", onPageShow);
  document.addEventListener("DOMContentLoaded", () => prepare(document));
  document.addEventListener("htmx:load", (event) => prepare(event.target));
})();
