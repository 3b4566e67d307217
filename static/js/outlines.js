// The ground of every map: tiles where the operator runs a tile server, else outlines of our own.

window.Outlines = (() => {
  const loaded = new Map();

  function fetchOnce(url) {
    if (!loaded.has(url)) loaded.set(url, fetch(url).then((answer) => answer.json()));
    return loaded.get(url);
  }

  // A line that crosses the 180th meridian is cut there; drawn on, it would run round the world.
  function cut(line) {
    const pieces = [[]];
    line.forEach((point, place) => {
      if (place && Math.abs(point[0] - line[place - 1][0]) > 180) pieces.push([]);
      pieces.at(-1).push(point);
    });
    return pieces;
  }

  async function addLines(map, url) {
    const { type, coordinates } = await fetchOnce(url);
    const lines = L.geoJSON({ type, coordinates: coordinates.flatMap(cut) }, {
      interactive: false,
      style: { className: "map-outline" },
    });
    lines.addTo(map).bringToBack();
  }

  // `element` carries data-tiles, data-world and data-provinces.
  function addGround(map, element) {
    const { tiles, world, provinces } = element.dataset;
    if (tiles) {
      L.tileLayer(tiles, { maxZoom: 18 }).addTo(map);
      return;
    }
    for (const url of [world, provinces]) {
      addLines(map, url).catch(() => {}); // without its outline the map still shows ring and marks
    }
  }

  return { addGround };
})();
