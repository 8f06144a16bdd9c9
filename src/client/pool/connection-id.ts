/** Connections are numbered in the order in which they came about, whatever is spoken on them. */
let lastId = 0;

export function nextConnectionId(): number {
  return ++lastId;
}
