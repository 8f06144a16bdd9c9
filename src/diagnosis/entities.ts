/** Marks that a page writes as numbers (`&#46;`), as themselves: printable ASCII alone. */
export function plainNumbers(text: string): string {
  return text.replace(/&#(\d{2,3});/g, (entity, code: string) => {
    const number = Number(code);
    return number >= 0x20 && number < 0x7f ? String.fromCharCode(number) : entity;
  });
}
