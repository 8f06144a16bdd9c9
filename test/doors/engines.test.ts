/** The doors of the pure engines as the compiler sees them: results that have to be looked at before they are used. */
import { describe, expectTypeOf, test } from "vitest";
import * as trustNode from "../../src/admission/public.ts";
import * as bundle from "../../src/bundle/public.ts";
import type { Code, Details, TrustReport } from "../../src/index.ts";
import * as device from "../../src/device/public.ts";
import * as http1 from "../../src/http1/public.ts";
import * as trust from "../../src/trust/public.ts";
import * as trustWebcrypto from "../../src/webcrypto/public.ts";
import type * as lab from "../../src/lab/public.ts";
import * as x509 from "../../src/x509/public.ts";

describe("meerkat/trust", () => {
  test("a verdict has a path or a rejection, told apart by `trusted`", () => {
    expectTypeOf(trust.verify).toEqualTypeOf<
      (request: trust.VerifyRequest, ports: trust.TrustPorts) => trust.Verdict
    >();
    type Trusted = Extract<trust.Verdict, { readonly trusted: true }>;
    type Refused = Extract<trust.Verdict, { readonly trusted: false }>;
    expectTypeOf<Trusted["path"]>().toEqualTypeOf<trust.VerifiedPath>();
    expectTypeOf<Refused["primary"]>().toEqualTypeOf<trust.Rejection>();
    expectTypeOf<Refused>().not.toHaveProperty("path");
  });

  test("a verified path cannot be made of its parts", () => {
    type Parts = {
      readonly [
        Name in keyof trust.VerifiedPath as Name extends string ? Name : never
      ]: trust.VerifiedPath[Name];
    };
    expectTypeOf<Parts>().not.toExtend<trust.VerifiedPath>();
  });

  test("a rejection is narrowed by its code, and is one of an error's", () => {
    expectTypeOf<trust.RejectionCode>().toExtend<Code>();
    expectTypeOf<Extract<trust.Rejection, { readonly code: "expired" }>["detail"]>().toEqualTypeOf<
      Details["expired"]
    >();
  });

  test("leaf, certificates between, anchors, names and the moment are required", () => {
    expectTypeOf<{
      readonly leaf: x509.Certificate;
      readonly intermediates: readonly x509.Certificate[];
      readonly anchors: readonly trust.TrustAnchor[];
      readonly names: readonly trust.PeerName[];
      readonly at: number;
    }>().toExtend<trust.VerifyRequest>();
    expectTypeOf<Omit<trust.VerifyRequest, "at">>().not.toExtend<trust.VerifyRequest>();
    expectTypeOf<Omit<trust.VerifyRequest, "names">>().not.toExtend<trust.VerifyRequest>();
  });

  test("the ports are ready, at once or later, and only a port that says true is believed", () => {
    expectTypeOf(trustNode.trustPorts).toEqualTypeOf<trust.TrustPorts>();
    expectTypeOf(trustWebcrypto.trustPorts).toEqualTypeOf<trust.AsyncTrustPorts>();
    expectTypeOf<trust.AsyncTrustPorts>().not.toExtend<trust.TrustPorts>();
    expectTypeOf<trust.VerifySignature>().returns.toEqualTypeOf<boolean | undefined>();
  });

  test("each door of cryptography verifies by it, and what one is asked the other is asked", () => {
    expectTypeOf(trustNode.verify).toEqualTypeOf<(request: trust.VerifyRequest) => trust.Verdict>();
    expectTypeOf(trustWebcrypto.verify).toEqualTypeOf<
      (request: trust.VerifyRequest) => Promise<trust.Verdict>
    >();
    expectTypeOf(trustNode.openAnchors).returns.toEqualTypeOf<readonly trust.TrustAnchor[]>();
    expectTypeOf(trust.readAnchors).returns.toEqualTypeOf<readonly trust.TrustAnchor[]>();
    expectTypeOf(trust.readChain).returns.toEqualTypeOf<
      Pick<trust.VerifyRequest, "leaf" | "intermediates">
    >();
  });

  test("the report is the client's", () => {
    expectTypeOf<trust.TrustReport>().toEqualTypeOf<TrustReport>();
    expectTypeOf<TrustReport["toJSON"]>().returns.toEqualTypeOf<trust.TrustReportJson>();
    expectTypeOf(trust.profiles).toEqualTypeOf<Readonly<Record<trust.ProfileName, trust.Profile>>>();
  });
});

describe("meerkat/x509", () => {
  test("what is parsed is a value or a malformation, told apart by `ok`", () => {
    expectTypeOf(x509.parseCertificate).returns.toEqualTypeOf<x509.ParsedCertificate>();
    expectTypeOf(x509.parseCrl).returns.toEqualTypeOf<x509.ParsedCrl>();
    expectTypeOf(x509.parseOcspResponse).returns.toEqualTypeOf<x509.ParsedOcspResponse>();
    type Failed = Extract<
      x509.ParsedCertificate | x509.ParsedCrl | x509.ParsedOcspResponse,
      { readonly ok: false }
    >;
    expectTypeOf<Failed["malformation"]>().toEqualTypeOf<{
      readonly reason: string;
      readonly offset: number;
    }>();
    expectTypeOf<Failed>().not.toHaveProperty("certificate");
  });

  test("a PEM file has blocks and complaints; instants are numbers", () => {
    expectTypeOf(x509.parsePem).returns.toEqualTypeOf<x509.PemFile>();
    expectTypeOf<x509.PemFile["blocks"][number]["bytes"]>().toEqualTypeOf<Uint8Array>();
    expectTypeOf<x509.Certificate["notAfterAt"]>().toEqualTypeOf<number>();
    expectTypeOf<x509.Certificate["serial"]>().toEqualTypeOf<string>();
  });

  test("an extension has the value of its name", () => {
    expectTypeOf<x509.ExtensionName>().toEqualTypeOf<keyof x509.ExtensionValues>();
    expectTypeOf<Extract<x509.GeneralName, { readonly kind: "ip" }>["bytes"]>().toEqualTypeOf<Uint8Array>();
  });
});

