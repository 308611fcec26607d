// The README's tour by a generated client: `tour.js RULES`, with the server in the environment.

import { readFileSync } from "node:fs";
import createClient from "openapi-fetch";
import type { components, paths } from "./placet.js";

const accountName = "globex";
const { PLACET_URL, PLACET_APP_KEY, PLACET_APP_TOKEN } = process.env;
const client = createClient<paths>({
  baseUrl: PLACET_URL ?? "",
  headers: {
    "X-VTEX-API-AppKey": PLACET_APP_KEY ?? "",
    "X-VTEX-API-AppToken": PLACET_APP_TOKEN ?? "",
  },
});

/** The data of an answer that is no error. */
function good<Data>(answer: { data?: Data; error?: unknown }): Data {
  if (answer.data === undefined) throw new Error(JSON.stringify(answer.error));
  return answer.data;
}

const body: components["schemas"]["RuleFile"] = JSON.parse(
  readFileSync(process.argv[2] ?? "", "utf-8"),
);
const published = good(
  await client.PUT("/{accountName}/rule-file", { params: { path: { accountName } }, body }),
);
console.log("dimensions created:", published.created);

const pending = good(
  await client.POST("/{accountName}/commercial-authorizations", {
    params: { path: { accountName } },
    body: { order: { orderId: "mine-1", value: 735000 } },
  }),
);
console.log(`${pending.status}: ${pending.additionalInfo.reason}`);

const waiting = good(
  await client.GET("/{accountName}/commercial-authorizations", {
    params: { path: { accountName }, query: { status: "pending", limit: 1 } },
  }),
);
console.log("waiting:", ...waiting.data.map((item) => item.orderId));

const path = { accountName, orderAuthId: pending.id };
const decided = good(
  await client.POST("/{accountName}/commercial-authorizations/{orderAuthId}/callback", {
    params: { path },
    body: { params: { score: 100, dimensionId: "purchasing-rules", ruleId: "large-order" } },
  }),
);
console.log("then:", decided.status);

const explained = good(
  await client.GET("/{accountName}/commercial-authorizations/{orderAuthId}/explanation", {
    params: { path },
  }),
);
console.log(["history:", ...explained.history.map((event) => event.what)].join(" | "));

const missing = await client.GET("/{accountName}/commercial-authorizations/{orderAuthId}", {
  params: { path: { accountName, orderAuthId: "nowhere" } },
});
console.log("refused:", missing.error?.message);
