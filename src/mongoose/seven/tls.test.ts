/** Values that the fields of `mg_tls_opts` cannot have: each is refused by its name. */
import { describe, expect, test } from "vitest";
import { readOptions } from "../../core/index.ts";
import { mg_str } from "../shared/str.ts";
import { tlsChecks } from "./tls.ts";

describe.each(["ca", "cert", "key", "name"])("%s", (name) => {
  test.each([{ value: 5 }, { value: NaN }, { value: {} }, { value: [] }, { value: null }])(
    "is not $value",
    ({ value }) => {
      expect(() => readOptions({ [name]: value }, tlsChecks)).toThrow(`The option "${name}" was given`);
    },
  );

  test.each(["text", Uint8Array.of(1), new mg_str(Uint8Array.of(1))])("may be %o", (value) => {
    expect(readOptions({ [name]: value }, tlsChecks)).toMatchObject({ [name]: value });
  });
});

describe("skip_verification", () => {
  test.each([2, NaN, "no", null, {}])("is not %o", (skip_verification) => {
    expect(() => readOptions({ skip_verification }, tlsChecks)).toThrow('The option "skip_verification"');
  });

  test.each([0, 1, true, false])("may be %o, as in C", (skip_verification) => {
    expect(readOptions({ skip_verification }, tlsChecks)).toMatchObject({ skip_verification });
  });
});
