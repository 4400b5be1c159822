// Outlines of regions, read from TopoJSON in which neighbours share their borders.

/** The points of each arc as [lat, lon] in degrees, in the order of the file. */
function pointsOf({ arcs, transform: { scale, translate } }) {
  return arcs.map((arc) => {
    let x = 0;
    let y = 0;
    return arc.map(([dx, dy]) => {
      x += dx;
      y += dy;
      return [y * scale[1] + translate[1], x * scale[0] + translate[0]];
    });
  });
}

/** A ring of arcs one after the other; ~number is an arc backwards. A ring ends where it began. */
function ring(numbers, points) {
  const found = [];
  for (const number of numbers) {
    const arc = number < 0 ? [...points[~number]].reverse() : points[number];
    for (let place = found.length ? 1 : 0; place < arc.length; place += 1) found.push(arc[place]);
  }
  return found;
}

/**
 * What L.polygon takes, by the id of the region, in the order of the file: polygons, each its outer
 * ring and its holes, of [lat, lon] in degrees of WGS 84.
 */
export function latLngsOf(topology) {
  const points = pointsOf(topology);
  return new Map(
    topology.objects.regions.geometries.map(({ id, arcs }) => [
      id,
      arcs.map((rings) => rings.map((numbers) => ring(numbers, points))),
    ]),
  );
}
