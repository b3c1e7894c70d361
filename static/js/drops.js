// What this browser remembers of a sender's drops.

const STORE = "onetimeshare.drops";

/**
 * The owner key this browser holds for a share.
 * @param {string} id
 * @returns {string} empty if none
 */
export function ownKeyOf(id) {
  try {
    const stored = JSON.parse(localStorage.getItem(STORE) ?? "[]");
    const found = Array.isArray(stored) ? stored.find((drop) => drop?.id === id.toLowerCase()) : undefined;
    return typeof found?.owner === "string" ? found.owner : "";
  } catch {
    return "";
  }
}
