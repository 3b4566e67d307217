// The map of the search: what the server gathered of the part in view, circles for offers and squares for needs.
// It follows the form, and the form follows it: the ring, a place picked, the part in view.

(() => {
  if (!window.L) return; // the still picture stays
  const figure = document.getElementById("search-map");
  const here = document.getElementById("search-here");
  const pick = document.getElementById("pick-place");
  const list = document.getElementById("map-list");
  const { refine, setRadius, nearestStop, slider, field, form } = window.SearchForm;
  const CLOSEST = 13;
  const LISTED = 60;

  const canvas = figure.querySelector(".map-canvas");
  canvas.replaceChildren();
  canvas.classList.add("is-live");
  const map = L.map(canvas, { zoomSnap: 0.5, minZoom: 2, attributionControl: Boolean(figure.dataset.tiles) });
  const marks = L.layerGroup().addTo(map);
  const around = L.layerGroup().addTo(map);
  let shownBounds = "";
  let own = false; // the move is ours, not the person's
  let moving = false; // the person moves the map at this moment

  function found() {
    return document.getElementById("found").dataset;
  }

  function bounds(text) {
    const [south, west, north, east] = text.split(",").map(Number);
    return L.latLngBounds([south, west], [north, west > east ? east + 360 : east]);
  }

  // A move of ours is over when this returns; whatever moves the map later is the person.
  function moveOurselves(move) {
    own = true;
    move();
    own = false;
  }

  function fit(text) {
    if (!text || text === shownBounds || moving) return;
    shownBounds = text;
    moveOurselves(() => map.fitBounds(bounds(text), { maxZoom: 11, animate: false }));
  }

  // Marks --------------------------------------------------------------------------------------------------------

  function part(kind, count, half) {
    const box = document.createElement("span");
    box.className = `cluster-count cluster-${kind}`;
    box.style.width = box.style.height = `${2 * half}px`;
    if (count > 1) box.dataset.count = count; // drawn only: the mark's own label says it in words
    return box;
  }

  function icon(cluster) {
    const box = document.createElement("span");
    box.className = "cluster";
    const half = cluster.url ? 8 : cluster.size;
    const kinds = ["offers", "needs"].filter((kind) => cluster[kind]);
    for (const kind of kinds) box.append(part(kind, cluster[kind], half));
    const side = Math.max(24, 2 * half);
    return L.divIcon({ className: "map-mark", html: box, iconSize: [kinds.length * side, side] });
  }

  function popup(cluster) {
    const box = document.createElement("div");
    const name = document.createElement(cluster.url ? "a" : "b");
    if (cluster.url) name.href = cluster.url;
    name.textContent = cluster.title ?? cluster.label;
    const facts = document.createElement("div");
    facts.textContent = cluster.facts ?? "";
    box.append(name, facts);
    if (!cluster.url) {
      const button = document.createElement("button");
      button.className = "btn btn-small";
      button.type = "button";
      button.textContent = figure.dataset.showHere;
      button.addEventListener("click", searchHere);
      box.append(button);
    }
    return box;
  }

  function open(cluster, mark) {
    if (cluster.url || map.getZoom() >= CLOSEST) mark.openPopup();
    else map.setView([cluster.lat, cluster.lon], Math.min(CLOSEST, map.getZoom() + 2));
  }

  function cell(cluster) {
    const half = cluster.cell_deg / 2;
    const kind = cluster.offers ? "offer" : "need";
    const corners = [[cluster.lat - half, cluster.lon - half], [cluster.lat + half, cluster.lon + half]];
    return L.rectangle(corners, { className: `map-cell map-cell-${kind}`, interactive: false });
  }

  function addMark(cluster, onto) {
    const mark = L.marker([cluster.lat, cluster.lon], { icon: icon(cluster), title: cluster.label, alt: cluster.label });
    mark.bindPopup(popup(cluster)).addTo(onto);
    mark.off("click keypress"); // ours instead: many listings are zoomed into, one is shown
    mark.on("click", () => open(cluster, mark));
    mark.on("keypress", ({ originalEvent }) => originalEvent.key === "Enter" && open(cluster, mark));
    mark.getElement()?.setAttribute("aria-label", cluster.label);
    return mark;
  }

  function listed(cluster, mark) {
    const item = document.createElement("li");
    const name = document.createElement(cluster.url ? "a" : "button");
    if (cluster.url) name.href = cluster.url;
    else name.addEventListener("click", () => open(cluster, mark));
    name.textContent = cluster.label;
    item.append(name, cluster.facts ? ` ${cluster.facts}` : "");
    return item;
  }

  // A cluster's mark, the cell it lies in, and its line in the list.
  function draw(cluster, withCell) {
    const layer = L.layerGroup().addTo(marks);
    if (withCell) cell(cluster).addTo(layer);
    return { layer, item: listed(cluster, addMark(cluster, layer)) };
  }

  // What is drawn already stays as it is, with the popup opened at it and the keyboard on it.
  let drawn = new Map();
  function show(clusters) {
    const before = drawn;
    const inside = canvas.contains(document.activeElement);
    drawn = new Map();
    for (const cluster of clusters) {
      const withCell = Boolean(cluster.cell_deg) && map.getZoom() > 8;
      const key = JSON.stringify([cluster, withCell]);
      drawn.set(key, drawn.get(key) ?? before.get(key) ?? draw(cluster, withCell));
    }
    for (const [key, { layer }] of before) if (!drawn.has(key)) marks.removeLayer(layer);
    if (inside && !canvas.contains(document.activeElement)) canvas.focus({ preventScroll: true });
    showList([...drawn.values()].map(({ item }) => item));
  }

  function showList(items) {
    const focused = document.activeElement;
    list.replaceChildren(...items.slice(0, LISTED));
    if (!items.length) list.textContent = figure.dataset.nothing;
    if (list.contains(focused)) focused.focus({ preventScroll: true });
  }

  // What the server knows of the part in view --------------------------------------------------------------------

  function inView() {
    const view = map.getBounds();
    const ends = [Math.max(-90, view.getSouth()), view.getWest(), Math.min(90, view.getNorth()), view.getEast()];
    return ends.map((degrees) => degrees.toFixed(4)).join(",");
  }

  let asking;
  async function load() {
    asking?.abort();
    const { x, y } = map.getSize();
    if (!x || !y || document.querySelector("#found .error-summary")) return; // nothing to see, or a question to mend
    const request = (asking = new AbortController());
    figure.setAttribute("aria-busy", "true");
    const asked = new URLSearchParams(location.search);
    for (const name of ["page", "sort"]) asked.delete(name);
    asked.set("box", inView());
    asked.set("zoom", Math.floor(map.getZoom()));
    try {
      const answer = await fetch(`${figure.dataset.clusters}?${asked}`, { signal: request.signal });
      if (answer.ok) show((await answer.json()).clusters);
    } catch (error) {
      if (error.name !== "AbortError") list.textContent = ""; // the rows are there all the same
    }
    if (request === asking) figure.removeAttribute("aria-busy");
  }

  function searchHere() {
    form.elements.box.value = inView();
    here.hidden = true;
    refine();
  }

  here.addEventListener("click", searchHere);

  // The ring and its handle --------------------------------------------------------------------------------------

  let held = false; // the handle or the slider is in somebody's hand
  let late = false; // an answer came meanwhile

  function hold(element) {
    element.addEventListener("pointerdown", () => (held = true));
  }

  // What the hand has set is asked for first; where it has set nothing the answer that waited is drawn.
  function letGo() {
    if (!held) return;
    held = false;
    if (late) follow();
  }

  for (const end of ["pointerup", "pointercancel"]) addEventListener(end, () => setTimeout(letGo));
  form.addEventListener("htmx:beforeRequest", () => (late = false));
  hold(slider);

  function addRing({ lat, lon, place, radius }) {
    around.clearLayers();
    around.ring = null;
    if (!lat) return;
    const centre = L.latLng(lat, lon);
    const cross = L.divIcon({ className: "map-mark mark-site", html: "+", iconSize: [24, 24] });
    L.marker(centre, { icon: cross, title: place, alt: place, keyboard: false, zIndexOffset: -100 }).addTo(around);
    if (!radius) return;
    around.ring = L.circle(centre, { radius: 1000 * radius, className: "map-ring", interactive: false }).addTo(around);
    addHandle(centre, radius);
  }

  function addHandle(centre, radius) {
    const icon = L.divIcon({ className: "ring-handle", iconSize: [16, 16] });
    const handle = L.marker(edge(centre, radius), { icon, draggable: true, keyboard: false, title: figure.dataset.ring });
    handle.addTo(around);
    hold(handle.getElement());
    handle.on("drag", () => setRadius(nearestStop(centre.distanceTo(handle.getLatLng()) / 1000)));
    handle.on("dragend", refine);
  }

  function edge(centre, km) {
    return [centre.lat, centre.lng + km / (111.195 * Math.cos((centre.lat * Math.PI) / 180))];
  }

  document.addEventListener("search:radius", ({ detail: km }) => {
    around.ring?.setRadius(1000 * km); // none at any distance
  });

  // A place picked on the map ------------------------------------------------------------------------------------

  function setPicking(on) {
    pick.setAttribute("aria-pressed", String(on));
    figure.classList.toggle("is-picking", on);
  }

  pick.addEventListener("click", () => {
    setPicking(pick.getAttribute("aria-pressed") === "false");
    if (document.querySelector(".view-switch").checkVisibility()) document.querySelector("[data-show=map]").click();
  });

  map.on("click", ({ latlng }) => {
    if (pick.getAttribute("aria-pressed") === "false") return;
    const chosen = latlng.wrap();
    setPicking(false);
    field("place").value = `${chosen.lat.toFixed(4)}, ${chosen.lng.toFixed(4)}`;
    if (field("site")) field("site").value = "";
    refine();
  });

  // In step with the page ----------------------------------------------------------------------------------------

  function follow() {
    late = held;
    if (!held) {
      addRing(found());
      if (!form.elements.box.value) fit(found().bounds);
    }
    load();
  }

  map.on("movestart", () => (moving = !own));
  map.on("moveend", () => {
    if (own || moving) here.hidden = own; // a window of another size moves the map, too
    moving = false;
    load();
  });
  document.addEventListener("search:found", follow);
  document.addEventListener("search:view", () => {
    moveOurselves(() => map.invalidateSize());
    shownBounds = "";
    follow();
  });

  map.setView([35, 105], 4);
  Outlines.addGround(map, figure);
  L.control.scale({ imperial: false }).addTo(map);
  if (form.elements.box.value) fit(form.elements.box.value);
  follow();
  here.hidden = true;
})();
