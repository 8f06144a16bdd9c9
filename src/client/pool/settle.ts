/**
 * Settles connections once everything that this turn of the event loop had to read is read. A request sent earlier could be
 * given bytes that came before it was sent: a response that a server, or somebody who got a word in, put behind the one
 * asked for.
 */

/** What was answered in this turn. */
export interface Answered {
  settle(): void;
}

let answered: Answered[] = [];

export function settleAfterReads(connection: Answered): void {
  if (answered.push(connection) === 1) setImmediate(settleAnswered);
}

function settleAnswered(): void {
  const settled = answered;
  answered = [];
  for (const connection of settled) connection.settle();
}
