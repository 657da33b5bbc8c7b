// Providers for the tests of sign-in: a certified, strict one, and one that lies.
import { createHash, createSign, generateKeyPairSync } from 'node:crypto';
import http from 'node:http';
import Provider from 'oidc-provider';
import { freePort } from './portal.mjs';

const CLIENT = { id: 'portal', secret: 'only-for-tests-0123456789' };
const CALLBACK = '/api/auth/oidc/handler/frame';

/** The secret that must be seen nowhere. */
export const CLIENT_SECRET = CLIENT.secret;

/** The part of the portal's configuration that names a provider. */
export const signInWith = (issuer, more = {}) => ({
  auth: {
    environment: 'test',
    providers: { oidc: { test: { metadataUrl: `${issuer}/.well-known/openid-configuration`, clientId: CLIENT.id, clientSecret: CLIENT.secret, ...more } } },
  },
});

/**
 * A strict provider for the portal at `url`. A login that begins with `mail.` has no preferred_username, so that only the
 * e-mail address tells who it is.
 */
export async function strictProvider(url, port) {
  const issuer = `http://127.0.0.1:${port}`;
  const claims = id => {
    const name = id.replace(/^mail\./, '');
    const all = { sub: id, email: `${name}@moonrail.example`, email_verified: true, name: `Dr ${name}` };
    return id.startsWith('mail.') ? all : { ...all, preferred_username: name };
  };
  const provider = new Provider(issuer, {
    clients: [{
      client_id: CLIENT.id,
      client_secret: CLIENT.secret,
      redirect_uris: [`${url}${CALLBACK}`],
      post_logout_redirect_uris: [`${url}/`],
    }],
    pkce: { required: () => true },
    claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'preferred_username'] },
    features: { devInteractions: { enabled: true }, rpInitiatedLogout: { enabled: true } },
    cookies: { keys: ['only-for-tests'] },
    findAccount: (_, id) => ({ accountId: id, claims: async () => claims(id) }),
  });
  const server = await new Promise(resolve => { const started = provider.listen(port, '127.0.0.1', () => resolve(started)); });
  return { issuer, stop: () => { server.closeAllConnections(); server.close(); } };
}

/** A provider whose token says whatever `lie(claims, header)` makes of the truth; `answers` counts what it was asked. */
export async function lyingProvider() {
  const port = await freePort();
  const issuer = `http://127.0.0.1:${port}`;
  const key = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const provider = { issuer, lie: () => {}, nonce: '', answers: { token: 0 }, used: new Set() };
  const base64 = value => Buffer.from(JSON.stringify(value)).toString('base64url');
  const token = () => {
    const now = Math.floor(Date.now() / 1000);
    const header = { alg: 'RS256', kid: 'k' };
    const claims = { iss: issuer, aud: CLIENT.id, sub: '1', iat: now, exp: now + 300, nonce: provider.nonce, preferred_username: 'ada.brandt' };
    provider.lie(claims, header);
    const signed = `${base64(header)}.${base64(claims)}`;
    const signature = header.alg === 'none' ? '' : createSign('RSA-SHA256').update(signed).sign(provider.key ?? key.privateKey, 'base64url');
    return `${signed}.${signature}`;
  };
  const server = http.createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url, issuer);
    const send = (body, status = 200, headers = {}) => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
    };
    switch (pathname) {
      case '/.well-known/openid-configuration':
        send({
          issuer,
          authorization_endpoint: `${issuer}/auth`,
          token_endpoint: `${issuer}/token`,
          jwks_uri: `${issuer}/keys`,
          response_types_supported: ['code'],
          subject_types_supported: ['public'],
          id_token_signing_alg_values_supported: ['RS256', 'none'],
          ...provider.description,
        });
        break;
      case '/keys':
        send({ keys: [{ ...key.publicKey.export({ format: 'jwk' }), kid: 'k', alg: 'RS256', use: 'sig' }] });
        break;
      case '/auth':
        provider.nonce = searchParams.get('nonce');
        provider.challenge = searchParams.get('code_challenge');
        provider.method = searchParams.get('code_challenge_method');
        send({});
        break;
      case '/token': {
        provider.answers.token += 1;
        let body = '';
        request.on('data', part => { body += part; });
        request.on('end', () => {
          const form = new URLSearchParams(body);
          provider.verified = createHash('sha256').update(form.get('code_verifier') ?? '').digest('base64url') === provider.challenge;
          if (provider.used.has(form.get('code'))) return send({ error: 'invalid_grant' }, 400);
          provider.used.add(form.get('code'));
          if (provider.answer) return provider.answer(response);
          return send({ access_token: 'a-secret-access-token', token_type: 'Bearer', id_token: token() });
        });
        break;
      }
      default:
        send({}, 404);
    }
  });
  await new Promise(resolve => server.listen(port, '127.0.0.1', resolve));
  provider.stop = () => { server.closeAllConnections(); server.close(); };
  return provider;
}
