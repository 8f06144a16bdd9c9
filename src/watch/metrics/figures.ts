/** What the watch says of itself in metrics and health, beside what the store knows. */

export interface WatchFigures {
  /** Visits since it was started; `undefined` where workers visit. */
  readonly visits: number | undefined;
  /** How far the visit that is most overdue lies behind its time; 0 where none is. */
  readonly behindMs: number;
  readonly startedAt: number;
}
