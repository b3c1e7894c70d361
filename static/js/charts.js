// Figures as paths for SVG, as src/web/pages/charts.rs draws them first.

const HEIGHT = 40;
const LENGTH = 1000;

/**
 * @param {number} value
 * @param {number} length
 * @param {number} whole
 */
function scaled(value, length, whole) {
  return Math.floor((value * length) / Math.max(whole, 1));
}

/**
 * @param {number[]} values hour by hour
 * @param {number} most the highest of all that is drawn by this measure
 * @param {boolean} down
 */
export function bars(values, most, down) {
  return values
    .map((value, place) => {
      if (value === 0) return "";
      const height = Math.max(scaled(value, HEIGHT, most), 2);
      return down ? `M${place * 10 + 1} 41v${height}h8v-${height}z` : `M${place * 10 + 1} 40v-${height}h8v${height}z`;
    })
    .join("");
}

/** @param {{bytes: number, free_bytes: number, floor_bytes: number, disk_bytes: number}} stats */
export function diskBar(stats) {
  const all = stats.disk_bytes;
  const inUse = Math.max(all - stats.free_bytes, 0);
  const held = scaled(Math.min(stats.bytes, inUse), LENGTH, all);
  const floor = scaled(Math.min(stats.floor_bytes, all), LENGTH, all);
  const part = (/** @type {number} */ from, /** @type {number} */ length) => `M${from} 0h${length}v16h-${length}z`;
  return { held: part(0, held), other: part(held, scaled(inUse, LENGTH, all) - held), floor: part(LENGTH - floor, floor) };
}
