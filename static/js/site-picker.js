// A map beside two coordinate fields: a click on the map fills them, typing in them moves the mark.
// What the map shows is WGS-84; a datum field named by data-datum is set to that when the map is used.

(() => {
  const CHINA = { centre: [35, 108], zoom: 4 };

  function typedPlace(lat, lon) {
    const [y, x] = [parseFloat(lat.value), parseFloat(lon.value)];
    const given = Math.abs(y) <= 90 && Math.abs(x) <= 180;
    return given ? [y, x] : null;
  }

  function announce(field) {
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }

  function start(element) {
    const lat = document.getElementById(element.dataset.lat);
    const lon = document.getElementById(element.dataset.lon);
    const datum = document.getElementById(element.dataset.datum ?? "");
    if (!lat || !lon) return;
    element.hidden = false;
    const place = typedPlace(lat, lon);
    const map = L.map(element, { attributionControl: Boolean(element.dataset.tiles) });
    map.setView(place ?? CHINA.centre, place ? 9 : CHINA.zoom);
    Outlines.addGround(map, element);
    const mark = L.circleMarker(place ?? CHINA.centre, { radius: 7, className: "map-offer", interactive: false });
    if (place) mark.addTo(map);

    map.on("click", ({ latlng }) => {
      const chosen = latlng.wrap();
      lat.value = chosen.lat.toFixed(5);
      lon.value = chosen.lng.toFixed(5);
      if (datum) datum.value = "wgs84";
      mark.setLatLng(chosen).addTo(map);
      announce(lat);
    });

    // A map in a folded group has no size until the group is opened.
    element.closest("details")?.addEventListener("toggle", () => map.invalidateSize());

    const follow = () => {
      const typed = typedPlace(lat, lon);
      if (!typed) return;
      mark.setLatLng(typed).addTo(map);
      map.panTo(typed);
    };
    lat.addEventListener("input", follow);
    lon.addEventListener("input", follow);
  }

  if (window.L) document.querySelectorAll("[data-site-picker]").forEach(start);
})();
