/** The dynamic table as its encoder looks into it: which index a field or a name has, in both tables. RFC 7541 §2.3. */
import { DynamicTable } from "./dynamic-table.ts";
import { headerField, type HeaderField } from "./header-field.ts";
import { lastStaticIndex, staticTable } from "./static-table.ts";

/** The entries of one name. */
interface Row {
  /** Index of the static table's first entry of the name, or 0. */
  readonly staticIndex: number;
  /** Indices of the static table by value. */
  readonly staticValues: ReadonlyMap<string, number>;
  /** Numbers of the dynamic table's entries, by value. */
  readonly values: Map<string, number>;
  /** Number of the newest entry of the name in the dynamic table, or 0. */
  newest: number;
}

const noValues: ReadonlyMap<string, number> = new Map();
const staticRows: ReadonlyMap<string, Row> = makeStaticRows();

function makeStaticRows(): Map<string, Row> {
  const rows = new Map<string, Row>();
  for (let index = 1; index <= lastStaticIndex; index++) {
    const { name, value } = staticTable[index] as HeaderField;
    const known = rows.get(name);
    const staticValues = new Map(known?.staticValues).set(value, index);
    rows.set(name, {
      staticIndex: known?.staticIndex ?? index,
      staticValues,
      values: new Map(),
      newest: 0,
    });
  }
  return rows;
}

export class EncoderTable {
  readonly #table: DynamicTable;
  /** Of names that the dynamic table has. */
  readonly #rows = new Map<string, Row>();
  /** What `find` found: the index of the whole field, or 0, and of an entry of its name, or 0. */
  fieldIndex = 0;
  nameIndex = 0;

  constructor(maxBytes: number) {
    this.#table = new DynamicTable(maxBytes, (field, number) => this.#forget(field, number));
  }

  get maxBytes(): number {
    return this.#table.maxBytes;
  }

  /** Entries that were ever inserted: while it is the same, so is the table. */
  get inserted(): number {
    return this.#table.inserted;
  }

  find(name: string, value: string): void {
    this.fieldIndex = this.nameIndex = 0;
    const row = this.#rows.get(name) ?? staticRows.get(name);
    if (row === undefined) return;
    const number = row.values.get(value);
    this.fieldIndex = number === undefined ? (row.staticValues.get(value) ?? 0) : this.#indexOf(number);
    this.nameIndex = row.staticIndex || this.#indexOf(row.newest);
  }

  /** Inserts a field, if it is worth what it evicts: whether it did. What `find` found is of the table before. */
  insert(name: string, value: string): boolean {
    const field = headerField(name, value, false);
    if (field.size > this.#table.maxBytes / 2) return false;
    this.#table.insert(field);
    const row = this.#rows.get(name) ?? this.#open(name);
    row.newest = this.#table.inserted;
    row.values.set(value, row.newest);
    return true;
  }

  resize(maxBytes: number): void {
    this.#table.resize(maxBytes);
  }

  #indexOf(number: number): number {
    return lastStaticIndex + 1 + this.#table.inserted - number;
  }

  #open(name: string): Row {
    const { staticIndex = 0, staticValues = noValues } = staticRows.get(name) ?? {};
    const row: Row = { staticIndex, staticValues, values: new Map(), newest: 0 };
    this.#rows.set(name, row);
    return row;
  }

  #forget({ name, value }: HeaderField, number: number): void {
    const row = this.#rows.get(name);
    if (row?.values.get(value) === number) row.values.delete(value);
    if (row?.newest === number) this.#rows.delete(name);
  }
}
