/** Distinguished and alternative names, from the short forms the recipes use. */
import {
  AttributeTypeAndValue,
  AttributeValue,
  GeneralName,
  Name,
  RelativeDistinguishedName,
} from "@peculiar/asn1-x509";
import { assert } from "../../core/index.ts";
import type { Subject } from "./recipe.ts";

/** The attributes the recipes name (RFC 5280 Appendix A.1). */
const attributes: Readonly<Record<Subject[number][0], string>> = {
  C: "2.5.4.6",
  O: "2.5.4.10",
  OU: "2.5.4.11",
  CN: "2.5.4.3",
};

export function buildName(subject: Subject): Name {
  return new Name(
    subject.map(([attribute, text]) => {
      // RFC 5280 Appendix A.1: countryName is a PrintableString; §4.1.2.4: UTF8String for the others.
      const value = new AttributeValue(attribute === "C" ? { printableString: text } : { utf8String: text });
      return new RelativeDistinguishedName([
        new AttributeTypeAndValue({ type: attributes[attribute], value }),
      ]);
    }),
  );
}

/** A general name from `dns:NAME`, `ip:ADDRESS`, `email:ADDRESS` or `uri:URI`. */
export function buildGeneralName(text: string): GeneralName {
  const colon = text.indexOf(":");
  const value = text.slice(colon + 1);
  switch (text.slice(0, colon)) {
    case "dns":
      return new GeneralName({ dNSName: value });
    case "ip":
      return new GeneralName({ iPAddress: value });
    case "email":
      return new GeneralName({ rfc822Name: value });
    case "uri":
      return new GeneralName({ uniformResourceIdentifier: value });
  }
  assert(false, `"${text}" begins with dns:, ip:, email: or uri:`);
}
