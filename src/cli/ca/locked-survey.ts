/**
 * What a lock records of the survey beside the chains: whom the device has no TLS in common with, who gave no answer, and
 * what was not looked at. A choice that is repeated says the same of it.
 */
import type { CaMaterial } from "../devices/files/ca-choice.ts";
import type { Shape } from "../devices/files/shape.ts";
import { nameToday } from "./locked-names.ts";
import type { FailedUrl, LostSite } from "../devices/meet/survey-outcome.ts";
import type { SurveyNote } from "../devices/meet/survey-notes.ts";

export type LockedSurvey = Pick<CaMaterial, "failures" | "unanswered" | "turnedDown" | "notes">;

export function writeSurvey({ failures, unanswered, turnedDown, notes }: LockedSurvey): object {
  return {
    failures: failures.map(writeFailure),
    unanswered: unanswered.map(writeFailure),
    turnedDown: turnedDown.map(({ site, urls, code, because }) => ({ site, urls, code, because })),
    notes: notes.map(({ urls, says, unseen }) => ({ urls, says, unseen })),
  };
}

function writeFailure({ url, exitCode, error: { code, message } }: FailedUrl): object {
  return { url, exitCode, code, message };
}

/** A lock from before these were recorded has none of them but the failures. */
export function readSurvey(lock: Shape): LockedSurvey {
  return {
    failures: lock.at("failures").list().map(readFailure),
    unanswered: lock.find("unanswered")?.list().map(readFailure) ?? [],
    turnedDown: lock.find("turnedDown")?.list().map(readLost) ?? [],
    notes: lock.find("notes")?.list().map(readNote) ?? [],
  };
}

function readFailure(failure: Shape): FailedUrl {
  return {
    url: failure.at("url").text(),
    exitCode: failure.at("exitCode").exitCode(),
    error: { code: failure.at("code").text(), message: failure.at("message").text() },
  };
}

function readLost(lost: Shape): LostSite {
  const urls = readUrls(lost);
  return {
    site: nameToday(lost.at("site").text(), urls),
    urls,
    code: lost.at("code").text(),
    because: lost.at("because").text(),
  };
}

function readNote(note: Shape): SurveyNote {
  return {
    urls: readUrls(note),
    says: note.at("says").text(),
    unseen: note
      .at("unseen")
      .list()
      .map((one) => ({
        site: one.at("site").text(),
        address: one.at("address").text(),
        code: one.at("code").text(),
      })),
  };
}

function readUrls(value: Shape): readonly string[] {
  return value
    .at("urls")
    .list()
    .map((url) => url.text());
}
