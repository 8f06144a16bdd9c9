/**
 * Certificate policies: RFC 5280 §6.1.2 to §6.1.5, as RFC 9618 replaced their tree by a graph.
 *
 * A TLS client asks for no policy of its own (the initial set is anyPolicy), so only one thing can come of it: a
 * CA demands that some policy holds throughout, and none does. For that the policies that are valid at one depth
 * are enough, and the work is linear: no tree, no CVE-2023-0464.
 */
import { anyPolicyOid, type Certificate } from "../../x509/index.ts";
import { placedCertificates, type PathContext } from "../path.ts";
import type { Placed, Rejection } from "../rejection.ts";

interface State {
  /** Policies expected of the next certificate; empty when the graph has died. */
  expected: ReadonlySet<string>;
  explicitPolicy: number;
  policyMapping: number;
  inhibitAnyPolicy: number;
}

export function checkPolicies(context: PathContext): Rejection | undefined {
  // §6.1.2 (d) to (f): none of the three is set from the beginning.
  const state: State = {
    expected: new Set([anyPolicyOid]),
    explicitPolicy: Infinity,
    policyMapping: Infinity,
    inhibitAnyPolicy: Infinity,
  };
  const below = placedCertificates(context).filter(({ role }) => role !== "root");
  for (const placed of below.toReversed()) {
    const reason = checkForm(placed) ?? step(state, placed);
    if (reason !== undefined) return context.reject("policy-not-met", placed, { reason });
  }
  return undefined;
}

/** RFC 5280 §4.2.1.11, §4.2.1.14: both "MUST" be critical; a non-critical one would bind only some clients. */
function checkForm({ certificate: { extensions } }: Placed): string | undefined {
  if (extensions.get("policyConstraints")?.critical === false) return "policyConstraints is not critical";
  if (extensions.get("inhibitAnyPolicy")?.critical === false) return "inhibitAnyPolicy is not critical";
  return undefined;
}

function step(state: State, { certificate, role }: Placed): string | undefined {
  const isLeaf = role === "leaf";
  state.expected = validPolicies(state, certificate, isLeaf);
  // §6.1.3 (f)
  if (state.explicitPolicy <= 0 && state.expected.size === 0) return noPolicy;
  const { extensions } = certificate;
  const constraints = extensions.value("policyConstraints");
  if (isLeaf) {
    // §6.1.5 (a), (b), (g)
    state.explicitPolicy--;
    const isRequired = state.explicitPolicy <= 0 || constraints?.requireExplicitPolicy === 0;
    return isRequired && state.expected.size === 0 ? noPolicy : undefined;
  }
  const fault = mapPolicies(state, certificate);
  if (fault !== undefined) return fault;
  // §6.1.4 (h)
  if (!certificate.isSelfIssued) {
    state.explicitPolicy--;
    state.policyMapping--;
    state.inhibitAnyPolicy--;
  }
  // §6.1.4 (i), (j)
  state.explicitPolicy = Math.min(state.explicitPolicy, constraints?.requireExplicitPolicy ?? Infinity);
  state.policyMapping = Math.min(state.policyMapping, constraints?.inhibitPolicyMapping ?? Infinity);
  const inhibit = extensions.value("inhibitAnyPolicy");
  state.inhibitAnyPolicy = Math.min(state.inhibitAnyPolicy, inhibit ?? Infinity);
  return undefined;
}

const noPolicy = "a CA requires an explicit policy, and none is valid from the root down to here";

/** §6.1.3 (d), (e): which of the certificate's policies were expected. */
function validPolicies(state: State, certificate: Certificate, isLeaf: boolean): ReadonlySet<string> {
  const policies = certificate.extensions.value("certificatePolicies");
  const valid = new Set<string>();
  if (policies === undefined) return valid;
  const anyIsExpected = state.expected.has(anyPolicyOid);
  for (const policy of policies) {
    if (policy !== anyPolicyOid && (anyIsExpected || state.expected.has(policy))) valid.add(policy);
  }
  const anyCounts = state.inhibitAnyPolicy > 0 || (!isLeaf && certificate.isSelfIssued);
  if (anyCounts && policies.includes(anyPolicyOid)) for (const policy of state.expected) valid.add(policy);
  return valid;
}

/** §6.1.4 (a), (b) */
function mapPolicies(state: State, { extensions }: Certificate): string | undefined {
  const mappings = extensions.value("policyMappings");
  if (mappings === undefined) return undefined;
  const expected = new Set(state.expected);
  for (const { issuerDomainPolicy, subjectDomainPolicy } of mappings) {
    if (issuerDomainPolicy === anyPolicyOid || subjectDomainPolicy === anyPolicyOid) {
      return "a policy mapping maps anyPolicy";
    }
    expected.delete(issuerDomainPolicy);
  }
  if (state.policyMapping > 0) {
    // Where anyPolicy is expected, what a policy is mapped to is expected already.
    for (const { issuerDomainPolicy, subjectDomainPolicy } of mappings) {
      if (state.expected.has(issuerDomainPolicy)) expected.add(subjectDomainPolicy);
    }
  }
  state.expected = expected;
  return undefined;
}
