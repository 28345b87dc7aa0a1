// Subscribes with the npm client of a protocol, `ws` or `sse`, and prints a line of JSON for each
// thing that happens: the answer to a query, then as many answers of a subscription as asked for.
// Usage: node subscribe.js ws|sse URL TOKEN QUERY COUNT

import { createClient as createSse } from "graphql-sse";
import { createClient as createWs } from "graphql-ws";
import WebSocket from "ws";

const [protocol, url, token, query, count] = process.argv.slice(2);
const say = (what) => console.log(JSON.stringify(what));
const headers = { Authorization: `Bearer ${token}` };
const client =
  protocol === "ws"
    ? createWs({
        url: url.replace("http", "ws"),
        webSocketImpl: WebSocket,
        connectionParams: headers,
        retryAttempts: 0,
        on: { closed: ({ code }) => code === 1000 || say({ closed: code }) },
      })
    : createSse({ url, headers, retryAttempts: 0 });

try {
  for await (const answer of client.iterate({ query: "{ version }" })) say(answer);
  const answers = client.iterate({ query });
  for (let left = Number(count); left > 0; left -= 1) say((await answers.next()).value);
  await answers.return();
  say({ ended: true });
} catch (error) {
  say({ failed: error.code ?? error.message ?? String(error) });
}
await client.dispose();
