/** Codes of answers that go on: event streams, and pages that follow one another; and of a package that reads one. */
import type { Entries } from "./entry.ts";
import { renderPeerText } from "./http.ts";

export interface StreamDetails {
  /** `contentType` is empty where there was none. */
  readonly "event-stream-refused": {
    readonly url: string;
    readonly status: number;
    readonly contentType: string;
  };
  readonly "event-too-large": { readonly value: number };
  /** `needs` is what needs it. */
  readonly "package-missing": { readonly needs: string; readonly name: string };
  readonly "page-elsewhere": { readonly from: string; readonly to: string };
  readonly "page-invalid": { readonly from: string; readonly next: string; readonly reason: string };
  readonly "page-loop": { readonly url: string };
  readonly "too-many-pages": { readonly value: number; readonly url: string };
}

export const streamEntries: Entries<StreamDetails> = {
  "event-stream-refused": {
    stage: "http",
    fault: "peer",
    title: "Answer that is not an event stream",
    means:
      "Events were asked for, and the answer is something else: it has another status than 200, or another type.",
    remedy: {
      client: "Look at what the URL answers: request() gives the response as it is.",
      server: "Answer with 200 and the type text/event-stream; with 204 to end a stream for good.",
    },
    authority: "HTML §9.2.2 (process the response of an EventSource)",
    sentence: ({ url, status, contentType }) =>
      `${url} gave no event stream: its status is ${status} and its type ${contentType === "" ? "not given" : renderPeerText(contentType)}.`,
  },
  "event-too-large": {
    stage: "body",
    fault: "peer",
    title: "Event past its limit",
    means: "One event of a stream was larger than what may be held at once.",
    remedy: {
      client: "Raise maxEventBytes if you expect events of this size.",
      server: "Send smaller events, and end each with an empty line.",
    },
    authority: "our policy: everything is bounded",
    sentence: ({ value }) => `An event holds more than ${value} bytes (maxEventBytes).`,
  },
  "package-missing": {
    stage: "url",
    fault: "caller",
    title: "Package that is not installed",
    means: "What was asked for is done by another package, which is left to the program to install.",
    remedy: { client: "Install the package that the message names." },
    authority: "our policy: who installs this package gets no other one",
    sentence: ({ needs, name }) => `${needs} needs the package ${name}, which is not installed.`,
    hint: ({ name }) => `Install it beside meerkat: npm install ${name}.`,
  },
  "page-elsewhere": {
    stage: "http",
    fault: "peer",
    title: "Next page of another origin",
    means:
      "The page that was to come next is of another origin than the first. It was not asked for: the request carries what was meant for the first one.",
    remedy: {
      client:
        "If the whole request, credentials included, may go there, name its origin in the option origins.",
      server: "Link to pages of the same origin.",
    },
    authority: "our policy: credentials never cross origins by themselves",
    sentence: ({ from, to }) => `The page after ${from} is of another origin: ${to}.`,
  },
  "page-invalid": {
    stage: "http",
    fault: "peer",
    title: "Next page that cannot be asked for",
    means: "What was given as the next page is no URL that a request can be made to.",
    remedy: {
      client: "Look at the Link field, or at what the option next gives.",
      server: "Link to the next page by a URL of https, or by a path.",
    },
    authority: "RFC 8288 §3.1",
    sentence: ({ from, next, reason }) =>
      `The page after ${from} cannot be asked for (${renderPeerText(next)}): ${reason}`,
  },
  "page-loop": {
    stage: "http",
    fault: "peer",
    title: "Pages in a circle",
    means: "The page that was to come next is one that had been asked for before.",
    remedy: { client: "Report it to the server's operator.", server: "Let the last page have no next one." },
    authority: "our policy: nothing is asked for without an end",
    sentence: ({ url }) => `The pages go in a circle: ${url} was to be asked for again.`,
  },
  "too-many-pages": {
    stage: "http",
    fault: "caller",
    title: "More pages than allowed",
    means: "There was another page after as many as were to be asked for at most.",
    remedy: { client: "Raise maxPages, or end the loop where you have enough." },
    authority: "our policy: everything is bounded",
    sentence: ({ value, url }) => `There are more than ${value} pages (maxPages): ${url} would be next.`,
  },
};
