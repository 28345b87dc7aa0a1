// Starts GraphiQL on the endpoint that served this page, which may lie below /t/{tenant}/.
"use strict";

const WELCOME = `# Ctrl+Space completes, Ctrl+Enter runs.
#
# To sign in, run sessionCreate and put its
# accessToken into the tab "Headers":
#   { "Authorization": "Bearer ..." }

query Welcome {
  version
  tenant {
    name
    currency
    locales
  }
}
`;

const path = location.pathname;

// Tenants reached by path share an origin: what one page keeps is no other tenant's business.
const storage = {
  getItem: (key) => localStorage.getItem(`${path} ${key}`),
  setItem: (key, value) => localStorage.setItem(`${path} ${key}`, value),
  removeItem: (key) => localStorage.removeItem(`${path} ${key}`),
  clear() {
    for (const key of Object.keys(localStorage)) {
      if (key.startsWith(`${path} `)) localStorage.removeItem(key);
    }
  },
  get length() {
    return Object.keys(localStorage).filter((key) => key.startsWith(`${path} `)).length;
  },
};

let headers = {};
const socket = graphqlWs.createClient({
  url: `${location.protocol === "https:" ? "wss:" : "ws:"}//${location.host}${path}`,
  connectionParams: () => headers,
});
const request = GraphiQL.createFetcher({ url: path, wsClient: socket });

function fetcher(parameters, options) {
  const given = Object.entries(options?.headers ?? {});
  headers = Object.fromEntries(given.map(([name, value]) => [name.toLowerCase(), value]));
  return request(parameters, options);
}

const asked = new URLSearchParams(location.search);
ReactDOM.createRoot(document.getElementById("graphiql")).render(
  React.createElement(GraphiQL, {
    fetcher,
    storage,
    defaultQuery: WELCOME,
    defaultEditorToolsVisibility: matchMedia("(min-width: 641px)").matches && "headers",
    query: asked.get("query") ?? undefined,
    variables: asked.get("variables") ?? undefined,
    operationName: asked.get("operationName") ?? undefined,
    shouldPersistHeaders: false,
  }),
);
