import { createHmac, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { CompactSign, exportJWK, SignJWT } from 'jose'
import t from 'tap'
import { readConfig, tokenSettings } from '../src/config.ts'
import { openTokens, TokenRefusal, type TokenSettings, TokenUnavailable } from '../src/http/tokens.ts'

t.setTimeout(160_000)

type Test = { teardown(work: () => unknown): void }
type Tap = Pick<typeof t, 'ok' | 'equal' | 'notOk' | 'notMatch' | 'fail' | 'teardown'>
type Pair = { publicKey: KeyObject; privateKey: KeyObject }

const issuer = 'https://login.example.org/newsroom'
const audience = 'https://api.example.org'
const rsa = (modulusLength = 2048) => generateKeyPairSync('rsa', { modulusLength })
const pairs = { one: rsa(), two: rsa(), other: rsa() }
const now = () => Math.floor(Date.now() / 1000)
const base64 = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')

const good = () => ({
  iss: issuer,
  aud: audience,
  sub: 'u-17',
  name: 'Lan Pham',
  scope: 'articles:write',
  iat: now(),
  exp: now() + 300
})

/** Claims and header as they are, right or wrong. */
const sign = (claims: unknown, header: object = {}, key: KeyObject = pairs.one.privateKey) =>
  new CompactSign(Buffer.from(typeof claims === 'string' ? claims : JSON.stringify(claims)))
    .setProtectedHeader({ alg: 'RS256', kid: 'one', typ: 'JWT', ...header })
    .sign(key, { crit: { 'x-house': true } })

const keySet = async (named: Record<string, Pair>, more: object = {}) => ({
  keys: await Promise.all(
    Object.entries(named).map(async ([kid, { publicKey }]) => ({
      ...(await exportJWK(publicKey)),
      kid,
      use: 'sig',
      ...more
    }))
  )
})

/** An identity provider on this machine; what it answers can be changed, and it counts how often it is asked. */
async function openProvider(t: Test, answer: object | RequestListener) {
  const provider = { answer, fetches: 0, port: 0, open: async () => {}, close: async () => {} }
  let server = createServer()
  provider.open = async () => {
    server = createServer((request, response) => {
      provider.fetches++
      if (typeof provider.answer === 'function') return void (provider.answer as RequestListener)(request, response)
      response.setHeader('content-type', 'application/json')
      response.end(JSON.stringify(provider.answer))
    })
    await new Promise<void>(done => server.listen(provider.port, '127.0.0.1', done))
    provider.port = (server.address() as AddressInfo).port
  }
  provider.close = () =>
    new Promise(done => {
      server.close(() => done())
      server.closeAllConnections()
    })
  await provider.open()
  t.teardown(() => provider.close())
  return provider
}

const verifier = ({ port }: { port: number }, more: Partial<TokenSettings> = {}) =>
  openTokens({
    issuer,
    audience,
    jwksUrl: `http://127.0.0.1:${port}/keys`,
    algorithm: 'RS256',
    scopesClaim: 'scope',
    roles: {},
    ...more
  })

async function opened(t: Test, more: Partial<TokenSettings> = {}) {
  const provider = await openProvider(t, await keySet({ one: pairs.one }))
  return { provider, verify: verifier(provider, more) }
}

/** What a failure says, after making sure that it says nothing of the token. */
async function failure(t: Tap, work: Promise<unknown>, token = ''): Promise<TokenRefusal | TokenUnavailable> {
  const error = await work.then(
    () => t.fail('it was accepted'),
    error => error
  )
  t.ok(error instanceof TokenRefusal || error instanceof TokenUnavailable, String(error?.stack))
  t.equal(error.cause, undefined)
  const told = JSON.stringify([error.message, error.stack, ...Object.values(error)])
  for (const part of token.split('.'))
    if (part.trim().length > 3) t.notOk(told.includes(part.trim()), 'no part of the token')
  t.notMatch(told, /u-17|Lan Pham|evil|BEGIN/)
  return error
}

/** Lets time pass for pauses and for the age of keys, not for expiry. */
function passTime(t: Tap, milliseconds: number) {
  for (const clock of [performance, Date]) {
    const original = clock.now.bind(clock)
    clock.now = () => original() + milliseconds
    t.teardown(() => {
      clock.now = original
    })
  }
}

t.test('a good token', async t => {
  const { provider, verify } = await opened(t)
  t.equal(provider.fetches, 0, 'keys are fetched when first needed')
  const claims = good()
  t.same(await verify(await sign(claims)), {
    subject: 'u-17',
    name: 'Lan Pham',
    scopes: ['articles:write'],
    expiresAt: new Date(claims.exp * 1000)
  })
  const variants: [string, object, object?][] = [
    ['audience among others', { aud: ['https://elsewhere.example.org', audience] }],
    ['no iat', { iat: undefined }],
    ['expired within the tolerance', { exp: now() - 3 }],
    ['nbf within the tolerance', { nbf: now() + 3 }],
    ['at+jwt', {}, { typ: 'at+jwt' }],
    ['application/at+JWT', {}, { typ: 'application/at+JWT' }],
    ['no typ', {}, { typ: undefined }],
    ['no kid while there is one key', {}, { kid: undefined }]
  ]
  for (const [what, claims, header] of variants)
    t.equal((await verify(await sign({ ...good(), ...claims }, header))).subject, 'u-17', what)
  t.equal(provider.fetches, 1, 'and kept')
})

t.test('the name is one line, and falls back to the subject', async t => {
  const { verify } = await opened(t)
  const nameFor = async (claims: object) => (await verify(await sign({ ...good(), ...claims }))).name
  t.equal(await nameFor({ name: undefined, preferred_username: 'lan' }), 'lan')
  t.equal(await nameFor({ name: undefined }), 'u-17')
  t.equal(await nameFor({ name: 7, preferred_username: ' ' }), 'u-17')
  t.equal(await nameFor({ name: 'Lan\n\u0000Pham' }), 'LanPham')
  t.equal((await nameFor({ name: 'n'.repeat(900) })).length, 200)
})

t.test('each single defect is refused', async t => {
  const { provider, verify } = await opened(t)
  const claims = (more: object) => sign({ ...good(), ...more })
  const pem = pairs.one.publicKey.export({ type: 'spki', format: 'pem' })
  const hmac = (header: object, secret: string | Buffer) => {
    const input = `${base64({ kid: 'one', typ: 'JWT', ...header })}.${base64(good())}`
    return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`
  }
  const raw = (header: unknown, payload: unknown, signature = 'c2lnbmF0dXJl') =>
    `${base64(header)}.${base64(payload)}.${signature}`
  const whole = await sign(good())
  const [head, body, signature] = whole.split('.') as [string, string, string]
  const algorithm = /algorithm/
  const form = /well-formed|not a signed token/
  const defects: [string, string, RegExp][] = [
    ['alg none, empty signature', raw({ alg: 'none', kid: 'one' }, good(), ''), form],
    ['alg none, with a signature', raw({ alg: 'none', kid: 'one' }, good(), signature), algorithm],
    ['alg nOnE', raw({ alg: 'nOnE', kid: 'one' }, good(), signature), algorithm],
    ['no alg', raw({ kid: 'one' }, good(), signature), form],
    ['alg a list', raw({ alg: ['RS256'], kid: 'one' }, good(), signature), form],
    ['HS256 with the public key as the secret', hmac({ alg: 'HS256' }, pem), algorithm],
    ['HMAC under the name RS256', hmac({ alg: 'RS256' }, pem), /signature/],
    ['another key under the same kid', await sign(good(), {}, pairs.other.privateKey), /signature/],
    [
      'another key it brings itself',
      await sign(
        good(),
        { jwk: await exportJWK(pairs.other.publicKey), jku: 'http://127.0.0.1:1/evil' },
        pairs.other.privateKey
      ),
      /signature/
    ],
    ['RS384', await sign(good(), { alg: 'RS384' }), algorithm],
    ['PS256', await sign(good(), { alg: 'PS256' }), algorithm],
    ['a claim changed after signing', `${head}.${base64({ ...good(), sub: 'evil' })}.${signature}`, /signature/],
    ['a shortened signature', `${head}.${body}.${signature.slice(0, -8)}`, /signature/],
    ['wrong iss', await claims({ iss: `${issuer}/` }), /issuer/],
    ['no iss', await claims({ iss: undefined }), /issuer/],
    ['iss a list', await claims({ iss: [issuer] }), /issuer/],
    ['wrong aud', await claims({ aud: 'https://elsewhere.example.org' }), /audience/],
    ['aud a list without ours', await claims({ aud: ['a', 'b'] }), /audience/],
    ['no aud', await claims({ aud: undefined }), /audience/],
    ['aud an object', await claims({ aud: { [audience]: true } }), /audience/],
    ['no exp', await claims({ exp: undefined }), /expires/],
    ['exp a string', await claims({ exp: String(now() + 300) }), /expires/],
    ['exp null', await claims({ exp: null }), /expires/],
    ['exp beyond every date', await sign(JSON.stringify(good()).replace(/"exp":\d+/, '"exp":1e999')), /expires/],
    ['expired', await claims({ exp: now() - 6 }), /It has expired/],
    ['nbf in the future', await claims({ nbf: now() + 60 }), /not valid yet/],
    ['nbf a string', await claims({ nbf: '0' }), /not valid yet/],
    ['iat in the future', await claims({ iat: now() + 60 }), /issued/],
    ['no sub', await claims({ sub: undefined }), /subject/],
    ['sub empty', await claims({ sub: ' ' }), /subject/],
    ['sub a number', await claims({ sub: 17 }), /subject/],
    ['sub with a NUL', await claims({ sub: 'u\u0000' }), /subject/],
    ['unknown crit', await sign(good(), { crit: ['x-house'], 'x-house': 1 }), /crit/],
    ['crit empty', raw({ alg: 'RS256', kid: 'one', crit: [] }, good(), signature), form],
    ['a logout token', await sign(good(), { typ: 'logout+jwt' }), /typ/],
    ['typ a number', raw({ alg: 'RS256', kid: 'one', typ: 1 }, good(), signature), /signature/],
    ['kid a number', raw({ alg: 'RS256', kid: 1 }, good(), signature), /does not publish/],
    ['nothing', '', form],
    ['garbage', 'garbage', form],
    ['dots', '..', form],
    ['five parts', `${whole}.${head}.${body}`, form],
    ['white space before', ` ${whole}`, form],
    ['white space after', `${whole}\n`, form],
    ['white space inside', `${head}.${body}.\n${signature}`, form],
    ['padding', `${whole}==`, form],
    ['trailing dot', `${whole}.`, form],
    ['header not JSON', `${base64('{"alg":')}.${body}.${signature}`, form],
    ['header a list', `${base64([])}.${body}.${signature}`, form],
    ['payload not JSON', await sign('{"sub":'), form],
    ['payload a list', await sign([]), form],
    ['payload null', await sign('null'), form],
    [
      'payload not UTF-8',
      await new CompactSign(Buffer.from([0x7b, 0xff, 0x7d]))
        .setProtectedHeader({ alg: 'RS256', kid: 'one' })
        .sign(pairs.one.privateKey),
      form
    ]
  ]
  await verify(whole)
  for (const [what, token, reason] of defects) {
    await t.test(what, async t => {
      const refusal = await failure(t, verify(token), token)
      t.ok(refusal instanceof TokenRefusal, refusal.name)
      t.match(refusal.message, reason)
      t.equal((refusal as TokenRefusal).reason, refusal.message)
    })
  }
  t.equal((await verify(whole)).subject, 'u-17', 'the same token without a defect')
  t.equal(provider.fetches, 2, 'one fetch, and one for the kid nobody knows')
})

t.test('9 kB are refused before anything is fetched or parsed', async t => {
  const { provider, verify } = await opened(t)
  const long = await sign({ ...good(), padding: 'p'.repeat(6_600) })
  t.ok(long.length > 8192)
  t.match((await failure(t, verify(long), long)).message, /too long/)
  const started = performance.now()
  t.match((await failure(t, verify('a'.repeat(9_000_000)))).message, /too long/)
  t.ok(performance.now() - started < 5_000)
  t.equal(provider.fetches, 0)
  t.equal((await verify(await sign({ ...good(), padding: 'p'.repeat(5_300) }))).subject, 'u-17')
})

t.test('every algorithm that can be pinned accepts its own and nothing else', async t => {
  const curve = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const edwards = generateKeyPairSync('ed25519')
  const keys: Record<string, Pair> = { RS256: pairs.one, PS256: pairs.one, ES256: curve, EdDSA: edwards }
  const provider = await openProvider(
    t,
    await keySet({ RS256: pairs.one, PS256: pairs.one, ES256: curve, EdDSA: edwards })
  )
  for (const algorithm of Object.keys(keys)) {
    const verify = verifier(provider, { algorithm })
    for (const [alg, { privateKey }] of Object.entries(keys)) {
      const token = await new SignJWT(good()).setProtectedHeader({ alg, kid: alg }).sign(privateKey)
      if (alg === algorithm) t.equal((await verify(token)).subject, 'u-17', alg)
      else t.match((await failure(t, verify(token), token)).message, /algorithm/, `${alg} where ${algorithm} is pinned`)
    }
  }
  for (const algorithm of ['none', 'HS256', 'RS384', ''])
    t.throws(() => verifier(provider, { algorithm }), /signed with one of/, algorithm)
  for (const empty of [{ issuer: '' }, { audience: '' }])
    t.throws(() => verifier(provider, empty), /issuer and an audience/)
})

t.test('keys of the provider that cannot be used', async t => {
  const provider = await openProvider(t, {})
  const told = async (kid: string, key: KeyObject, set: object) => {
    provider.answer = set
    const token = await sign(good(), { kid }, key)
    return (await failure(t, verifier(provider)(token), token)).message
  }
  t.match(await told('one', pairs.one.privateKey, { keys: [] }), /does not publish/)
  t.match(await told('one', pairs.one.privateKey, await keySet({ one: pairs.one }, { use: 'enc' })), /does not publish/)
  t.match(
    await told('one', pairs.one.privateKey, await keySet({ one: pairs.one }, { alg: 'RS512' })),
    /does not publish/
  )
  const secret = { keys: [{ ...(await exportJWK(pairs.one.privateKey)), kid: 'one' }] }
  t.match(await told('one', pairs.one.privateKey, secret), /cannot be verified/, 'a private key in public')
  t.match(
    await told('one', pairs.one.privateKey, {
      keys: [...(await keySet({ one: pairs.one })).keys, ...(await keySet({ one: pairs.two })).keys]
    }),
    /kid/
  )
  const token = await sign(good(), { kid: undefined })
  provider.answer = await keySet({ one: pairs.one, two: pairs.two })
  t.match((await failure(t, verifier(provider)(token), token)).message, /which key/)
  const small = rsa(1024)
  provider.answer = await keySet({ small })
  const input = `${base64({ alg: 'RS256', kid: 'small' })}.${base64(good())}`
  t.match(
    (await failure(t, verifier(provider)(`${input}.c2lnbmF0dXJl`), input)).message,
    /cannot be verified/,
    'a key of 1024 bits'
  )
})

t.test('a new key is found by one fetch, however many ask for it at once', async t => {
  const { provider, verify } = await opened(t)
  await verify(await sign(good()))
  provider.answer = await keySet({ one: pairs.one, two: pairs.two })
  const token = await sign(good(), { kid: 'two' }, pairs.two.privateKey)
  const all = await Promise.all(Array.from({ length: 50 }, () => verify(token)))
  t.ok(all.every(({ subject }) => subject === 'u-17'))
  t.equal(provider.fetches, 2)
  t.equal((await verify(await sign(good()))).subject, 'u-17', 'the key before it goes on working')
  t.equal(provider.fetches, 2)
})

t.test('200 invented kids cause one fetch in 30 seconds, whether the provider answers or not', async t => {
  const { provider, verify } = await opened(t)
  await verify(await sign(good()))
  const signed = await sign(good())
  const invented = (kid: string) => `${base64({ alg: 'RS256', kid })}.${signed.split('.').slice(1).join('.')}`
  const flood = async (kind: typeof TokenRefusal | typeof TokenUnavailable) => {
    const half = Array.from({ length: 100 }, (_, index) => invented(`together-${index}`))
    for (const token of half.map(token => failure(t, verify(token)))) t.ok((await token) instanceof kind)
    for (let index = 0; index < 100; index++)
      t.ok((await failure(t, verify(invented(`after-${index}`)))) instanceof kind)
  }
  await flood(TokenRefusal)
  t.equal(provider.fetches, 2)
  passTime(t, 31_000)
  await flood(TokenRefusal)
  t.equal(provider.fetches, 3)
  provider.answer = (_, response) => void response.writeHead(500).end()
  passTime(t, 31_000)
  await flood(TokenUnavailable)
  t.equal(provider.fetches, 4)
  t.equal((await verify(signed)).subject, 'u-17', 'the others are not disturbed')
  t.equal(provider.fetches, 4)
})

t.test('a provider that is away at first, and comes back', async t => {
  const { provider, verify } = await opened(t)
  await provider.close()
  const token = await sign(good())
  const all = await Promise.all(Array.from({ length: 20 }, () => failure(t, verify(token), token)))
  for (const error of all) t.ok(error instanceof TokenUnavailable)
  t.match(all[0]!.message, /ECONNREFUSED/)
  await provider.open()
  t.ok((await failure(t, verify(token), token)) instanceof TokenUnavailable, 'not asked again at once')
  t.equal(provider.fetches, 0)
  await sleep(1100)
  t.equal((await verify(token)).subject, 'u-17')
  t.equal(provider.fetches, 1)
})

t.test('a provider that goes away later: known keys work, and its return is noticed', async t => {
  const { provider, verify } = await opened(t)
  const token = await sign(good())
  await verify(token)
  await provider.close()
  t.equal((await verify(token)).subject, 'u-17')
  const rotated = await sign(good(), { kid: 'two' }, pairs.two.privateKey)
  t.ok((await failure(t, verify(rotated), rotated)) instanceof TokenUnavailable, 'a new key may be good')
  passTime(t, 86_400_000)
  t.equal((await verify(token)).subject, 'u-17', 'a day later too')
  await sleep(200) // the renewal nobody waits for is over by then
  provider.answer = await keySet({ two: pairs.two })
  await provider.open()
  passTime(t, 31_000)
  t.equal((await verify(rotated)).subject, 'u-17')
  t.match((await failure(t, verify(token), token)).message, /does not publish/, 'the key taken back is gone')
})

t.test('a key the provider takes back is refused after ten minutes', async t => {
  const { provider, verify } = await opened(t)
  const token = await sign(good())
  await verify(token)
  provider.answer = await keySet({ two: pairs.two })
  passTime(t, 590_000)
  await verify(token)
  t.equal(provider.fetches, 1)
  passTime(t, 20_000)
  t.ok((await failure(t, verify(token), token)) instanceof TokenRefusal)
})

t.test('old keys are used while their renewal fails, and it is tried once in 30 seconds', async t => {
  const { provider, verify } = await opened(t)
  const token = await sign(good())
  await verify(token)
  provider.answer = (_, response) => void response.writeHead(500).end()
  passTime(t, 700_000)
  for (let index = 0; index < 20; index++) await verify(token)
  t.equal(provider.fetches, 2)
  passTime(t, 31_000)
  for (let index = 0; index < 20; index++) await verify(token)
  await sleep(200)
  await verify(token)
  t.equal(provider.fetches, 3)
})

t.test('a provider that hangs', async t => {
  const { provider, verify } = await opened(t)
  const token = await sign(good())
  const set = provider.answer
  const hanging: Record<string, RequestListener> = {
    'without a word': () => {},
    'in the middle of its answer': (_, response) => void response.writeHead(200).write('{"keys":[')
  }
  for (const [how, answer] of Object.entries(hanging)) {
    provider.answer = answer
    const started = performance.now()
    const error = await failure(t, verifier(provider)(token), token)
    t.ok(error instanceof TokenUnavailable)
    t.match(error.message, /no answer in time/)
    t.ok(performance.now() - started < 15_000, how)
  }
  provider.answer = set
  await verify(token)
  provider.answer = hanging['without a word'] as RequestListener
  passTime(t, 700_000)
  const started = performance.now()
  await verify(token)
  t.ok(performance.now() - started < 15_000, 'whoever finds the keys old waits once')
  passTime(t, 31_000)
  const again = performance.now()
  await verify(token)
  t.ok(performance.now() - again < 1_500, 'then nobody waits')
})

t.test('an answer that is no key set', async t => {
  const { provider } = await opened(t)
  const elsewhere = await openProvider(t, provider.answer)
  const answers: Record<string, RequestListener> = {
    redirect: (_, response) =>
      void response.writeHead(302, { location: `http://127.0.0.1:${elsewhere.port}/evil` }).end(),
    HTML: (_, response) => void response.writeHead(200).end('<h1>evil</h1>'),
    nothing: (_, response) => void response.writeHead(200).end(),
    'another JSON': (_, response) => void response.writeHead(200).end('{"keys":{"evil":1}}'),
    'an error with keys': (_, response) => void response.writeHead(500).end(JSON.stringify(elsewhere.answer)),
    'a closed connection': request => void request.socket.destroy()
  }
  const token = await sign(good())
  for (const [what, answer] of Object.entries(answers)) {
    provider.answer = answer
    t.ok((await failure(t, verifier(provider)(token), token)) instanceof TokenUnavailable, what)
  }
  t.equal(elsewhere.fetches, 0, 'no redirect is followed')
})

t.test('scopes and roles', async t => {
  const roles = {
    editor: ['articles:write', 'images:write'],
    'Chef de rubrique': ['articles:publish;section=politics'],
    none: [],
    '': ['articles:delete']
  }
  const { provider, verify } = await opened(t, { roles })
  const scopesFor = async (scope: unknown) => (await verify(await sign({ ...good(), scope }))).scopes
  const narrow = 'articles:write;language=fr,vi;section=politics'
  t.same(await scopesFor('openid profile email'), [])
  t.same(await scopesFor(`openid  ${narrow} `), [narrow])
  t.same(await scopesFor('editor articles:read'), ['articles:write', 'images:write', 'articles:read'])
  t.same(await scopesFor('articles:write editor editor none'), ['articles:write', 'images:write'])
  t.same(await scopesFor(['openid', 'editor', narrow]), ['articles:write', 'images:write', narrow])
  t.same(await scopesFor(['Chef de rubrique', 'Group: x']), ['articles:publish;section=politics'])
  t.same(await scopesFor('Editor __proto__ constructor toString'), [])
  for (const odd of [undefined, null, 7, true, {}, { 0: 'a:b' }, [7, null, ['a:b'], {}], '', ':', 'a:', ':b', []])
    t.same(await scopesFor(odd), [], JSON.stringify(odd))
  const groups = verifier(provider, { roles, scopesClaim: 'https://example.org/groups' })
  const token = await sign({ ...good(), 'https://example.org/groups': ['editor'] })
  t.same((await groups(token)).scopes, ['articles:write', 'images:write'])
  t.same((await verifier(provider, { scopesClaim: '__proto__' })(token)).scopes, [])
})

t.test('the settings', async t => {
  const whole = { OIDC_ISSUER: issuer, OIDC_AUDIENCE: audience, OIDC_JWKS_URL: 'https://login.example.org/keys' }
  t.equal(tokenSettings(readConfig({})), null)
  t.same(tokenSettings(readConfig(whole)), {
    issuer,
    audience,
    jwksUrl: whole.OIDC_JWKS_URL,
    algorithm: 'RS256',
    scopesClaim: 'scope',
    roles: {}
  })
  t.same(tokenSettings(readConfig({ ...whole, OIDC_ROLES: '{"editor":["articles:write"]}' }))?.roles, {
    editor: ['articles:write']
  })
  for (const name of Object.keys(whole)) {
    t.throws(
      () => readConfig({ ...whole, [name]: '' }),
      { message: new RegExp(`^${name} must be set too`) },
      `without ${name}`
    )
    const word = name === 'OIDC_ISSUER' ? 'OIDC_AUDIENCE' : 'OIDC_ISSUER'
    t.throws(
      () => readConfig({ [name]: whole[name as keyof typeof whole] }),
      { message: new RegExp(`^${word} must`) },
      `${name} alone`
    )
  }
  const wrong: [string, string[]][] = [
    ['OIDC_ALGORITHM', ['none', 'HS256', 'RS384', 'rs256']],
    [
      'OIDC_ROLES',
      [
        'evil',
        '[]',
        'null',
        '7',
        '{"evil":"a:b"}',
        '{"evil":["a"]}',
        '{"evil":["a:b c:d"]}',
        '{"":["a:b"]}',
        '{" ":["a:b"]}',
        '{"evil":[7]}'
      ]
    ],
    [
      'OIDC_JWKS_URL',
      [
        'evil',
        'http://evil.example.org/',
        'https://evil:evil@x/',
        'http://localhost:80@evil/',
        'ftp://evil/',
        'https://evil:99999/',
        'http://localhost.evil/'
      ]
    ]
  ]
  for (const [name, values] of wrong) {
    for (const value of values) {
      let message = ''
      t.throws(() => {
        try {
          readConfig({ ...whole, [name]: value })
        } catch (error) {
          message = (error as Error).message
          throw error
        }
      }, value)
      t.ok(message.startsWith(`${name} must`), message)
      t.notMatch(message, /evil/)
    }
  }
  for (const url of [
    'http://127.0.0.1:8080/keys',
    'http://localhost/keys',
    'http://[::1]:80/keys',
    'https://x.example.org:8443/a@b'
  ])
    t.equal(tokenSettings(readConfig({ ...whole, OIDC_JWKS_URL: url }))?.jwksUrl, url)
})