describe("meerkat/http1", () => {
  test("a reader pushes into a sink, which is told of everything", () => {
    expectTypeOf<http1.ResponseReader["push"]>().parameter(3).toEqualTypeOf<http1.ResponseSink>();
    expectTypeOf<http1.ResponseReader["push"]>().returns.toEqualTypeOf<number>();
    expectTypeOf<http1.ResponseSink["onHead"]>().parameter(0).toEqualTypeOf<http1.ResponseHead>();
    expectTypeOf<Omit<http1.ResponseSink, "onFailure">>().not.toExtend<http1.ResponseSink>();
  });

  test("a failure is data, and becomes the error of its code", () => {
    expectTypeOf<http1.FailureCode>().toExtend<Code>();
    expectTypeOf<http1.Failure["code"]>().toEqualTypeOf<http1.FailureCode>();
    expectTypeOf(http1.errorFromFailure).parameter(0).toEqualTypeOf<http1.Failure>();
  });

  test("tolerances and limits are named ones", () => {
    expectTypeOf<http1.ReaderOptions["allow"]>().toEqualTypeOf<readonly http1.Tolerance[] | undefined>();
    expectTypeOf<http1.Tolerance>().not.toEqualTypeOf<string>();
    expectTypeOf(http1.defaultReaderLimits).toEqualTypeOf<http1.ReaderLimits>();
  });

  test("a connection that does not persist says why", () => {
    expectTypeOf<Extract<http1.Persistence, { readonly persists: true }>>().not.toHaveProperty("because");
    expectTypeOf<Extract<http1.Persistence, { readonly persists: false }>>().toHaveProperty("because");
  });
});

describe("meerkat/bundle", () => {
  test("what is read is a bundle, and what is written says what it left out", () => {
    expectTypeOf(bundle.readBundle).returns.toEqualTypeOf<bundle.Bundle>();
    expectTypeOf<bundle.Format["write"]>().returns.toEqualTypeOf<bundle.Written>();
    expectTypeOf<bundle.Written["omitted"][number]["reason"]>().toEqualTypeOf<string>();
    expectTypeOf(bundle.formats).toEqualTypeOf<Readonly<Record<bundle.FormatName, bundle.Format>>>();
  });

  test("an audit's findings have a severity, and a sentence each", () => {
    expectTypeOf(bundle.auditBundle).returns.toEqualTypeOf<readonly bundle.AuditFinding[]>();
    expectTypeOf<bundle.AuditFinding["severity"]>().toEqualTypeOf<bundle.Severity>();
    expectTypeOf(bundle.explainAuditFinding).toEqualTypeOf<(finding: bundle.AuditFinding) => string>();
  });

  test("a choice names the sites that nothing serves", () => {
    expectTypeOf(bundle.chooseAnchors).returns.toEqualTypeOf<bundle.Choice>();
    expectTypeOf<bundle.Choice["unserved"]>().toEqualTypeOf<readonly string[]>();
  });
});

describe("meerkat/device", () => {
  test("a verdict has a path or a refusal, told apart by `accepts`", () => {
    expectTypeOf(device.verifyOnDevice).returns.toEqualTypeOf<device.DeviceVerdict>();
    type Refused = Extract<device.DeviceVerdict, { readonly accepts: false }>;
    expectTypeOf<Refused["refusal"]["code"]>().toEqualTypeOf<device.RefusalCode>();
    expectTypeOf<Refused>().not.toHaveProperty("path");
  });

  test("a report sets the device's verdict beside the engine's", () => {
    expectTypeOf(device.verifyAs).returns.toEqualTypeOf<device.DeviceReport>();
    expectTypeOf<device.DeviceReport["full"]>().toEqualTypeOf<trust.Verdict>();
    expectTypeOf<device.DeviceReport["difference"]>().toEqualTypeOf<device.Difference | undefined>();
  });

  test("every device has a profile, and a name is known before it is looked up", () => {
    expectTypeOf(device.devices).toEqualTypeOf<Readonly<Record<device.DeviceName, device.DeviceProfile>>>();
    expectTypeOf(device.isDeviceName).guards.toEqualTypeOf<device.DeviceName>();
    expectTypeOf(device.deviceNames[0]).toExtend<device.DeviceName>();
  });
});

describe("meerkat/lab", () => {
  test("an open lab has sites with what a client is to make of each, and closes at the end of its scope", () => {
    expectTypeOf<typeof lab.openLab>().returns.resolves.toEqualTypeOf<lab.Lab>();
    expectTypeOf<lab.Lab>().toExtend<AsyncDisposable>();
    expectTypeOf<lab.Site["expected"]>().toEqualTypeOf<lab.Expectation>();
    expectTypeOf<lab.Expectation["code"]>().toEqualTypeOf<Code | null>();
    expectTypeOf<lab.DeviceOutcomes>().toEqualTypeOf<
      Readonly<Record<device.DeviceName, lab.DeviceOutcome>>
    >();
  });
});
