/** The list of bundles: how many endpoints each is joined with, how many it refuses, and its first break. */
import { renderAmount, renderCount } from "../../../core/index.ts";
import { html, type Markup } from "../../../html/index.ts";
import type { Store } from "../../store/port.ts";
import { bundlePath, renderEmpty, renderTable } from "../parts/pieces.ts";
import { isMoment, renderWhen } from "../parts/when.ts";
import { shownBundle, type ShownBundle } from "../view.ts";

export interface BundlesView {
  readonly bundles: readonly BundleRow[];
}

interface BundleRow extends ShownBundle {
  /** How many CA certificates it holds. */
  readonly certificates: number;
  readonly endpoints: number;
  readonly refused: number;
  readonly breaksAt: number | undefined;
}

export async function readBundles(store: Store): Promise<BundlesView> {
  const [bundles, sums] = await Promise.all([store.bundles(), store.bundleSums()]);
  return {
    bundles: bundles.map((bundle) => {
      const sum = sums.find((one) => one.bundle === bundle.id);
      return {
        ...shownBundle(bundle),
        certificates: bundle.bundle.entries.length,
        endpoints: sum?.endpoints ?? 0,
        refused: sum?.refused ?? 0,
        breaksAt: sum?.breaksAt,
      };
    }),
  };
}

export function renderBundles({ bundles }: BundlesView, now: number): Markup {
  return html`<h1>Bundles</h1>
    <section id="s-bundles" data-live aria-label="Bundles">
      ${bundles.length === 0 ? renderNone() : renderRows(bundles, now)}
    </section>`;
}

function renderRows(bundles: readonly BundleRow[], now: number): Markup {
  const rows = bundles.map(({ id, label, deviceTitle, certificates, endpoints, refused, breaksAt }) => ({
    cells: [
      html`<a href="${bundlePath(id)}">${label}</a><br /><small
          >${renderCount(certificates, "CA certificate")}</small
        >`,
      html`${deviceTitle}`,
      html`${renderAmount(endpoints)}`,
      refused === 0
        ? html`<span class="dim">none</span>`
        : html`<span class="chip failing">${renderAmount(refused)}</span>`,
      isMoment(breaksAt) ? renderWhen(breaksAt, now) : html`<span class="dim">none known</span>`,
    ],
  }));
  return renderTable(
    "What the devices in the field hold",
    [
      { title: "Bundle", css: "name" },
      { title: "Device" },
      { title: "Endpoints", css: "number" },
      { title: "Refused now" },
      { title: "First break", css: "moment" },
    ],
    rows,
  );
}

function renderNone(): Markup {
  return renderEmpty(
    "No bundle is watched.",
    html`Name the CA file that your devices hold, and the device that reads it:
      <code>meerkat watch --list endpoints.txt --bundle fs/ca.pem@mongoose-os</code>.
      <code>meerkat ca URL --for DEVICE</code> makes one.`,
  );
}
