/** The FormData of another implementation than the platform's: undici's package has one of its own. */

export function isForm(value: object): value is FormData {
  return Object.prototype.toString.call(value) === "[object FormData]" && Symbol.iterator in value;
}

/** The form as one of the platform's, which alone can be encoded. */
export function copyForm(form: FormData): FormData {
  const copy = new FormData();
  for (const [name, value] of form) {
    if (typeof value === "string") copy.append(name, value);
    else copy.append(name, value, value.name);
  }
  return copy;
}
