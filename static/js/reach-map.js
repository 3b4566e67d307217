// Turns the still picture of a reach map into one to move in. Facts come from the JSON beside it,
// sizes are computed by the server, and the table beneath the map holds the same facts for everyone.

(() => {
  const SVG = "http://www.w3.org/2000/svg";

  function shape(kind, size) {
    const svg = document.createElementNS(SVG, "svg");
    svg.setAttribute("width", 2 * size);
    svg.setAttribute("height", 2 * size);
    const mark = document.createElementNS(SVG, kind === "need" ? "rect" : "circle");
    mark.setAttribute("class", kind === "need" ? "map-need" : "map-offer");
    const place = kind === "need" ? { width: 2 * size, height: 2 * size } : { cx: size, cy: size, r: size };
    for (const [name, value] of Object.entries(place)) mark.setAttribute(name, value);
    svg.append(mark);
    return svg;
  }

  // At least 24 px to hit, however small the mark.
  function markerIcon(kind, size) {
    const side = Math.max(24, 2 * size);
    return L.divIcon({ className: "map-mark", html: shape(kind, size), iconSize: [side, side] });
  }

  function popup(point) {
    const box = document.createElement("div");
    const name = document.createElement(point.url ? "a" : "b");
    if (point.url) name.href = point.url;
    name.textContent = point.label;
    const facts = document.createElement("div");
    facts.textContent = point.facts;
    box.append(name, facts);
    return box;
  }

  function cellBounds(point) {
    const half = point.cell_deg / 2;
    return [
      [point.lat - half, point.lon - half],
      [point.lat + half, point.lon + half],
    ];
  }

  function addPoint(map, point) {
    const layer = point.cell_deg
      ? L.rectangle(cellBounds(point), { className: `map-cell map-cell-${point.kind}` })
      : L.marker([point.lat, point.lon], { icon: markerIcon(point.kind, point.size), title: point.label, alt: point.label });
    return layer.bindPopup(popup(point)).addTo(map);
  }

  function addSite(map, site) {
    const cross = document.createElementNS(SVG, "svg");
    cross.setAttribute("width", 20);
    cross.setAttribute("height", 20);
    const path = document.createElementNS(SVG, "path");
    path.setAttribute("class", "map-site");
    path.setAttribute("d", "M2 10h16M10 2v16");
    cross.append(path);
    const icon = L.divIcon({ className: "map-mark", html: cross, iconSize: [20, 20] });
    L.marker([site.lat, site.lon], { icon, title: site.label, alt: site.label, zIndexOffset: 500 }).addTo(map);
  }

  // At least this much is shown around the site, so that there is an outline to recognise.
  const LEAST_KM = 20;

  function ringBounds(site, km) {
    return L.latLng(site.lat, site.lon).toBounds(2000 * km);
  }

  function show(figure) {
    const { site, rings_km: rings, points } = JSON.parse(document.getElementById(figure.dataset.reachMap).textContent);
    const canvas = figure.querySelector(".map-canvas");
    canvas.replaceChildren();
    canvas.classList.add("is-live");
    const map = L.map(canvas, { zoomSnap: 0.25, scrollWheelZoom: false, attributionControl: Boolean(figure.dataset.tiles) });
    const bounds = ringBounds(site, LEAST_KM);
    for (const point of points) bounds.extend([point.lat, point.lon]);
    for (const km of rings) bounds.extend(ringBounds(site, km));
    map.fitBounds(bounds.pad(0.05));
    Outlines.addGround(map, figure);
    for (const km of rings) {
      L.circle([site.lat, site.lon], { radius: 1000 * km, className: "map-ring", interactive: false }).addTo(map);
    }
    for (const point of points) addPoint(map, point);
    addSite(map, site);
    L.control.scale({ imperial: false }).addTo(map);
    map.on("focus", () => map.scrollWheelZoom.enable()).on("blur", () => map.scrollWheelZoom.disable());
  }

  function showAll(scope) {
    if (!window.L) return; // the still picture stays
    for (const figure of scope.querySelectorAll("[data-reach-map]:not([data-shown])")) {
      figure.dataset.shown = "true";
      show(figure);
    }
  }

  document.addEventListener("htmx:load", (event) => showAll(event.target.parentNode ?? document));
  showAll(document);
})();
