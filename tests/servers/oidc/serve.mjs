// node serve.mjs PORT: npm's certified OpenID provider on loopback, as Google's is seen from a Desktop client.
//  clients   "calsync" (secret "s3") keeps its refresh token; "calsync-rotating" (same secret) gets a new one each time;
//            "resource" (secret "rs") asks about tokens: POST /introspect
//  sign-in   any login name is an account, a name with @ is its own address; `untick` in the consent form leaves scopes out
//  as Google PKCE demanded, loopback redirects on any port, refresh tokens for access_type=offline alone,
//            prompt=select_account understood, POST /revoke with nothing but the token, 400 for one that is not known
//  /_lab     ttl?seconds=N   how long access tokens made from now on live
//            revoke?user=X   this account's consents are withdrawn; without user, everybody's
//            fail?status=N&error=CODE&times=N&description=TEXT   how the token endpoint answers next
//            asked           how often the token endpoint was asked, and how often a permission was given back
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
const require = createRequire(process.env.OIDC_HOME + "/");
const { default: Provider } = await import(pathToFileURL(require.resolve("oidc-provider")));

const port = Number(process.argv[2]);
const google = "https://www.googleapis.com/auth/";
const native = {
  application_type: "native", response_types: ["code"], grant_types: ["authorization_code", "refresh_token"],
  redirect_uris: ["http://127.0.0.1/", "http://localhost/"], token_endpoint_auth_method: "client_secret_post",
};
const lab = { ttl: 3600, asked: 0, revoked: 0, failures: [], offline: new Set(), grants: new Map() };

const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [
    { client_id: "calsync", client_secret: "s3", ...native },
    { client_id: "calsync-rotating", client_secret: "s3", ...native },
    { client_id: "resource", client_secret: "rs", redirect_uris: [], response_types: [], grant_types: [] },
  ],
  routes: { authorization: "/auth", token: "/token", introspection: "/introspect" },
  scopes: ["openid", "email", "offline_access", "https://mail.google.com/",
    ...["calendar", "calendar.events", "calendar.calendarlist.readonly", "gmail.imap_admin"].map((one) => google + one)],
  claims: { openid: ["sub"], email: ["email", "email_verified"] },
  conformIdTokenClaims: false, // Google's id_token says the address by itself
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({ sub: id, email: id.includes("@") ? id : `${id}@example.com`, email_verified: true }),
  }),
  features: { devInteractions: { enabled: true }, introspection: { enabled: true, allowedPolicy: () => true } },
  pkce: { required: () => true },
  ttl: { AccessToken: () => lab.ttl, RefreshToken: 86400, AuthorizationCode: 60, IdToken: 3600, Grant: 86400, Interaction: 600, Session: 86400 },
  rotateRefreshToken: (ctx) => ctx.oidc.client.clientId === "calsync-rotating",
  issueRefreshToken: async (ctx, client, code) => lab.offline.has(code.codeChallenge),
  cookies: { keys: ["tests"] },
});

const noted = (token) => {
  const known = lab.grants.get(token.accountId) ?? new Set();
  lab.grants.set(token.accountId, known.add(token.grantId));
};
provider.on("refresh_token.saved", noted);
provider.on("access_token.saved", noted);

async function withdraw(grantId) {
  const grant = await provider.Grant.find(grantId);
  await grant?.destroy();
  for (const kind of [provider.AccessToken, provider.RefreshToken]) await kind.revokeByGrantId(grantId);
}

async function form(ctx) {
  let text = "";
  for await (const chunk of ctx.req) text += chunk;
  return new URLSearchParams(text);
}

const LAB = {
  ttl: (asked) => { lab.ttl = Number(asked.get("seconds")); },
  asked: () => ({ times: lab.asked, revoked: lab.revoked }),
  fail: (asked) => {
    const body = { error: asked.get("error"), error_description: asked.get("description") ?? "" };
    for (let n = Number(asked.get("times") ?? 1); n > 0; n--) lab.failures.push({ status: Number(asked.get("status")), body });
  },
  revoke: async (asked) => {
    const whose = asked.get("user") ? [asked.get("user")] : [...lab.grants.keys()];
    for (const user of whose) for (const grant of lab.grants.get(user) ?? []) await withdraw(grant);
  },
};

async function revoke(ctx) {
  const text = (await form(ctx)).get("token") ?? "";
  const token = (await provider.RefreshToken.find(text)) ?? (await provider.AccessToken.find(text));
  if (token) { lab.revoked += 1; await withdraw(token.grantId); }
  ctx.status = token ? 200 : 400;
  ctx.body = token ? {} : { error: "invalid_token", error_description: "Token expired or revoked" };
}

async function consent(ctx) {
  const { prompt, session, params } = await provider.interactionDetails(ctx.req, ctx.res);
  const unticked = new Set((await form(ctx)).getAll("untick"));
  const grant = new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
  const [no, yes] = [true, false].map((which) => (prompt.details.missingOIDCScope ?? []).filter((one) => unticked.has(one) === which));
  if (yes.length) grant.addOIDCScope(yes.join(" "));
  if (no.length) grant.rejectOIDCScope(no.join(" "));
  grant.addOIDCClaims(prompt.details.missingOIDCClaims ?? []);
  await provider.interactionFinished(ctx.req, ctx.res, { consent: { grantId: await grant.save() } }, { mergeWithLastSubmission: true });
}

provider.use(async (ctx, next) => {
  if (ctx.path.startsWith("/_lab/")) {
    ctx.body = (await LAB[ctx.path.slice(6)](new URLSearchParams(ctx.querystring))) ?? { ok: true };
    return;
  }
  if (ctx.path === "/auth") {
    const asked = new URLSearchParams(ctx.querystring);
    if (asked.get("access_type") === "offline") lab.offline.add(asked.get("code_challenge"));
    if (asked.has("prompt")) asked.set("prompt", asked.get("prompt").replace("select_account", "login"));
    ctx.querystring = asked.toString();
  }
  if (ctx.path === "/token") {
    lab.asked += 1;
    const failure = lab.failures.shift();
    if (failure) { ctx.status = failure.status; ctx.body = failure.body; return; }
  }
  if (ctx.path === "/revoke") return revoke(ctx);
  if (ctx.method === "POST" && ctx.path.startsWith("/interaction/")) {
    const { prompt } = await provider.interactionDetails(ctx.req, ctx.res);
    if (prompt.name === "consent") return consent(ctx);
  }
  await next();
});
provider.listen(port, "127.0.0.1", () => console.log(`listening on ${port}`));
