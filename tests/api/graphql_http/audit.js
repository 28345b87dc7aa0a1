// Runs the server audits of npm's graphql-http against a URL: prints a JSON array of
// { id, name, status, reason } and leaves the judgement to whoever called.

import { serverAudits } from "graphql-http";

const [url] = process.argv.slice(2);
const results = [];
for (const audit of serverAudits({ url })) {
  const { id, name, status, reason } = await audit.fn();
  results.push({ id, name, status, reason: reason ?? null });
}
console.log(JSON.stringify(results));
