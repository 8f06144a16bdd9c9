/**
 * The one script. When something changed it asks for the page again and puts the parts that differ in the place of the old
 * ones. What somebody is reading stays: nothing is replaced that has the focus, and what was opened stays open. Without it
 * every page works as it is.
 */

export const script = `"use strict";
(() => {
  const restMs = 5000;
  const status = document.getElementById("live");
  let isStale = false;
  let isBusy = false;
  let renewedAt = Date.now();

  const say = (text, isLive) => {
    if (status === null || status.textContent === text) return;
    status.textContent = text;
    status.className = isLive ? "on" : "off";
  };

  const renew = async () => {
    if (!isStale || isBusy || document.hidden) return;
    const waitMs = renewedAt + restMs - Date.now();
    if (waitMs > 0) {
      isBusy = true;
      setTimeout(() => { isBusy = false; void renew(); }, waitMs);
      return;
    }
    isBusy = true;
    isStale = false;
    try {
      const answer = await fetch(location.href, { headers: { accept: "text/html" }, redirect: "error" });
      if (answer.ok) replaceParts(new DOMParser().parseFromString(await answer.text(), "text/html"));
    } catch {
      isStale = true;
    }
    renewedAt = Date.now();
    isBusy = false;
  };

  const replaceParts = (page) => {
    for (const old of document.querySelectorAll("[data-live]")) {
      const fresh = page.getElementById(old.id);
      if (fresh === null || old.contains(document.activeElement) || isSelected(old)) continue;
      for (const details of old.querySelectorAll("details[id]")) {
        const same = page.getElementById(details.id);
        if (same !== null) same.open = details.open;
      }
      if (!fresh.isEqualNode(old)) old.replaceWith(document.adoptNode(fresh));
    }
  };

  const isSelected = (part) => {
    const selection = getSelection();
    return selection !== null && !selection.isCollapsed && selection.containsNode(part, true);
  };

  const source = new EventSource("/events");
  source.addEventListener("open", () => { say("live", true); });
  source.addEventListener("error", () => { say("not connected", false); });
  source.addEventListener("changed", () => { isStale = true; void renew(); });
  document.addEventListener("visibilitychange", () => void renew());
})();
`;
